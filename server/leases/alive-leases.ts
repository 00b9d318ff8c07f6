import type { Kysely } from 'kysely'
import type { LeaseId, RepositoryId } from '../../shared/model/ids.ts'
import type { LeaseKind } from '../../shared/model/lease.ts'
import { accountStateOf } from '../accounts/account-state.ts'
import type { LeaseRow, Tables } from '../store/tables.ts'

/** A lease dies so long after its last heartbeat. */
export const leaseLifeMs = 60_000
export const heartbeatSeconds = 5

export type LeaseState =
  | { readonly kind: 'alive'; readonly lease: LeaseRow }
  | { readonly kind: 'ended'; readonly lease: LeaseRow }
  | { readonly kind: 'device-revoked'; readonly lease: LeaseRow }
  | { readonly kind: 'unknown' }

/** Leases that a device proves; all others come from a session. */
export function isDeviceLease(kind: LeaseKind): boolean {
  return kind === 'backup' || kind === 'maintenance'
}

/**
 * Whether a lease permits anything now. Everything that it rests on is looked at each time, so that ending
 * any of it (device, session, account, set) ends the lease without anybody having to think of leases.
 *
 * The idle end of a session does not count: a long restore is no idling. Its hard end does.
 */
export async function leaseStateOf(db: Kysely<Tables>, leaseId: LeaseId, nowMs: number): Promise<LeaseState> {
  const row = await basis(db).where('leases.id', '=', leaseId).executeTakeFirst()
  return row === undefined ? { kind: 'unknown' } : stateOf(row, nowMs)
}

/** Ids of the leases of a repository that are alive. */
export async function aliveLeaseIds(
  db: Kysely<Tables>,
  repositoryId: RepositoryId,
  nowMs: number,
): Promise<ReadonlySet<LeaseId>> {
  const rows = await basis(db)
    .where('leases.repositoryId', '=', repositoryId)
    .where('leases.endedAt', 'is', null)
    .where('leases.expiresAt', '>', nowMs)
    .execute()
  return new Set(rows.filter((row) => stateOf(row, nowMs).kind === 'alive').map((row) => row.id))
}

type Basis = Awaited<ReturnType<ReturnType<typeof basis>['execute']>>[number]

function basis(db: Kysely<Tables>) {
  return db
    .selectFrom('leases')
    .innerJoin('users', 'users.id', 'leases.userId')
    .innerJoin('backupSets', 'backupSets.id', 'leases.backupSetId')
    .leftJoin('devices', 'devices.id', 'leases.deviceId')
    .leftJoin('sessions', 'sessions.id', 'leases.sessionId')
    .leftJoin('devices as sessionDevices', 'sessionDevices.id', 'sessions.deviceId')
    .selectAll('leases')
    .select([
      'users.status as userStatus',
      'users.expiresAt as userExpiresAt',
      'backupSets.deletedAt as setDeletedAt',
      'backupSets.deviceId as setDeviceId',
      'devices.id as knownDeviceId',
      'devices.revokedAt as deviceRevokedAt',
      'sessions.endedAt as sessionEndedAt',
      'sessions.expiresAt as sessionExpiresAt',
      'sessionDevices.revokedAt as sessionDeviceRevokedAt',
    ])
}

function stateOf(row: Basis, nowMs: number): LeaseState {
  const { userStatus, userExpiresAt, setDeletedAt, setDeviceId, knownDeviceId, deviceRevokedAt, ...rest } =
    row
  const { sessionEndedAt, sessionExpiresAt, sessionDeviceRevokedAt, ...lease } = rest
  if (deviceRevokedAt !== null) return { kind: 'device-revoked', lease }
  const isRunning = lease.endedAt === null && lease.expiresAt > nowMs
  const account = accountStateOf({ status: userStatus, expiresAt: userExpiresAt }, nowMs)
  const isPermitted = account === 'open' && setDeletedAt === null
  const isFounded = isDeviceLease(lease.kind)
    ? knownDeviceId !== null && setDeviceId === lease.deviceId
    : sessionExpiresAt !== null &&
      sessionExpiresAt > nowMs &&
      sessionEndedAt === null &&
      sessionDeviceRevokedAt === null
  return { kind: isRunning && isPermitted && isFounded ? 'alive' : 'ended', lease }
}
