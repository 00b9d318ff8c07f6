import { isAppError } from '../../shared/errors.ts'
import { defaultGroupPolicy, policyOfUser } from '../accounts/policies.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { appendAudit, type AuditEntry } from '../audit/audit.ts'
import { takeAll } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import type { Message } from './messages.ts'
import { takeSend } from './send-quotas.ts'

const dayMs = 86_400_000
/** Longer than the longest stage: a reminder that was sent is not sent again before its date. */
const rememberedMs = 30 * dayMs

/** A mail about a date that comes nearer. */
export interface Reminder {
  readonly userId: UserRow['id']
  readonly days: number
  readonly message: Message
}

/**
 * The nearest stage, in days before a date, that has come; null before the first one, and from the date on.
 *
 * @param stages ascending
 */
export function stageOf(stages: readonly number[], dateMs: number | null, nowMs: number): number | null {
  if (dateMs === null || dateMs <= nowMs) return null
  return stages.find((days) => dateMs - nowMs <= days * dayMs) ?? null
}

/**
 * Takes a reminder under the locks of its user and `sendsLock`, so that one of several server processes sends it,
 * and never twice. What meets a limit of messages is not taken: a later run finds it again, while its stage lasts.
 *
 * @param key what is sent once
 */
export async function takeReminder(
  tx: Tx,
  deps: Pick<AuthDeps, 'clock' | 'log'>,
  user: { readonly id: UserRow['id']; readonly email: string },
  key: string,
): Promise<boolean> {
  const nowMs = deps.clock.nowMs()
  const sent = await tx.selectFrom('throttles').select('key').where('key', '=', key).executeTakeFirst()
  if (sent !== undefined) return false
  const wait = await takeSend(
    tx,
    { number: user.email, callingCode: 'email', network: null, deviceId: null, registering: null },
    (await policyOfUser(tx, user.id)).limits,
    (await defaultGroupPolicy(tx)).limits,
    nowMs,
  )
  if (wait !== null) {
    deps.log.warn({ userId: user.id }, 'A reminder met a limit of messages.')
    return false
  }
  await takeAll(tx, [{ key, limit: 1, windowMs: rememberedMs }], nowMs)
  return true
}

/** Sends what was taken. A mail that fails is recorded as failed; the next reminder follows at its time. */
export async function sendReminder(
  deps: AuthDeps,
  { days, message, userId }: Reminder,
  action: AuditEntry['action'],
): Promise<void> {
  let isSent = true
  try {
    await deps.messages.send(message)
  } catch (error) {
    if (!isAppError(error, 'SEND_FAILED')) throw error
    isSent = false
    deps.log.warn({ err: error, userId }, 'A reminder was not sent.')
  }
  await deps.store.transact(['audit'], (tx) =>
    appendAudit(tx, {
      at: deps.clock.nowMs(),
      actor: 'server',
      action,
      outcome: isSent ? 'ok' : 'failed',
      target: userId,
      details: { daysBefore: days },
    }),
  )
}
