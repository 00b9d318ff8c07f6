import type { LeaseRow } from '../store/tables.ts'
import { leaseStateOf } from '../leases/alive-leases.ts'
import { leaseEnded } from '../leases/authenticate-lease.ts'
import { repositoryLock } from './object-rows.ts'
import type { StorageDeps } from './storage-deps.ts'

const namesPerStatement = 500

/**
 * Marks packs as holding folders and no file data, so that later backups and listings may read them.
 *
 * restic writes folders (tree blobs) and file data into separate packs and keeps the packs of folders in its
 * cache folder; so an honest client knows which are which. The server cannot look into packs. It believes a
 * client only about packs that were uploaded under this very lease, while it lives: whoever steals the
 * computer's key later gets leases of his own, and cannot declare away what earlier runs stored. What the
 * thief of a running lease could declare is what that computer is uploading at that moment.
 *
 * Browse and restore leases upload no packs, so nothing of theirs is ever marked.
 *
 * @returns how many of the packs are marked now
 * @throws AppError LEASE_ENDED
 */
export async function declareMetadata(
  deps: StorageDeps,
  lease: LeaseRow,
  packs: readonly string[],
): Promise<number> {
  const accepted = await deps.store.transact([repositoryLock(lease.repositoryId)], async (tx) => {
    if ((await leaseStateOf(tx, lease.id, deps.clock.nowMs())).kind !== 'alive') return null
    let marked = 0
    for (let start = 0; start < packs.length; start += namesPerStatement) {
      const { numUpdatedRows } = await tx
        .updateTable('objects')
        .set({ isMetadata: 1 })
        .where('repositoryId', '=', lease.repositoryId)
        .where('type', '=', 'data')
        .where('leaseId', '=', lease.id)
        .where('trashedAt', 'is', null)
        .where('name', 'in', packs.slice(start, start + namesPerStatement))
        .executeTakeFirst()
      marked += Number(numUpdatedRows)
    }
    return marked
  })
  if (accepted === null) throw leaseEnded()
  return accepted
}
