import type { Tx } from '../store/store.ts'
import type { Protection } from '../../shared/model/policy.ts'
import type { ObjectRow, ObjectType, RepositoryRow } from '../store/tables.ts'

const windowMs = 24 * 60 * 60_000

/**
 * What the brake counts. Packs too: without their data snapshots are worth nothing. Index files not:
 * restic's prune replaces all of them each time.
 */
const counted: readonly ObjectType[] = ['snapshots', 'data']

/** `notable`: the first beyond the share of so few that the brake lets them go. */
export type Weight = 'usual' | 'notable' | 'beyond'

/**
 * Whether deleting this object as well is more than a day's retention does: more than the policy's share of
 * what the repository had, and more than its minimum. Counts deletions by arrival at the server, since the
 * brake was last released.
 *
 * The share must also hold for older objects alone. Otherwise whoever uploads as many worthless objects first
 * could delete everything else. And no retention lets go the last snapshots that it keeps, nor the last one.
 */
export async function weighDeletion(
  tx: Tx,
  repository: RepositoryRow,
  object: Pick<ObjectRow, 'type' | 'storedAt'>,
  { keepLastCount, protection }: { readonly protection: Protection; readonly keepLastCount: number },
  nowMs: number,
): Promise<Weight> {
  if (!counted.includes(object.type)) return 'usual'
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
  // Counts that indexes answer alone; a prune of a large repository deletes thousands of packs.
  const existedCount = (await count(objects)) - (await count(trashed.where('trashedAt', '<=', since)))
  const isBeyond = (deleted: number, existed: number): boolean =>
    deleted > (existed * protection.brakeSnapshotPercent) / 100
  if (object.type === 'snapshots') {
    const left = await count(objects.where('trashedAt', 'is', null))
    if (left <= Math.max(1, keepLastCount)) return 'beyond'
  }
  if (deletedCount <= protection.brakeSnapshotMinimum) {
    const isFirst = isBeyond(deletedCount, existedCount) && !isBeyond(deletedCount - 1, existedCount)
    return isFirst ? 'notable' : 'usual'
  }
  if (isBeyond(deletedCount, existedCount)) return 'beyond'
  if (object.storedAt > since) return 'usual'
  const recent = objects.where('storedAt', '>', since)
  const oldDeletedCount = deletedCount - (await count(recent.where('trashedAt', 'is not', null)))
  const isOldBeyond =
    oldDeletedCount > protection.brakeSnapshotMinimum &&
    isBeyond(oldDeletedCount, existedCount - (await count(recent)))
  return isOldBeyond ? 'beyond' : 'usual'
}
