import { AppError, assertNever } from '../../shared/errors.ts'
import type { LeaseId } from '../../shared/model/ids.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { appendAudit } from '../audit/audit.ts'
import { backupSetDefinitionSchema } from '../../shared/model/backup-set.ts'
import { requireOwnSet } from '../backup-sets/own-sets.ts'
import { tellOwner } from '../backup-sets/tell-owner.ts'
import { leaseStateOf } from '../leases/alive-leases.ts'
import { leaseEnded } from '../leases/authenticate-lease.ts'
import type { Tx } from '../store/store.ts'
import type { LeaseRow } from '../store/tables.ts'
import { weighDeletion } from './brake.ts'
import { eraseNow } from './erasing.ts'
import type { ObjectName } from './object-names.ts'
import { repositoryLock, visibleRowOf } from './object-rows.ts'
import { actorOf, auditOncePerMinute, eventPrefix } from './refusals.ts'
import { releaseTime } from './retention-lock.ts'
import type { StorageDeps } from './storage-deps.ts'

/**
 * Takes a lock away for good. Locks protect a run, not data, and restic's own must not pile up.
 *
 * @throws AppError NOT_FOUND; NOT_ALLOWED (the lock of another device)
 */
export async function removeLock(deps: StorageDeps, lease: LeaseRow, name: string): Promise<void> {
  const { db } = deps.store
  const row = await visibleRowOf(db, lease.repositoryId, { type: 'locks', name })
  if (row === null) throw notFound()
  if (row.leaseId !== lease.id && !(await isOfDevice(deps, row.leaseId, lease)))
    throw new AppError('NOT_ALLOWED', 'This lock belongs to another run.')
  await eraseNow(deps, lease.repositoryId, 'locks', [name])
}

async function isOfDevice(deps: StorageDeps, writerId: LeaseId, lease: LeaseRow): Promise<boolean> {
  if (lease.deviceId === null) return false
  const writer = await deps.store.db
    .selectFrom('leases')
    .select('deviceId')
    .where('id', '=', writerId)
    .executeTakeFirst()
  return writer?.deviceId === lease.deviceId
}

/**
 * Moves an object to the trash, where it stays until the retention lock ends. Trips the brake instead when
 * that would be more than a day's retention does.
 *
 * @throws AppError NOT_FOUND, LEASE_ENDED, BRAKE_TRIPPED, NOT_ALLOWED (policy)
 */
export async function trashObject(deps: StorageDeps, lease: LeaseRow, object: ObjectName): Promise<void> {
  const locks = [repositoryLock(lease.repositoryId), 'audit']
  const result = await deps.store.transact(locks, (tx) => trash(deps, tx, lease, object))
  switch (result) {
    case 'trashed':
      await auditOncePerMinute(deps, `${eventPrefix}trash:${lease.id}`, {
        actor: actorOf(lease),
        action: 'storage.trash',
        outcome: 'ok',
        target: lease.repositoryId,
        address: lease.address,
        details: { leaseId: lease.id },
      })
      return
    case 'missing':
      throw notFound()
    case 'lease-ended':
      throw leaseEnded()
    case 'forbidden':
      throw new AppError('NOT_ALLOWED', 'Policy does not let computers request deletions.')
    case 'tripped':
      deps.log.warn({ repositoryId: lease.repositoryId, leaseId: lease.id }, 'The brake tripped')
      throw brakeTripped()
    case 'braked':
      throw brakeTripped()
    default:
      assertNever(result)
  }
}

async function trash(
  deps: StorageDeps,
  tx: Tx,
  lease: LeaseRow,
  object: ObjectName,
): Promise<'trashed' | 'missing' | 'lease-ended' | 'forbidden' | 'tripped' | 'braked'> {
  const now = deps.clock.nowMs()
  if ((await leaseStateOf(tx, lease.id, now)).kind !== 'alive') return 'lease-ended'
  const repository = await tx
    .selectFrom('repositories')
    .selectAll()
    .where('id', '=', lease.repositoryId)
    .executeTakeFirstOrThrow()
  if (repository.brakeTrippedAt !== null) return 'braked'
  const row = await visibleRowOf(tx, repository.id, object)
  if (row === null) return 'missing'
  const { protection } = await policyOfUser(tx, lease.userId)
  // A lease may have been started before policy forbade it, and lives as long as its heart beats.
  if (!protection.maintenanceAllowed) return 'forbidden'
  const set = await requireOwnSet(tx, lease.userId, lease.backupSetId)
  const { name, retention } = backupSetDefinitionSchema.parse(JSON.parse(set.definition))
  const { keepLastCount } = retention
  const weight = await weighDeletion(tx, repository, row, { protection, keepLastCount }, now)
  if (weight === 'notable') await tellOwner(tx, now, set, 'much-deleted')
  if (weight === 'beyond') {
    await tx
      .updateTable('repositories')
      .set({ brakeTrippedAt: now })
      .where('id', '=', repository.id)
      .execute()
    await appendAudit(tx, {
      at: now,
      actor: actorOf(lease),
      action: 'storage.brake',
      outcome: 'ok',
      target: repository.id,
      address: lease.address,
      details: { leaseId: lease.id, type: object.type },
    })
    await tellOwner(tx, now, set, 'brake-tripped')
    await alertOfBrake(tx, lease, name, now)
    return 'tripped'
  }
  await tx
    .updateTable('objects')
    .set({
      trashedAt: now,
      releaseAt: releaseTime(protection, deps.config, now),
      trashedByLeaseId: lease.id,
    })
    .where('repositoryId', '=', repository.id)
    .where('type', '=', object.type)
    .where('name', '=', object.name)
    .execute()
  return 'trashed'
}

/** Once for each set and day: whoever destroys a history counts on nobody looking before the purge. */
async function alertOfBrake(
  tx: Tx,
  { backupSetId, repositoryId, userId }: LeaseRow,
  set: string,
  nowMs: number,
): Promise<void> {
  const { loginName } = await tx
    .selectFrom('users')
    .select('loginName')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const details = { loginName, set, repositoryId }
  await recordAlert(tx, { kind: 'brake-tripped', about: backupSetId, details }, nowMs)
}

function notFound(): AppError {
  return new AppError('NOT_FOUND', 'There is no such object.')
}

function brakeTripped(): AppError {
  return new AppError(
    'BRAKE_TRIPPED',
    'Unusually much was deleted. Nothing more is until a person resumes deletions.',
  )
}
