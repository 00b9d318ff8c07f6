import type { Kysely } from 'kysely'
import type { ServerDeps } from '../deps.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { appendAudit, type AuditEntry } from './audit.ts'

const windowMs = 60_000

/**
 * Records what anybody can repeat without end, at most once a minute for each `key`. What came between is
 * counted: the next entry names it as `unrecorded`. The transaction must hold the lock `audit`.
 *
 * @param key what counts as the same; the same entry for all that share it
 */
export async function auditOnceAMinute(tx: Tx, key: string, entry: AuditEntry): Promise<void> {
  if (await countUnrecorded(tx, key, entry.at)) return
  const row = await tx
    .selectFrom('throttles')
    .select('count')
    .where('key', '=', rowKey(key))
    .executeTakeFirst()
  const start = { count: 0, windowStartedAt: entry.at }
  await tx
    .insertInto('throttles')
    .values({ key: rowKey(key), ...start, lockedUntil: null, lockCount: 0 })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(start))
    .execute()
  const unrecorded = row?.count ?? 0
  const details = { ...entry.details, ...(unrecorded === 0 ? {} : { unrecorded }) }
  await appendAudit(tx, Object.keys(details).length === 0 ? entry : { ...entry, details })
}

/** The same in a transaction of its own, which only the first of a minute needs. */
export async function auditOnceAMinuteAlone(
  deps: Pick<ServerDeps, 'store'>,
  key: string,
  entry: AuditEntry,
): Promise<void> {
  if (await countUnrecorded(deps.store.db, key, entry.at)) return
  await deps.store.transact(['audit'], (tx) => auditOnceAMinute(tx, key, entry))
}

/** @returns whether this minute has its entry already */
async function countUnrecorded(db: Kysely<Tables>, key: string, nowMs: number): Promise<boolean> {
  const counted = await db
    .updateTable('throttles')
    .set((row) => ({ count: row('count', '+', 1) }))
    .where('key', '=', rowKey(key))
    // A clock that was set back must not silence the log.
    .where('windowStartedAt', '<=', nowMs)
    .where('windowStartedAt', '>', nowMs - windowMs)
    .executeTakeFirst()
  return counted.numUpdatedRows === 1n
}

function rowKey(key: string): string {
  return `audited:${key}`
}
