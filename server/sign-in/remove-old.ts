import type { ServerDeps } from '../deps.ts'
import { untilUnlocked } from './throttles.ts'

const dayMs = 86_400_000

/** How long what is over is kept: long enough to say why it is over, and for looking into an incident. */
const keptMs = { transactions: dayMs, grants: dayMs, sessions: 30 * dayMs, throttles: 30 * dayMs }

/** Removes sign-ins, grants, sessions and counters that are long over. For a daily job; idempotent. */
export async function removeOldSignIns(deps: Pick<ServerDeps, 'store' | 'clock'>): Promise<void> {
  const nowMs = deps.clock.nowMs()
  const { db } = deps.store
  await db
    .deleteFrom('transactions')
    .where('expiresAt', '<', nowMs - keptMs.transactions)
    .execute()
  await db
    .deleteFrom('handOffs')
    .where('expiresAt', '<', nowMs - keptMs.transactions)
    .execute()
  await db
    .deleteFrom('phoneRequests')
    .where('expiresAt', '<', nowMs - keptMs.transactions)
    .execute()
  await db
    .deleteFrom('grants')
    .where('expiresAt', '<', nowMs - keptMs.grants)
    .execute()
  await db
    .deleteFrom('sessions')
    .where('expiresAt', '<', nowMs - keptMs.sessions)
    .execute()
  await db
    .deleteFrom('requestBuckets')
    .where('fullAt', '<', nowMs - dayMs)
    .execute()
  // Also failures in a row that nobody added to for as long, but no pause that only an administrator ends.
  await db
    .deleteFrom('throttles')
    .where('windowStartedAt', '<', nowMs - keptMs.throttles)
    .where((where) => where.or([where('lockedUntil', 'is', null), where('lockedUntil', '!=', untilUnlocked)]))
    .execute()
}
