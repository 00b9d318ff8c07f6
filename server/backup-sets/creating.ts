import { AppError } from '../../shared/errors.ts'
import type { BackupSetId, DeviceId, RepositoryId, UserId } from '../../shared/model/ids.ts'
import type { InputOf } from '../../shared/routes.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Call } from '../http/handler.ts'
import { requireFirstSet } from '../legacy/session-limits.ts'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import { checkDefinition } from './definition-check.ts'

/**
 * Makes a set and the row of its repository, which restic initialises in the first run.
 *
 * @throws AppError INPUT_INVALID; NOT_FOUND (the device is not the caller's, or was revoked); SECOND_FACTOR_REQUIRED (a legacy session
 *   whose computer has a set)
 */
export async function createBackupSet(
  deps: ServerDeps,
  { definition, deviceId, keyId }: InputOf<'createBackupSet'>,
  { caller, origin }: Call<'fresh'>,
): Promise<BackupSetId> {
  checkDefinition(definition)
  const now = deps.clock.nowMs()
  const userId = caller.user.id
  const id = newId<BackupSetId>('set')
  await deps.store.transact([`user:${userId}`, 'audit'], async (tx) => {
    await requireOwnDevice(tx, userId, deviceId)
    await requireFirstSet(tx, caller, deviceId)
    const repositoryId = newId<RepositoryId>('rep')
    await tx
      .insertInto('repositories')
      .values({
        id: repositoryId,
        userId,
        keyId,
        createdAt: now,
        storedBytes: 0,
        brakeTrippedAt: null,
        brakeResumedAt: null,
      })
      .execute()
    await tx
      .insertInto('backupSets')
      .values({
        id,
        userId,
        deviceId,
        repositoryId,
        definition: JSON.stringify(definition),
        version: 1,
        createdAt: now,
        deletedAt: null,
        purgeAfter: null,
      })
      .execute()
    await appendAudit(tx, {
      at: now,
      actor: `user:${userId}`,
      action: 'backup-set.created',
      outcome: 'ok',
      target: id,
      address: origin.address,
      details: { deviceId, repositoryId },
    })
  })
  return id
}

/** @throws AppError NOT_FOUND: not enrolled by this user, or revoked */
export async function requireOwnDevice(tx: Tx, userId: UserId, deviceId: DeviceId): Promise<void> {
  const device = await tx
    .selectFrom('devices')
    .select('id')
    .where('id', '=', deviceId)
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  if (device === undefined) throw new AppError('NOT_FOUND', 'There is no such computer.')
}
