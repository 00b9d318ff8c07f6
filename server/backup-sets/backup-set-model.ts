import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { backupSetDefinitionSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import type { BackupSetId, DeviceId, UserId } from '../../shared/model/ids.ts'
import type { Tables } from '../store/tables.ts'

export interface SetFilter {
  readonly userId: UserId
  readonly backupSetId?: BackupSetId
  /** Only sets that run on this computer and are not deleted. */
  readonly deviceId?: DeviceId
}

/** Sets as the contract shows them, in the order of their making. Always of one user. */
export async function readBackupSets(db: Kysely<Tables>, filter: SetFilter): Promise<BackupSet[]> {
  let query = db
    .selectFrom('backupSets')
    .innerJoin('repositories', 'repositories.id', 'backupSets.repositoryId')
    .selectAll('backupSets')
    .select(['repositories.keyId', 'repositories.storedBytes', 'repositories.brakeTrippedAt'])
    .select((outer) =>
      outer
        .selectFrom('objects')
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .whereRef('objects.repositoryId', '=', 'backupSets.repositoryId')
        .where('objects.type', '=', 'snapshots')
        .where('objects.trashedAt', 'is', null)
        .as('snapshotCount'),
    )
    .where('backupSets.userId', '=', filter.userId)
    .orderBy('backupSets.createdAt')
    .orderBy('backupSets.id')
  if (filter.backupSetId !== undefined) query = query.where('backupSets.id', '=', filter.backupSetId)
  if (filter.deviceId !== undefined)
    query = query.where('backupSets.deviceId', '=', filter.deviceId).where('deletedAt', 'is', null)
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    deviceId: row.deviceId,
    repositoryId: row.repositoryId,
    keyId: row.keyId,
    definition: backupSetDefinitionSchema.parse(JSON.parse(row.definition)),
    version: row.version,
    createdAt: isoOf(row.createdAt),
    storedBytes: row.storedBytes,
    snapshotCount: Number(row.snapshotCount ?? 0),
    isBrakeTripped: row.brakeTrippedAt !== null,
    deletedAt: row.deletedAt === null ? null : isoOf(row.deletedAt),
    purgeAfter: row.purgeAfter === null ? null : isoOf(row.purgeAfter),
  }))
}
