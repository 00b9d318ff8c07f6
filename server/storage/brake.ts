import type { Tx } from '../store/store.ts'
import type { Protection } from '../../shared/model/policy.ts'
import type { ObjectRow, ObjectType, RepositoryRow } from '../store/tables.ts'

const windowMs = 24 * 60 * 60_000

/**
 * What the brake counts. Packs too: without their data snapshots are worth nothing. Index files not:
 * restic's prune replaces all of them each time.
 */
const counted: readonly ObjectType[] = ['snapshots', 'data']

/**
 * Whether deleting this object as well is more than a day's retention does: more than the policy's share of
 * what the repository had, and more than its minimum. Counts deletions by arrival at the server, since the
 * brake was last released.
 *
 * The share must also hold for older objects alone. Otherwise whoever uploads as many worthless objects first
 * could delete everything else.
 */
export async function isBeyondBrake(
  tx: Tx,
  repository: RepositoryRow,
  object: Pick<ObjectRow, 'type' | 'storedAt'>,
  protection: Protection,
  nowMs: number,
): Promise<boolean> {
  if (!counted.includes(object.type)) return false
  const since = Math.max(nowMs - windowMs, repository.brakeResumedAt ?? 0)
  const objects = tx
    .selectFrom('objects')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('repositoryId', '=', repository.id)
    .where('type', '=', object.type)
  const count = async (query: typeof objects): Promise<number> =>
    Number((await query.executeTakeFirstOrThrow()).count)
  const trashed = objects.where('trashedAt', 'is not', null)
  const deletedCount = (await count(trashed.where('trashedAt', '>', since))) + 1
  if (deletedCount <= protection.brakeSnapshotMinimum) return false
  // Counts that indexes answer alone; a prune of a large repository deletes thousands of packs.
  const existedCount = (await count(objects)) - (await count(trashed.where('trashedAt', '<=', since)))
  const isBeyond = (deleted: number, existed: number): boolean =>
    deleted > (existed * protection.brakeSnapshotPercent) / 100
  if (isBeyond(deletedCount, existedCount)) return true
  if (object.storedAt > since) return false
  const recent = objects.where('storedAt', '>', since)
  const oldDeletedCount = deletedCount - (await count(recent.where('trashedAt', 'is not', null)))
  return (
    oldDeletedCount > protection.brakeSnapshotMinimum &&
    isBeyond(oldDeletedCount, existedCount - (await count(recent)))
  )
}
