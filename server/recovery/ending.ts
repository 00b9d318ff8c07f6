import { randomBytes } from 'node:crypto'
import type { UserId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Tx } from '../store/store.ts'
import type { RecoveryNoticeRow, RecoveryRow } from '../store/recovery-tables.ts'

/** Who ended a recovery, for the audit log. */
export interface Ending {
  readonly nowMs: number
  readonly actor: string
  /** `link`, `session`, `factor-proven`, `phone-changed`, `administrator` … */
  readonly reason: string
  readonly address: string | null
}

/**
 * Stops the recovery of the user that waits, if there is one, and tells everybody who heard that it began.
 * The transaction must hold the locks of the user and of the audit log.
 *
 * @returns whether there was one
 */
export async function cancelWaiting(tx: Tx, userId: UserId, ending: Ending): Promise<boolean> {
  const row = await tx
    .selectFrom('recoveries')
    .selectAll()
    .where('userId', '=', userId)
    .where('status', '=', 'waiting')
    .executeTakeFirst()
  if (row === undefined) return false
  const isOver = ending.nowMs >= row.endsAt
  await endRecovery(tx, row, isOver ? 'expired' : 'cancelled', ending)
  return !isOver
}

/** Ends a recovery for good: nothing leads back to it, and its links are dead. */
export async function endRecovery(
  tx: Tx,
  recovery: RecoveryRow,
  status: 'cancelled' | 'finished' | 'expired',
  { actor, address, nowMs, reason }: Ending,
): Promise<void> {
  await tx
    .updateTable('recoveries')
    .set({ status, endedAt: nowMs })
    .where('id', '=', recovery.id)
    .where('status', '=', 'waiting')
    .execute()
  const told = await tx
    .selectFrom('recoveryNotices')
    .select(['channel', 'recipient'])
    .distinct()
    .where('recoveryId', '=', recovery.id)
    .execute()
  await tx
    .deleteFrom('recoveryNotices')
    .where('recoveryId', '=', recovery.id)
    .where('sentAt', 'is', null)
    .execute()
  await tx.deleteFrom('recoveryCancelTokens').where('recoveryId', '=', recovery.id).execute()
  if (status !== 'expired') {
    for (const each of told) {
      await planNotice(tx, { ...each, recoveryId: recovery.id, what: status, dueAt: nowMs })
    }
  }
  await appendAudit(tx, {
    at: nowMs,
    actor,
    action: `recovery.${status}`,
    outcome: 'ok',
    target: recovery.id,
    details: { userId: recovery.userId, reason },
    ...(address === null ? {} : { address }),
  })
}

export async function planNotice(
  tx: Tx,
  notice: Pick<RecoveryNoticeRow, 'recoveryId' | 'what' | 'channel' | 'recipient' | 'dueAt'>,
): Promise<void> {
  await tx
    .insertInto('recoveryNotices')
    .values({ id: randomBytes(16).toString('base64url'), attempts: 0, sentAt: null, ...notice })
    .execute()
}
