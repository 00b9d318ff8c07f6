import type { RunReport } from '../../shared/model/job-run.ts'
import { appendAudit } from '../audit/audit.ts'
import { actorOf } from '../storage/refusals.ts'
import type { Tx } from '../store/store.ts'
import type { LeaseRow } from '../store/tables.ts'

/**
 * The first completed backup of a legacy client ends its permission for good, and its sessions. By the server's
 * clock: what a report says about time is a claim. Does nothing for everybody else.
 */
export async function endLegacyAfter(
  tx: Tx,
  lease: LeaseRow,
  { kind, outcome }: RunReport,
  nowMs: number,
): Promise<void> {
  if (kind !== 'backup' || (outcome !== 'complete' && outcome !== 'incomplete')) return
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ legacyEndedAt: nowMs })
    .where('id', '=', lease.userId)
    .where('legacyVersion', 'is not', null)
    .where('legacyEndedAt', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows !== 1n) return
  await tx
    .updateTable('sessions')
    .set({ endedAt: nowMs })
    .where('userId', '=', lease.userId)
    .where('scope', '=', 'legacy')
    .where('endedAt', 'is', null)
    .execute()
  await appendAudit(tx, {
    at: nowMs,
    actor: actorOf(lease),
    action: 'legacy.ended',
    outcome: 'ok',
    target: lease.userId,
    address: lease.address,
    details: { reason: 'first-backup' },
  })
}
