import type { ServerDeps } from '../deps.ts'
import { countsKeptDays } from './counts.ts'

const dayMs = 86_400_000
/** Longer than what SMS pumping is recognised over. */
const registrationsKeptMs = 2 * dayMs
/** Long enough for looking into an incident; the audit log has them for ever. */
const alertsKeptDays = 400

/** Removes records of messages, live tests and alerts that are long over. For an hourly job; idempotent. */
export async function removeOldSends({ clock, store }: Pick<ServerDeps, 'store' | 'clock'>): Promise<void> {
  const nowMs = clock.nowMs()
  const today = Math.floor(nowMs / dayMs)
  const { db } = store
  await db
    .deleteFrom('numberRegistrations')
    .where('lastAt', '<', nowMs - registrationsKeptMs)
    .execute()
  await db.deleteFrom('senderTests').where('expiresAt', '<', nowMs).execute()
  await db
    .deleteFrom('senderCounts')
    .where('day', '<', today - countsKeptDays)
    .execute()
  await db
    .deleteFrom('alerts')
    .where('day', '<', today - alertsKeptDays)
    .execute()
}
