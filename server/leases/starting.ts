import { isoOf } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError } from '../../shared/errors.ts'
import type { LeaseId, UserId } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'
import { storagePrefix, type InputOf } from '../../shared/routes.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import { readOwnSet, requireLiveSet, requireSetOfDevice, setLock } from '../backup-sets/own-sets.ts'
import { proveDevice, requireOpenAccount } from '../devices/device-proof.ts'
import type { Call, Origin } from '../http/handler.ts'
import { maySchedule } from '../legacy/standing.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { clearDeadLocks } from '../storage/leftovers.ts'
import { isInitialised } from '../storage/object-rows.ts'
import { actorOf, auditDeviceRefusal } from '../storage/refusals.ts'
import type { StorageDeps } from '../storage/storage-deps.ts'
import type { Tx } from '../store/store.ts'
import type { BackupSetRow, LeaseRow } from '../store/tables.ts'
import { heartbeatSeconds, leaseLifeMs } from './alive-leases.ts'

type NewLease = Pick<LeaseRow, 'kind' | 'deviceId' | 'sessionId' | 'address'>

/**
 * A backup or maintenance lease for the computer that the set runs on. One run at a time: it ends the
 * computer's older lease of that set, whose run is dead or was given up.
 *
 * @throws AppError DEVICE_UNKNOWN, DEVICE_REVOKED, INPUT_INVALID (nonce), NOT_FOUND (no set of this computer),
 *   ACCOUNT_SUSPENDED, ACCOUNT_EXPIRED, NOT_ALLOWED (policy forbids maintenance),
 *   SECOND_FACTOR_REQUIRED (a legacy client whose permission is over)
 */
export async function startDeviceLease(
  deps: StorageDeps,
  input: InputOf<'deviceLease'>,
  origin: Origin,
): Promise<Lease> {
  const { backupSetId, kind } = input
  const started = await auditDeviceRefusal(
    deps,
    { action: 'lease.started', deviceId: input.deviceId, target: backupSetId, origin },
    () =>
      deps.store.transact([setLock(backupSetId), 'audit'], async (tx) => {
        const device = await proveDevice(deps, tx, input, deviceProof.lease(input))
        const now = deps.clock.nowMs()
        const user = await requireOpenAccount(tx, device.userId, now)
        const set = await requireSetOfDevice(tx, device, backupSetId)
        const policy = await policyOfUser(tx, device.userId)
        const { protection } = policy
        if (!(await maySchedule(tx, user, policy, now)))
          throw new AppError(
            'SECOND_FACTOR_REQUIRED',
            'Backups of this account stopped: sign in and set up a second factor.',
          )
        if (kind === 'maintenance' && !protection.maintenanceAllowed)
          throw new AppError('NOT_ALLOWED', 'Policy does not let computers request deletions.')
        await tx
          .updateTable('leases')
          .set({ endedAt: now })
          .where('backupSetId', '=', backupSetId)
          .where('kind', 'in', ['backup', 'maintenance'])
          .where('endedAt', 'is', null)
          .execute()
        await tx
          .updateTable('devices')
          .set({ lastAddress: origin.address })
          .where('id', '=', device.id)
          .execute()
        return await insertLease(
          tx,
          set,
          { kind, deviceId: device.id, sessionId: null, address: origin.address },
          now,
        )
      }),
  )
  return await present(deps, started)
}

/**
 * A lease that lists snapshots and their folders.
 *
 * @throws AppError NOT_FOUND
 */
export async function startBrowseLease(
  deps: StorageDeps,
  { backupSetId }: InputOf<'browseLease'>,
  { caller, origin }: Call<'session'>,
): Promise<Lease> {
  const started = await deps.store.transact([setLock(backupSetId), 'audit'], async (tx) => {
    const set = await requireLiveSet(tx, caller.user.id, backupSetId)
    const basis = {
      kind: 'browse',
      deviceId: null,
      sessionId: caller.session.id,
      address: origin.address,
    } as const
    return await insertLease(tx, set, basis, deps.clock.nowMs())
  })
  return await present(deps, started)
}

/**
 * A lease that reads one repository, for the price of a grant.
 *
 * @throws AppError NOT_FOUND, STEP_UP_REQUIRED (`restore`)
 */
export async function startRestoreLease(
  deps: StorageDeps,
  { backupSetId, grantToken }: InputOf<'restoreLease'>,
  { caller, origin }: Call<'session'>,
): Promise<Lease> {
  const started = await deps.store.transact([setLock(backupSetId), 'audit'], async (tx) => {
    const set = await requireLiveSet(tx, caller.user.id, backupSetId)
    await consumeGrant(tx, deps, caller, grantToken, { kind: 'restore', backupSetId })
    const basis = {
      kind: 'restore',
      deviceId: null,
      sessionId: caller.session.id,
      address: origin.address,
    } as const
    return await insertLease(tx, set, basis, deps.clock.nowMs())
  })
  return await present(deps, started)
}

interface StartedLease {
  readonly lease: LeaseRow
  readonly secret: string
}

async function insertLease(tx: Tx, set: BackupSetRow, basis: NewLease, nowMs: number): Promise<StartedLease> {
  const secret = newToken()
  const lease: LeaseRow = {
    ...basis,
    id: newId<LeaseId>('lea'),
    secretHash: tokenHash(secret),
    userId: set.userId satisfies UserId,
    backupSetId: set.id,
    repositoryId: set.repositoryId,
    createdAt: nowMs,
    expiresAt: nowMs + leaseLifeMs,
    heartbeatSequence: 0,
    endedAt: null,
    problem: null,
  }
  await tx.insertInto('leases').values(lease).execute()
  await appendAudit(tx, {
    at: nowMs,
    actor: actorOf(lease),
    action: 'lease.started',
    outcome: 'ok',
    target: set.id,
    address: lease.address,
    details: { leaseId: lease.id, kind: lease.kind },
  })
  return { lease, secret }
}

async function present(deps: StorageDeps, { lease, secret }: StartedLease): Promise<Lease> {
  const { db } = deps.store
  // A browse lease reads without a lock, so that locks of others do not matter to it.
  if (lease.kind !== 'browse') await clearDeadLocks(deps, lease.repositoryId)
  return {
    id: lease.id,
    kind: lease.kind,
    secret,
    expiresAt: isoOf(lease.expiresAt),
    heartbeatSeconds,
    repositoryPath: `${storagePrefix}/${lease.repositoryId}/`,
    isInitialised: await isInitialised(db, lease.repositoryId),
    backupSet: await readOwnSet(db, lease.userId, lease.backupSetId),
  }
}
