import type { FactorId, UserId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { defaultGroupPolicy, policyOfUser } from '../accounts/policies.ts'
import { sendsLock, takeSend } from '../senders/send-quotas.ts'
import type { Channel, Message } from '../senders/messages.ts'
import type { Tx } from '../store/store.ts'
import { readPhoneNumber } from './phone-numbers.ts'

/** What takes backups away, now or later; the label is the set's name. */
export type SetNotice = 'set-deleted' | 'retention-shortened' | 'brake-tripped' | 'brake-resumed'

/** Something about the ways to sign in that the account's owner should hear of on another channel. */
export interface Notice {
  readonly userId: UserId
  readonly what:
    | 'added'
    | 'removed'
    | 'backup-codes-renewed'
    | 'backup-code-used'
    | 'passkey-copied'
    | 'recovery-phone-set'
    | 'recovery-phone-removed'
    | 'email-changed'
    | 'password-changed'
    | 'switched-off'
    | 'reset-requested'
    | 'reset-approved'
    | 'factors-reset'
    | 'phone-entered'
    | 'email-entered'
    | 'email-removed'
    | 'one-time-password'
    | 'suspended'
    | 'role-changed'
    | 'device-revoked'
    | SetNotice
  readonly label: string
  /** The method that it is about, which gets no message about itself. */
  readonly exceptFactorId: FactorId | null
  /** A mail address that was the account's until now. */
  readonly alsoTo?: string
}

/** Where an account's owner can be reached, besides by what the notice is about. */
export interface Contacts {
  /** E.164. */
  readonly phones: readonly string[]
  readonly addresses: readonly string[]
}

export function passwordNotice(userId: UserId): Notice {
  return { userId, what: 'password-changed', label: '', exceptFactorId: null }
}

/**
 * Tells all other proven phones and addresses of the user, and the account's own address. Its failure is
 * logged and stops nothing: what it reports has happened already. Runs beside the request that caused it.
 */
export function announce(deps: AuthDeps, notice: Notice): void {
  sendNotices(deps, notice).catch((error: unknown) => {
    warn(deps, notice.userId, error)
  })
}

export async function sendNotices(deps: AuthDeps, notice: Notice): Promise<void> {
  await sendAll(deps, await deps.store.transact([sendsLock], (tx) => plannedNotices(deps, tx, notice)))
}

/** Sends what was planned in the caller's own transaction, which is on disk. */
export function sendPlanned(deps: AuthDeps, userId: UserId, messages: readonly Message[]): void {
  sendAll(deps, messages).catch((error: unknown) => {
    warn(deps, userId, error)
  })
}

/**
 * The messages of a notice, counted against all limits. The transaction must hold `sendsLock`.
 *
 * @param contacts as they were when it happened; left out = as they are
 */
export async function plannedNotices(
  deps: AuthDeps,
  tx: Tx,
  notice: Notice,
  contacts?: Contacts,
): Promise<Message[]> {
  const { loginName } = await tx
    .selectFrom('users')
    .select('loginName')
    .where('id', '=', notice.userId)
    .executeTakeFirstOrThrow()
  const policy = await policyOfUser(tx, notice.userId)
  const serverPolicy = await defaultGroupPolicy(tx)
  const name = deps.config.name
  const text = `${sentence(notice, loginName)} If this was not you, contact your administrator.\n${name}`
  const messages: Message[] = []
  for (const { callingCode, channel, to } of await recipients(
    deps,
    tx,
    contacts ?? (await contactsOf(tx, notice)),
  )) {
    const wait = await takeSend(
      tx,
      { number: to, callingCode, network: null, deviceId: null, registering: null },
      policy.limits,
      serverPolicy.limits,
      deps.clock.nowMs(),
    )
    if (wait !== null) {
      deps.log.warn({ userId: notice.userId }, 'A notice about sign-in methods met a limit of messages.')
      continue
    }
    const subject = channel === 'email' ? { subject: `${name}: ${subjectOf(notice)}` } : {}
    messages.push({ channel, to, text, ...subject })
  }
  return messages
}

function subjectOf({ what }: Notice): string {
  const isOfSet = what === 'retention-shortened' || /^(?:set|brake)-/.test(what)
  return isOfSet ? 'your backups' : 'your ways to sign in'
}

interface Recipient {
  readonly channel: Channel
  readonly to: string
  /** What messages per country are counted by; all mail counts as one country. */
  readonly callingCode: string
}

/** A phone gets a text message, and a call only where nobody sends those. */
async function recipients(
  deps: AuthDeps,
  tx: Tx,
  { addresses, phones }: Contacts,
): Promise<readonly Recipient[]> {
  const channels = await deps.messages.channels(tx)
  const byPhone = (['sms', 'voice'] as const).find((channel) => channels.has(channel))
  const mails = channels.has('email') ? addresses : []
  const numbers = byPhone === undefined ? [] : phones
  return [
    ...mails.map((to) => ({ channel: 'email', to, callingCode: 'email' }) as const),
    ...numbers.map((phone) => {
      const { callingCode, number } = readPhoneNumber(phone, 'phoneNumber')
      return { channel: byPhone ?? 'sms', to: number, callingCode }
    }),
  ]
}

/** The account's own address counts too: it was proven, or an administrator entered it. */
export async function contactsOf(
  tx: Tx,
  { alsoTo, exceptFactorId, userId }: Pick<Notice, 'alsoTo' | 'exceptFactorId' | 'userId'>,
): Promise<Contacts> {
  const { email } = await tx
    .selectFrom('users')
    .select('email')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const factors = await tx
    .selectFrom('factors')
    .select(['id', 'phoneNumber', 'emailAddress'])
    .where('userId', '=', userId)
    .where('isProven', '=', 1)
    .execute()
  const except = factors.find((factor) => factor.id === exceptFactorId)
  const distinct = (values: readonly (string | null | undefined)[], but: string | null | undefined) =>
    [...new Set(values)].filter((value) => typeof value === 'string').filter((value) => value !== but)
  return {
    addresses: distinct(
      [email, alsoTo, ...factors.map(({ emailAddress }) => emailAddress)],
      except?.emailAddress,
    ),
    phones: distinct(
      factors.map(({ phoneNumber }) => phoneNumber),
      except?.phoneNumber,
    ),
  }
}

async function sendAll(deps: AuthDeps, messages: readonly Message[]): Promise<void> {
  const results = await Promise.allSettled(messages.map((message) => deps.messages.send(message)))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

function warn(deps: AuthDeps, userId: UserId, error: unknown): void {
  deps.log.warn({ err: error, userId }, 'A notice about sign-in methods was not sent.')
}

function sentence({ what, label }: Notice, loginName: string): string {
  switch (what) {
    case 'added':
      return `"${label}" can now be used to sign in as "${loginName}".`
    case 'removed':
      return `"${label}" can no longer be used to sign in as "${loginName}".`
    case 'backup-codes-renewed':
      return `New backup codes were made for "${loginName}".`
    case 'recovery-phone-set':
      return `${label} is now the recovery phone of "${loginName}".`
    case 'recovery-phone-removed':
      return `"${loginName}" has no recovery phone any more.`
    case 'email-changed':
      return `${label} is now the mail address of "${loginName}".`
    case 'reset-requested':
      return `An administrator asked to remove all second factors of "${loginName}".`
    case 'reset-approved':
      return `Two administrators agreed to remove all second factors of "${loginName}".`
    case 'password-changed':
      return `The password of "${loginName}" was replaced.`
    case 'backup-code-used':
      return `A backup code of "${loginName}" was used.`
    case 'passkey-copied':
      return `A copy of your passkey "${label}" was used for "${loginName}" and refused. Register a new one and remove this one.`
    case 'factors-reset':
      return `An administrator removed all second factors and the password of "${loginName}".`
    case 'phone-entered':
      return `An administrator entered the telephone ${label} for "${loginName}"; it counts after its first right passcode.`
    case 'email-entered':
      return `An administrator made ${label} the mail address of "${loginName}".`
    case 'email-removed':
      return `An administrator removed the mail address of "${loginName}".`
    case 'one-time-password':
      return `An administrator replaced the password of "${loginName}" by a one-time password.`
    case 'suspended':
      return `An administrator suspended "${loginName}": nobody can sign in, and nothing is backed up.`
    case 'role-changed':
      return `An administrator gave "${loginName}" the role ${label}.`
    case 'device-revoked':
      return `An administrator refuses the computer "${label}" of "${loginName}" from now on: it backs up no more.`
    case 'set-deleted':
      return `The deletion of the backup set "${label}" of "${loginName}" was asked for. It can be taken back in Holdfast while its data are kept.`
    case 'retention-shortened':
      return `Less is kept of the backup set "${label}" of "${loginName}" from now on.`
    case 'brake-tripped':
      return `A computer asked to delete unusually much of the backup set "${label}" of "${loginName}". Nothing more of it is deleted until you resume it in Holdfast.`
    case 'brake-resumed':
      return `Deletions of the backup set "${label}" of "${loginName}" were resumed.`
    case 'switched-off':
      return `The second factor of "${loginName}" was switched off.`
  }
}
