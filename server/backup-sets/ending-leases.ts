import type { BackupSetId } from '../../shared/model/ids.ts'
import type { Tx } from '../store/store.ts'

/** Ends every lease of a set; running transfers notice within seconds. */
export async function endLeasesOfSet(tx: Tx, backupSetId: BackupSetId, nowMs: number): Promise<void> {
  await tx
    .updateTable('leases')
    .set({ endedAt: nowMs })
    .where('backupSetId', '=', backupSetId)
    .where('endedAt', 'is', null)
    .execute()
}
