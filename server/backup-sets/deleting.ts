import { AppError } from '../../shared/errors.ts'
import type { BackupSetId, UserId } from '../../shared/model/ids.ts'
import type { InputOf } from '../../shared/routes.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import type { Call } from '../http/handler.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { repositoryLock, rowOf } from '../storage/object-rows.ts'
import { releaseTime } from '../storage/retention-lock.ts'
import type { Tx } from '../store/store.ts'
import { endLeasesOfSet } from './ending-leases.ts'
import { requireLiveSet, requireOwnSet, setLock } from './own-sets.ts'
import { tellOwner } from './tell-owner.ts'

/**
 * Asks for a set's deletion. Its runs stop and the retention lock begins; nothing is erased before that
 * ends, and until then the deletion can be taken back.
 *
 * @throws AppError NOT_FOUND (also: deleted already), STEP_UP_REQUIRED (`delete-set`)
 */
export async function deleteBackupSet(
  deps: ServerDeps,
  { backupSetId, grantToken }: InputOf<'deleteBackupSet'>,
  { caller, origin }: Call<'session'>,
): Promise<void> {
  const now = deps.clock.nowMs()
  const userId = caller.user.id
  await deps.store.transact([setLock(backupSetId), 'audit'], async (tx) => {
    const set = await requireLiveSet(tx, userId, backupSetId)
    await consumeGrant(tx, deps, caller, grantToken, { kind: 'delete-set', backupSetId })
    const { protection } = await policyOfUser(tx, userId)
    const purgeAfter = releaseTime(protection, deps.config, now)
    await tx
      .updateTable('backupSets')
      .set({ deletedAt: now, purgeAfter, version: set.version + 1 })
      .where('id', '=', backupSetId)
      .execute()
    await endLeasesOfSet(tx, backupSetId, now)
    await tellOwner(tx, now, set, 'set-deleted')
    await appendAudit(tx, {
      at: now,
      actor: `user:${userId}`,
      action: 'backup-set.deleted',
      outcome: 'ok',
      target: backupSetId,
      address: origin.address,
      details: { purgeAfter },
    })
  })
}

/**
 * Takes a deletion back. Gives nothing away, so any session of the user may.
 *
 * @throws AppError NOT_FOUND; CONFLICT (it is not deleted, or its data are being erased)
 */
export async function undeleteBackupSet(
  deps: ServerDeps,
  { backupSetId }: InputOf<'undeleteBackupSet'>,
  { caller, origin }: Call<'session'>,
): Promise<void> {
  const now = deps.clock.nowMs()
  const userId = caller.user.id
  const { repositoryId } = await requireOwnSet(deps.store.db, userId, backupSetId)
  await deps.store.transact([setLock(backupSetId), repositoryLock(repositoryId), 'audit'], async (tx) => {
    const set = await requireOwnSet(tx, userId, backupSetId)
    if (set.deletedAt === null) throw new AppError('CONFLICT', 'This backup set is not deleted.')
    // Once it is due, a config that is gone was erased; before that, no run was ever there to make one.
    const config = await rowOf(tx, repositoryId, { type: 'config', name: 'config' })
    const isDue = set.purgeAfter !== null && set.purgeAfter <= deps.clock.nowMs()
    const isErasing = config === undefined ? isDue : config.purgeStartedAt !== null
    if (isErasing) throw new AppError('CONFLICT', 'The data of this set are being erased.')
    await tx
      .updateTable('backupSets')
      .set({ deletedAt: null, purgeAfter: null, version: set.version + 1 })
      .where('id', '=', backupSetId)
      .execute()
    await appendAudit(tx, {
      at: now,
      actor: `user:${userId}`,
      action: 'backup-set.undeleted',
      outcome: 'ok',
      target: backupSetId,
      address: origin.address,
    })
  })
}

/**
 * Lets deletions and the purge go on after the brake tripped. What was deleted before counts no more.
 *
 * @throws AppError NOT_FOUND, CONFLICT (the brake is not tripped), STEP_UP_REQUIRED (`resume-brake`)
 */
export async function resumeBrake(
  deps: ServerDeps,
  { backupSetId, grantToken }: InputOf<'resumeBrake'>,
  { caller, origin }: Call<'session'>,
): Promise<void> {
  const userId = caller.user.id
  await releaseBrake(deps, userId, backupSetId, {
    actor: `user:${userId}`,
    address: origin.address,
    permit: (tx) => consumeGrant(tx, deps, caller, grantToken, { kind: 'resume-brake', backupSetId }),
  })
}

/**
 * The same for whoever acts on a set of `userId`.
 *
 * @param by.permit uses up what permits it; runs inside the transaction
 * @throws AppError NOT_FOUND, CONFLICT (the brake is not tripped), and what `permit` throws
 */
export async function releaseBrake(
  deps: ServerDeps,
  userId: UserId,
  backupSetId: BackupSetId,
  by: { readonly actor: string; readonly address: string; readonly permit: (tx: Tx) => Promise<void> },
): Promise<void> {
  const now = deps.clock.nowMs()
  const set = await requireLiveSet(deps.store.db, userId, backupSetId)
  const { repositoryId } = set
  await deps.store.transact([repositoryLock(repositoryId), 'audit'], async (tx) => {
    await by.permit(tx)
    const { numUpdatedRows } = await tx
      .updateTable('repositories')
      .set({ brakeTrippedAt: null, brakeResumedAt: now })
      .where('id', '=', repositoryId)
      .where('brakeTrippedAt', 'is not', null)
      .executeTakeFirst()
    if (numUpdatedRows !== 1n) throw new AppError('CONFLICT', 'The brake is not tripped.')
    await tellOwner(tx, now, set, 'brake-resumed')
    await appendAudit(tx, {
      at: now,
      actor: by.actor,
      action: 'storage.brake-resumed',
      outcome: 'ok',
      target: repositoryId,
      address: by.address,
    })
  })
}
