import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { BackupSetId, DeviceId, UserId } from '../../shared/model/ids.ts'
import type { BackupSetRow, Tables } from '../store/tables.ts'
import { readBackupSets } from './backup-set-model.ts'

/** Taken by whatever changes a set. */
export const setLock = (backupSetId: BackupSetId): string => `set:${backupSetId}`

/**
 * A set of this user. Everybody else's sets look as if they did not exist.
 *
 * @throws AppError NOT_FOUND
 */
export async function requireOwnSet(
  db: Kysely<Tables>,
  userId: UserId,
  backupSetId: BackupSetId,
): Promise<BackupSetRow> {
  const row = await db
    .selectFrom('backupSets')
    .selectAll()
    .where('id', '=', backupSetId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw noSuchSet()
  return row
}

/** As `requireOwnSet`, and not deleted. */
export async function requireLiveSet(
  db: Kysely<Tables>,
  userId: UserId,
  backupSetId: BackupSetId,
): Promise<BackupSetRow> {
  const row = await requireOwnSet(db, userId, backupSetId)
  if (row.deletedAt !== null) throw noSuchSet()
  return row
}

/** As `requireLiveSet`, and it runs on this computer: a computer knows nothing of the sets of others. */
export async function requireSetOfDevice(
  db: Kysely<Tables>,
  device: { readonly id: DeviceId; readonly userId: UserId },
  backupSetId: BackupSetId,
): Promise<BackupSetRow> {
  const row = await requireLiveSet(db, device.userId, backupSetId)
  if (row.deviceId !== device.id) throw noSuchSet()
  return row
}

/** @throws AppError NOT_FOUND */
export async function readOwnSet(
  db: Kysely<Tables>,
  userId: UserId,
  backupSetId: BackupSetId,
): Promise<BackupSet> {
  const [set] = await readBackupSets(db, { userId, backupSetId })
  if (set === undefined) throw noSuchSet()
  return set
}

export function noSuchSet(): AppError {
  return new AppError('NOT_FOUND', 'There is no such backup set.')
}
