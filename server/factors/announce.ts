import type { FactorId, UserId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { defaultGroupPolicy, policyOfUser } from '../accounts/policies.ts'
import { sendsLock, takeSend } from '../senders/send-quotas.ts'
import type { Channel, Message } from '../senders/messages.ts'
import type { Tx } from '../store/store.ts'
import { contentOf } from '../texts/content.ts'
import type { Texts } from '../texts/texts.ts'
import { textsFor } from '../texts/user-texts.ts'
import { readPhoneNumber } from './phone-numbers.ts'

/** What takes backups away, now or later; the label is the set's name. */
export type SetNotice =
  | 'set-deleted'
  | 'retention-shortened'
  | 'brake-tripped'
  | 'brake-resumed'
  | 'much-deleted'
  | 'trash-release-requested'
  | 'trash-released'

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
    | 'request-denied'
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
    | 'account-closed'
    | 'account-kept'
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
  const user = await tx
    .selectFrom('users')
    .select(['loginName', 'language'])
    .where('id', '=', notice.userId)
    .executeTakeFirstOrThrow()
  const policy = await policyOfUser(tx, notice.userId)
  const serverPolicy = await defaultGroupPolicy(tx)
  const texts = await textsFor(tx, user)
  const { name: server } = deps.config
  const names = { login: user.loginName, server }
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
    const subject = channel === 'email' ? { subject: texts.text(subjectOf(notice), { server }) } : {}
    messages.push({ channel, to, ...noticeContent(texts, channel, notice, names), ...subject })
  }
  return messages
}

function subjectOf({ what }: Notice) {
  const isOfBackups = what === 'retention-shortened' || /^(?:set|brake|much|account|trash)-/.test(what)
  return isOfBackups ? 'notice.subject-of-backups' : 'notice.subject'
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

/** What a notice says, without its subject. */
export function noticeContent(
  texts: Texts,
  channel: Channel,
  { label, what }: Pick<Notice, 'label' | 'what'>,
  names: { readonly login: string; readonly server: string },
) {
  return contentOf(texts, channel, ({ text }, shown) =>
    text('notice.text', {
      sentence: text(`notice.${what}`, { label: shown(label), name: shown(names.login) }),
      server: shown(names.server),
    }),
  )
}
