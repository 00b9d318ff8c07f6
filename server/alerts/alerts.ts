import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { AppError, errorDetailsSchema, type ErrorDetails } from '../../shared/errors.ts'
import type { Alert, AlertKind } from '../../shared/model/alert.ts'
import type { AlertId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { newId } from '../server-key.ts'
import type { AlertRow, Tables } from '../store/tables.ts'

const dayMs = 86_400_000

export interface Raised {
  readonly kind: AlertKind
  /** What it is about, such as a sender's id: together with the kind, the cause. */
  readonly about: string
  /** What administrators read. Never a secret, never a whole telephone number. */
  readonly details: ErrorDetails
}

/**
 * Records an alert, once for each cause and day; a repetition is counted, and keeps what was said first. Can be
 * part of any transaction, needs no lock. Administrators hear of it by `deliverAlerts`.
 */
export async function recordAlert(db: Kysely<Tables>, raised: Raised, nowMs: number): Promise<void> {
  const { about, kind } = raised
  await db
    .insertInto('alerts')
    .values({
      id: newId<AlertId>('alr'),
      kind,
      cause: `${kind}:${about}`,
      day: Math.floor(nowMs / dayMs),
      details: JSON.stringify(raised.details),
      count: 1,
      firstAt: nowMs,
      lastAt: nowMs,
      notifiedAt: null,
      acknowledgedAt: null,
      acknowledgedBy: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['cause', 'day'])
        .doUpdateSet((row) => ({ count: row('alerts.count', '+', 1), lastAt: nowMs })),
    )
    .execute()
}

/** Newest first. */
export async function listAlerts(
  db: Kysely<Tables>,
  options: { readonly limit: number; readonly openOnly?: boolean },
): Promise<Alert[]> {
  let query = db.selectFrom('alerts').selectAll().orderBy('lastAt', 'desc').orderBy('id')
  if (options.openOnly === true) query = query.where('acknowledgedAt', 'is', null)
  return (await query.limit(options.limit).execute()).map(alertOf)
}

/**
 * Takes note of an alert. What caused it goes on.
 *
 * @returns false when somebody had done so before
 * @throws AppError NOT_FOUND
 */
export async function acknowledgeAlert(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  id: string,
  by: string,
): Promise<boolean> {
  return await deps.store.transact(['alerts', 'audit'], async (tx) => {
    const row = await tx
      .selectFrom('alerts')
      .selectAll()
      .where('id', '=', id as AlertId)
      .executeTakeFirst()
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such alert.')
    if (row.acknowledgedAt !== null) return false
    const at = deps.clock.nowMs()
    const set = { acknowledgedAt: at, acknowledgedBy: by }
    await tx.updateTable('alerts').set(set).where('id', '=', row.id).execute()
    const action = 'alert.acknowledged'
    await appendAudit(tx, {
      at,
      actor: by,
      action,
      outcome: 'ok',
      target: row.id,
      details: { kind: row.kind },
    })
    return true
  })
}

export function alertOf(row: AlertRow): Alert {
  return {
    id: row.id,
    kind: row.kind,
    details: errorDetailsSchema.parse(JSON.parse(row.details)),
    count: row.count,
    firstAt: isoOf(row.firstAt),
    lastAt: isoOf(row.lastAt),
    acknowledgedAt: row.acknowledgedAt === null ? null : isoOf(row.acknowledgedAt),
    acknowledgedBy: row.acknowledgedBy,
  }
}
