import type { Kysely } from 'kysely'
import type { BackupSetId, LeaseId, RepositoryId, UserId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Tables } from '../store/tables.ts'
import { repositoryLock } from './object-rows.ts'

/** What one run deleted and can still come back. */
export interface TrashGroup {
  readonly userId: UserId
  readonly backupSetId: BackupSetId | null
  readonly repositoryId: RepositoryId
  readonly leaseId: LeaseId | null
  readonly objectCount: number
  readonly snapshotCount: number
  readonly sizeBytes: number
  readonly firstTrashedAt: number
  readonly lastTrashedAt: number
  /** When the first of it may be erased. */
  readonly releaseAt: number
  readonly isBrakeTripped: boolean
}

/** The trash of one user, of a sub-administrator's users, or of all, grouped by the run that deleted, newest first. */
export async function listTrash(
  db: Kysely<Tables>,
  filter: { readonly userId?: UserId; readonly ownerId?: UserId } = {},
): Promise<TrashGroup[]> {
  let query = db
    .selectFrom('objects')
    .innerJoin('repositories', 'repositories.id', 'objects.repositoryId')
    .leftJoin('backupSets', 'backupSets.repositoryId', 'objects.repositoryId')
    .select(['repositories.userId', 'objects.repositoryId', 'repositories.brakeTrippedAt'])
    .select(['backupSets.id as backupSetId', 'objects.trashedByLeaseId as leaseId'])
    .select(({ fn, eb }) => [
      fn.countAll<number | string>().as('objectCount'),
      fn
        .sum<number | string>(eb.case().when('objects.type', '=', 'snapshots').then(1).else(0).end())
        .as('snapshotCount'),
      fn.sum<number | string>('objects.sizeBytes').as('sizeBytes'),
      fn.min<number | string>('objects.trashedAt').as('firstTrashedAt'),
      fn.max<number | string>('objects.trashedAt').as('lastTrashedAt'),
      fn.min<number | string>('objects.releaseAt').as('releaseAt'),
    ])
    .where('objects.trashedAt', 'is not', null)
    .where('objects.purgeStartedAt', 'is', null)
    .groupBy([
      'repositories.userId',
      'objects.repositoryId',
      'repositories.brakeTrippedAt',
      'backupSets.id',
      'objects.trashedByLeaseId',
    ])
    .orderBy('lastTrashedAt', 'desc')
  if (filter.userId !== undefined) query = query.where('repositories.userId', '=', filter.userId)
  if (filter.ownerId !== undefined) {
    const own = db.selectFrom('users').select('id').where('ownerId', '=', filter.ownerId)
    query = query.where('repositories.userId', 'in', own)
  }
  const rows = await query.execute()
  return rows.map((row) => ({
    userId: row.userId,
    backupSetId: row.backupSetId,
    repositoryId: row.repositoryId,
    leaseId: row.leaseId,
    objectCount: Number(row.objectCount),
    snapshotCount: Number(row.snapshotCount),
    sizeBytes: Number(row.sizeBytes),
    firstTrashedAt: Number(row.firstTrashedAt),
    lastTrashedAt: Number(row.lastTrashedAt),
    releaseAt: Number(row.releaseAt),
    isBrakeTripped: row.brakeTrippedAt !== null,
  }))
}

export interface UndoChoice {
  readonly repositoryId: RepositoryId
  /** Only what this run deleted. */
  readonly leaseId?: LeaseId
  /** Only what was deleted at or after this time. */
  readonly sinceMs?: number
}

/**
 * Brings deleted objects back, all of them or those of the choice. restic sees them at once.
 *
 * @param actor whom the audit log names, such as `command:root`
 * @returns how many came back
 */
export async function undoTrash(deps: ServerDeps, choice: UndoChoice, actor: string): Promise<number> {
  const { repositoryId, leaseId, sinceMs } = choice
  return await deps.store.transact([repositoryLock(repositoryId), 'audit'], async (tx) => {
    let query = tx
      .updateTable('objects')
      .set({ trashedAt: null, releaseAt: null, trashedByLeaseId: null })
      .where('repositoryId', '=', repositoryId)
      .where('trashedAt', 'is not', null)
      .where('purgeStartedAt', 'is', null)
    if (leaseId !== undefined) query = query.where('trashedByLeaseId', '=', leaseId)
    if (sinceMs !== undefined) query = query.where('trashedAt', '>=', sinceMs)
    const restored = Number((await query.executeTakeFirst()).numUpdatedRows)
    await appendAudit(tx, {
      at: deps.clock.nowMs(),
      actor,
      action: 'storage.undo',
      outcome: 'ok',
      target: repositoryId,
      details: { objectCount: restored, leaseId: leaseId ?? null, sinceMs: sinceMs ?? null },
    })
    return restored
  })
}
