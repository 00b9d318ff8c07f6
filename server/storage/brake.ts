import type { RepositoryRow } from '../store/tables.ts'
import type { Tx } from '../store/store.ts'
import type { Protection } from '../../shared/model/policy.ts'
import type { ObjectType } from '../store/tables.ts'

const windowMs = 24 * 60 * 60_000

/**
 * What the brake counts. Packs too: without their data snapshots are worth nothing. Index files not:
 * restic's prune replaces all of them each time.
 */
const counted: readonly ObjectType[] = ['snapshots', 'data']

/**
 * Whether one more deletion is more than a day's retention does: more than the policy's share of what the
 * repository had, and more than its minimum. Counts deletions by arrival at the server, since the brake was
 * last released.
 */
export async function isBeyondBrake(
  tx: Tx,
  repository: RepositoryRow,
  type: ObjectType,
  protection: Protection,
  nowMs: number,
): Promise<boolean> {
  if (!counted.includes(type)) return false
  const since = Math.max(nowMs - windowMs, repository.brakeResumedAt ?? 0)
  const count = async (trashed: 'at any time or never' | 'before' | 'since'): Promise<number> => {
    const objects = tx
      .selectFrom('objects')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('repositoryId', '=', repository.id)
      .where('type', '=', type)
    const { count: found } = await (
      trashed === 'at any time or never'
        ? objects
        : objects
            .where('trashedAt', 'is not', null)
            .where('trashedAt', trashed === 'since' ? '>' : '<=', since)
    ).executeTakeFirstOrThrow()
    return Number(found)
  }
  const deletedCount = (await count('since')) + 1
  if (deletedCount <= protection.brakeSnapshotMinimum) return false
  // Three counts that indexes answer alone; a prune of a large repository deletes thousands of packs.
  const existedCount = (await count('at any time or never')) - (await count('before'))
  return deletedCount > (existedCount * protection.brakeSnapshotPercent) / 100
}
