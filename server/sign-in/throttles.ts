import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Tables, ThrottleRow } from '../store/tables.ts'

/** At most `limit` in a window that begins with the first one counted. */
export interface Quota {
  readonly key: string
  readonly limit: number
  readonly windowMs: number
}

/**
 * Takes one from every quota, or none when one is used up. The transaction must hold the lock
 * `throttle:<what all these quotas belong to>`.
 *
 * @returns null when taken, else the seconds until it may be tried again
 */
export async function takeAll(tx: Tx, quotas: readonly Quota[], nowMs: number): Promise<number | null> {
  const { next, wait } = await counted(tx, quotas, nowMs)
  if (wait !== null) return wait
  for (const row of next) {
    await tx
      .insertInto('throttles')
      .values({ ...row, lockedUntil: null, lockCount: 0 })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({ count: row.count, windowStartedAt: row.windowStartedAt }),
      )
      .execute()
  }
  return null
}

/** The same answer without taking anything. */
export async function waitFor(
  db: Kysely<Tables>,
  quotas: readonly Quota[],
  nowMs: number,
): Promise<number | null> {
  return (await counted(db, quotas, nowMs)).wait
}

/** What the counters would be after one more, and the seconds until there is room for it everywhere. */
async function counted(
  db: Kysely<Tables>,
  quotas: readonly Quota[],
  nowMs: number,
): Promise<{ readonly next: Counter[]; readonly wait: number | null }> {
  let waitMs = 0
  const next: Counter[] = []
  for (const { key, limit, windowMs } of quotas) {
    const row = await db.selectFrom('throttles').selectAll().where('key', '=', key).executeTakeFirst()
    // A clock that was set back must neither hold the window open for longer nor forget its count.
    const startedAt = Math.min(row?.windowStartedAt ?? nowMs, nowMs)
    const isOver = row === undefined || nowMs - startedAt >= windowMs
    const count = isOver ? 0 : row.count
    if (count >= limit) waitMs = Math.max(waitMs, startedAt + windowMs - nowMs)
    next.push({ key, count: count + 1, windowStartedAt: isOver ? nowMs : startedAt })
  }
  return { next, wait: waitMs > 0 ? Math.ceil(waitMs / 1000) : null }
}

type Counter = Pick<ThrottleRow, 'key' | 'count' | 'windowStartedAt'>

/** When a row of failures is answered with a pause (shared/model/policy.ts). */
export interface FailureLimits {
  readonly failuresBeforeLock: number
  readonly lockMinutes: number
  readonly failuresHardStop: number
}

/** Pauses double up to this. */
const longestLockMinutes = 60
/** The end of a pause that only an administrator ends; also fits where times are 64-bit integers. */
export const untilUnlocked = Number.MAX_SAFE_INTEGER

/** @returns the end of a pause that is on, or null */
export async function lockedUntil(db: Kysely<Tables>, lane: string, nowMs: number): Promise<number | null> {
  const row = await db
    .selectFrom('throttles')
    .select('lockedUntil')
    .where('key', '=', lane)
    .executeTakeFirst()
  const until = row?.lockedUntil ?? null
  return until !== null && until > nowMs ? until : null
}

/**
 * Counts a failure. Every `failuresBeforeLock`-th one in a row begins a pause, each twice as long as the one
 * before, up to an hour; at `failuresHardStop` the pause ends by an administrator only.
 *
 * @returns whether the lane is paused now
 */
export async function recordFailure(
  tx: Tx,
  lane: string,
  limits: FailureLimits,
  nowMs: number,
): Promise<boolean> {
  const row = await tx.selectFrom('throttles').selectAll().where('key', '=', lane).executeTakeFirst()
  const count = (row?.count ?? 0) + 1
  let lockCount = row?.lockCount ?? 0
  let until: number | null = null
  if (count >= limits.failuresHardStop) {
    until = untilUnlocked
  } else if (count >= (lockCount + 1) * limits.failuresBeforeLock) {
    until = nowMs + Math.min(limits.lockMinutes * 2 ** lockCount, longestLockMinutes) * 60_000
    lockCount += 1
  }
  const values = { count, windowStartedAt: nowMs, lockedUntil: until, lockCount }
  await tx
    .insertInto('throttles')
    .values({ key: lane, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute()
  return until !== null
}

export async function forgetFailures(tx: Tx, lanes: readonly string[]): Promise<void> {
  await tx.deleteFrom('throttles').where('key', 'in', lanes).execute()
}
