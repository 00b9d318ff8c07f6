import { assertNever } from '../../shared/errors.ts'
import type { Alert } from '../../shared/model/alert.ts'

/** What happened and what to do, in one or two English sentences for a mail and a terminal. */
export function alertText({ details, kind }: Pick<Alert, 'kind' | 'details'>): string {
  const of = (name: string): string => String(details[name] ?? '?')
  switch (kind) {
    case 'message-budget-near':
      return `Four fifths of the messages that the server may send in a day are used up (${of('about')}: ${of('limit')} a day).`
    case 'message-budget-reached':
      return `The server sends no more messages today (${of('about')}: ${of('limit')} a day). Look at who causes them before you raise limits.sendsPerServerPerDay.`
    case 'country-budget-near':
      return `Four fifths of the messages that one country may get in a day are used up (calling code ${of('about')}: ${of('limit')} a day).`
    case 'country-budget-reached':
      return `One country gets no more messages today (calling code ${of('about')}: ${of('limit')} a day). If you have no users there, leave it out of allowedCountries.`
    case 'number-block-paused':
      return `Somebody began to register ${of('numbers')} numbers that begin with ${of('block')}, and proved ${of('proven')} of them. None can be registered for ${of('hours')} h: this looks like fraud by messages.`
    case 'senders-changed':
      return `${of('by')} changed how passcodes are sent: ${of('action')} "${of('name')}". If nobody of you did this, somebody else administers your server.`
    case 'sender-refused':
      return `The provider ${of('provider')} refuses messages by ${of('channel')}: look at its credentials, its balance and its sender.`
    case 'legacy-sign-in':
      return `${of('loginName')} signed in as a legacy client, without a second factor, to back up. This is allowed until ${of('until')} or the first backup; "holdfast-server user legacy ${of('loginName')} --never" ends it now.`
    case 'trials-used-up':
      return `No more accounts on trial can be registered today: ${of('limit')} were. Look at who they are before you raise trial.perDay; trial.isOffered=false stops registering at once.`
    case 'passkey-copied':
      return `There are two of the passkey "${of('label')}" of ${of('loginName')}; the one that was used from ${of('address')} was refused. Whose it is nobody can tell: ask them, and let them register a new one and remove this one.`
    default:
      return assertNever(kind)
  }
}
