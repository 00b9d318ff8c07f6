import { assertNever } from '../../shared/errors.ts'
import type { Alert } from '../../shared/model/alert.ts'
import { newAdministratorHours, type ApprovalSubject } from '../../shared/model/approval.ts'
import { subjectText } from '../approvals/approval-words.ts'

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
    case 'brake-tripped':
      return `A computer of ${of('loginName')} asked to delete unusually much of the set "${of('set')}". Nothing more of it is deleted or purged until somebody resumes it; what was deleted is in the trash. Ask whether they shortened its retention. If not, revoke the computer and undo: "holdfast-server trash undo --repository ${of('repositoryId')}".`
    case 'passkey-copied':
      return `There are two of the passkey "${of('label')}" of ${of('loginName')}; the one that was used from ${of('address')} was refused. Whose it is nobody can tell: ask them, and let them register a new one and remove this one.`
    case 'approval-requested':
      return `${of('by')} asks a second administrator to ${subjectText({ about: of('about'), subject: { kind: details['subject'] as ApprovalSubject['kind'] } })}. Another one approves or refuses it until ${of('until')}: "holdfast-server approval show ${of('approvalId')}". If none of you asked for it, refuse it: somebody else administers your server.`
    case 'two-administrators-off':
      return `${of('by')} switched off what takes two administrators in the group "${of('group')}": ${of('settings')}.`
    case 'administrator-changed':
      return `${of('by')} ${administratorChange(of('what'))} "${of('loginName')}", who administers. For ${newAdministratorHours} hours this account is no second person for an approval. If none of you meant this, suspend it: "holdfast-server user suspend ${of('loginName')}".`
    default:
      return assertNever(kind)
  }
}

function administratorChange(what: string): string {
  switch (what) {
    case 'created':
      return 'made the account'
    case 'role':
      return 'changed the role of'
    case 'factors':
      return 'reset the second factors of'
    case 'phone':
      return 'entered a telephone for'
    case 'reopened':
      return 'opened again the account of'
    default:
      return 'replaced the password of'
  }
}
