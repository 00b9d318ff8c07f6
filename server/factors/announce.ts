import type { FactorId, UserId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { defaultGroupPolicy, policyOfUser } from '../accounts/policies.ts'
import { sendsLock, takeSend } from '../senders/send-quotas.ts'
import type { Message } from '../senders/messages.ts'
import { readPhoneNumber } from './phone-numbers.ts'

/** Something about the ways to sign in that the account's owner should hear of on another channel. */
export interface Notice {
  readonly userId: UserId
  readonly what:
    | 'added'
    | 'removed'
    | 'backup-codes-renewed'
    | 'backup-code-used'
    | 'recovery-phone-set'
    | 'recovery-phone-removed'
    | 'email-changed'
    | 'password-changed'
  readonly label: string
  /** The method that it is about, which gets no message about itself. */
  readonly exceptFactorId: FactorId | null
}

/**
 * Tells all other proven phones of the user. Its failure is logged and stops nothing: what it reports has
 * happened already. Runs beside the request that caused it.
 */
export function announce(deps: AuthDeps, notice: Notice): void {
  sendNotices(deps, notice).catch((error: unknown) => {
    deps.log.warn({ err: error, userId: notice.userId }, 'A notice about sign-in methods was not sent.')
  })
}

export async function sendNotices(deps: AuthDeps, notice: Notice): Promise<void> {
  const messages = await deps.store.transact([sendsLock], (tx) => plannedNotices(deps, tx, notice))
  const results = await Promise.allSettled(messages.map((message) => deps.messages.send(message)))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}

async function plannedNotices(
  deps: AuthDeps,
  tx: Parameters<Parameters<AuthDeps['store']['transact']>[1]>[0],
  notice: Notice,
): Promise<Message[]> {
  if (!(await deps.messages.channels(tx)).has('sms')) return []
  const user = await tx
    .selectFrom('users')
    .select('loginName')
    .where('id', '=', notice.userId)
    .executeTakeFirstOrThrow()
  let query = tx
    .selectFrom('factors')
    .select('phoneNumber')
    .where('userId', '=', notice.userId)
    .where('method', '=', 'sms')
    .where('isProven', '=', 1)
  if (notice.exceptFactorId !== null) query = query.where('id', '!=', notice.exceptFactorId)
  const policy = await policyOfUser(tx, notice.userId)
  const serverPolicy = await defaultGroupPolicy(tx)
  const text = `${sentence(notice, user.loginName)} If this was not you, contact your administrator.\n${deps.config.name}`
  const messages: Message[] = []
  for (const { phoneNumber } of await query.execute()) {
    if (phoneNumber === null) continue
    const { number, callingCode } = readPhoneNumber(phoneNumber, 'phoneNumber')
    const wait = await takeSend(
      tx,
      { number, callingCode, network: null, deviceId: null, registering: null },
      policy.limits,
      serverPolicy.limits,
      deps.clock.nowMs(),
    )
    if (wait === null) messages.push({ channel: 'sms', to: number, text })
    else deps.log.warn({ userId: notice.userId }, 'A notice about sign-in methods met a limit of messages.')
  }
  return messages
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
    case 'password-changed':
      return `The password of "${loginName}" was replaced.`
    case 'backup-code-used':
      return `A backup code of "${loginName}" was used.`
  }
}
