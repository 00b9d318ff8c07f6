import type { RepositoryId } from '../../shared/model/ids.ts'
import type { Tx } from '../store/store.ts'
import type { ObjectRow } from '../store/tables.ts'
import { objectKey, type ObjectName } from './object-names.ts'
import { addStoredBytes, repositoryLock } from './object-rows.ts'
import type { StorageDeps } from './storage-deps.ts'

/**
 * Erasing is mark, bytes, row, in this order. A marked object is invisible and cannot come back, and its row
 * is there until its bytes are gone: an upload of the same name meanwhile sees the mark and waits, instead
 * of taking bytes for stored that are about to go.
 *
 * The mark is a time and a claim: whoever erases the bytes first replaces the time that it saw, and only one
 * can. Without that, a second one could remove the bytes of a new object of that name. After a crash the
 * purge job takes claims over that are old (`claimLifeMs`).
 */
export interface Claim extends Pick<ObjectRow, 'repositoryId' | 'type' | 'name'> {
  readonly purgeStartedAt: number
}

export const claimLifeMs = 10 * 60_000

/** Any statement's parameters are limited; SQLite's to 32,766. */
const namesPerStatement = 500

/** Marks those of the named objects that nobody erases yet. */
export async function markForErasing(
  tx: Tx,
  repositoryId: RepositoryId,
  type: ObjectName['type'],
  names: readonly string[],
  nowMs: number,
): Promise<Claim[]> {
  const claims: Claim[] = []
  for (let start = 0; start < names.length; start += namesPerStatement) {
    const rows = await tx
      .updateTable('objects')
      .set((column) => ({
        trashedAt: column.fn.coalesce('trashedAt', column.cast<number>(column.val(nowMs), 'bigint')),
        releaseAt: column.fn.coalesce('releaseAt', column.cast<number>(column.val(nowMs), 'bigint')),
        purgeStartedAt: nowMs,
      }))
      .where('repositoryId', '=', repositoryId)
      .where('type', '=', type)
      .where('name', 'in', names.slice(start, start + namesPerStatement))
      .where('purgeStartedAt', 'is', null)
      .returning('name')
      .execute()
    for (const { name } of rows) claims.push({ repositoryId, type, name, purgeStartedAt: nowMs })
  }
  return claims
}

/** Removes the bytes, then the row, of a marked object. Does nothing when somebody else does. */
export async function finishErasing(deps: StorageDeps, claim: Claim): Promise<void> {
  const { repositoryId, type, name } = claim
  const { db } = deps.store
  const renewed = Math.max(deps.clock.nowMs(), claim.purgeStartedAt + 1)
  const taken = await db
    .updateTable('objects')
    .set({ purgeStartedAt: renewed })
    .where('repositoryId', '=', repositoryId)
    .where('type', '=', type)
    .where('name', '=', name)
    .where('purgeStartedAt', '=', claim.purgeStartedAt)
    .executeTakeFirst()
  if (taken.numUpdatedRows !== 1n) return
  await deps.objects.remove(objectKey(repositoryId, claim))
  await deps.store.transact([repositoryLock(repositoryId)], async (tx) => {
    const row = await tx
      .deleteFrom('objects')
      .where('repositoryId', '=', repositoryId)
      .where('type', '=', type)
      .where('name', '=', name)
      .where('purgeStartedAt', '=', renewed)
      .returning('sizeBytes')
      .executeTakeFirst()
    if (row !== undefined) await addStoredBytes(tx, repositoryId, -row.sizeBytes)
  })
}

/** Erases at once, past the trash. Only for what protects nothing. */
export async function eraseNow(
  deps: StorageDeps,
  repositoryId: RepositoryId,
  type: 'locks',
  names: readonly string[],
): Promise<number> {
  if (names.length === 0) return 0
  const claims = await deps.store.transact([repositoryLock(repositoryId)], (tx) =>
    markForErasing(tx, repositoryId, type, names, deps.clock.nowMs()),
  )
  for (const claim of claims) await finishErasing(deps, claim)
  return claims.length
}
