import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Message } from '../senders/messages.ts'
import { sendReminder, stageOf, takeReminder, type Reminder } from '../senders/reminders.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { textsFor } from '../texts/user-texts.ts'

const dayMs = 86_400_000
/** Days before the end; the nearest one that has come is sent, once for each account and end. */
const stages = [1, 7] as const

/**
 * Reminds by mail whose account is on trial and ends: seven days before it, and one. Claimed in the database before
 * it is sent. For an hourly job.
 */
export async function remindOfTrialEnd(deps: AuthDeps): Promise<void> {
  const { clock, messages, store } = deps
  if (!(await messages.channels(store.db)).has('email')) return
  const nowMs = clock.nowMs()
  const due = await store.db
    .selectFrom('users')
    .select('id')
    .where('subscription', '=', 'trial')
    .where('kind', '=', 'backup')
    .where('status', '=', 'enabled')
    .where('email', 'is not', null)
    .where('expiresAt', '>', nowMs)
    .where('expiresAt', '<=', nowMs + stages[1] * dayMs)
    .orderBy('id')
    .execute()
  for (const { id } of due) {
    const reminder = await store.transact([`user:${id}`, sendsLock], (tx) => claim(deps, tx, id))
    if (reminder !== null) await sendReminder(deps, reminder, 'trial.end-reminded')
  }
}

/** Decides under the locks, on what is true now. */
async function claim(deps: AuthDeps, tx: Tx, userId: UserRow['id']): Promise<Reminder | null> {
  const user = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
  if (user?.subscription !== 'trial' || user.status !== 'enabled') return null
  const { email, expiresAt } = user
  const days = stageOf(stages, expiresAt, deps.clock.nowMs())
  if (email === null || expiresAt === null || days === null) return null
  const key = `trial-end:${userId}:${expiresAt}:${days}`
  if (!(await takeReminder(tx, deps, { id: userId, email }, key))) return null
  return { userId, days, message: await endMail(tx, deps, user, email, expiresAt) }
}

async function endMail(
  tx: Tx,
  deps: AuthDeps,
  user: UserRow,
  to: string,
  expiresAt: number,
): Promise<Message> {
  const server = deps.config.name
  const { at, language, text } = await textsFor(tx, user)
  return {
    channel: 'email',
    to,
    subject: text('trial-end.subject', { server }),
    text: text('trial-end.text', { name: user.loginName, at: at(expiresAt), server }),
    language,
  }
}
