import { policySchema } from '../../shared/model/policy.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { sendReminder, stageOf, takeReminder, type Reminder } from '../senders/reminders.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import { serverSettings } from '../settings.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { textsFor } from '../texts/user-texts.ts'
import { requirementOf, type Doors } from './requirement.ts'

/** Days before the date; the nearest one that has come is sent, once for each account and date. */
const stages = [1, 3, 7] as const
/** What a person may come in by; somebody reminded by one of them is worth a mail. */
const singleDoors: readonly Doors[] = [
  { desktop: true, web: false },
  { desktop: false, web: true },
]

/**
 * Reminds by mail who must register a second factor by a date of policy and has none yet: seven days, three and
 * one before it. Claimed in the database before it is sent, so that one of several server processes sends it, and
 * never twice; a mail that fails is recorded as failed, and the next one follows at its time. For an hourly job.
 */
export async function remindOfEnrolBy(deps: AuthDeps): Promise<void> {
  for (const userId of await candidates(deps)) {
    const reminder = await deps.store.transact([`user:${userId}`, sendsLock], (tx) => claim(deps, tx, userId))
    if (reminder !== null) await sendReminder(deps, reminder, 'factor.enrolment-reminded')
  }
}

/** Whoever could be due, by what the database can tell cheaply; `claim` decides. */
async function candidates({ clock, messages, store: { db } }: AuthDeps): Promise<UserRow['id'][]> {
  if (!(await messages.channels(db)).has('email')) return []
  const nowMs = clock.nowMs()
  const groups = await db.selectFrom('groups').select(['id', 'policy']).execute()
  const due = groups.filter(({ policy }) => {
    const { enrolBy } = policySchema.parse(JSON.parse(policy))
    return stageOf(stages, enrolBy === null ? null : Date.parse(enrolBy), nowMs) !== null
  })
  if (due.length === 0) return []
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where(
      'groupId',
      'in',
      due.map(({ id }) => id),
    )
    .where('status', '=', 'enabled')
    .where('email', 'is not', null)
    .where('id', 'not in', db.selectFrom('factors').select('userId').where('isProven', '=', 1))
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Decides under the locks, on what is true now, and takes the reminder, so that nobody else does. */
async function claim(deps: AuthDeps, tx: Tx, userId: UserRow['id']): Promise<Reminder | null> {
  const nowMs = deps.clock.nowMs()
  const user = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
  if (user === undefined || user.email === null || user.status !== 'enabled') return null
  if (user.expiresAt !== null && user.expiresAt <= nowMs) return null
  const registered = await tx
    .selectFrom('factors')
    .select('id')
    .where('userId', '=', userId)
    .where('isProven', '=', 1)
    .executeTakeFirst()
  if (registered !== undefined) return null
  const policy = await policyOfUser(tx, userId)
  const demands = (await serverSettings(tx)).settings.requireSecondFactorFor
  const compulsoryFrom = singleDoors
    .map((doors) => requirementOf({ demands, policy, user, doors, nowMs }))
    .map((each) => (each.rule === 'offered' && !each.isGrace ? each.compulsoryFrom : null))
    .find((each) => each !== null)
  const days = stageOf(stages, compulsoryFrom ?? null, nowMs)
  if (compulsoryFrom === undefined || days === null) return null
  const person = { id: userId, email: user.email }
  if (!(await takeReminder(tx, deps, person, `enrol-reminder:${userId}:${compulsoryFrom}:${days}`)))
    return null
  const server = deps.config.name
  const texts = await textsFor(tx, user)
  const values = { at: texts.at(compulsoryFrom), name: user.loginName, server }
  const message = {
    channel: 'email' as const,
    to: user.email,
    subject: texts.text('enrol-reminder.subject', { server }),
    text: texts.text('enrol-reminder.text', values),
    language: texts.language,
  }
  return { userId, days, message }
}
