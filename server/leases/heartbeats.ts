import { isoOf } from '../../shared/clock.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError, errorCodes, type ErrorCode } from '../../shared/errors.ts'
import type { HeartbeatReply } from '../../shared/model/lease.ts'
import type { InputOf } from '../../shared/routes.ts'
import type { ServerDeps } from '../deps.ts'
import { isSignedBy, unknownDevice } from '../devices/device-proof.ts'
import { requireOwnAddress } from '../devices/proof-address.ts'
import type { LeaseRow } from '../store/tables.ts'
import { leaseLifeMs, leaseStateOf } from './alive-leases.ts'
import { leaseEnded } from './authenticate-lease.ts'

/**
 * Keeps a lease alive. A device lease needs the device's signature over a number that grows: whoever took
 * the lease's secret from the memory of restic has a minute, and no second one.
 *
 * @throws AppError LEASE_ENDED, DEVICE_UNKNOWN (no or a wrong signature), CONFLICT (the number did not grow)
 */
export async function beat(
  deps: ServerDeps,
  lease: LeaseRow,
  { sequence, serverAddress, signature }: InputOf<'heartbeat'>,
): Promise<HeartbeatReply> {
  const { deviceId } = lease
  return await deps.store.transact([`lease:${lease.id}`], async (tx) => {
    const now = deps.clock.nowMs()
    const state = await leaseStateOf(tx, lease.id, now)
    if (state.kind !== 'alive') throw leaseEnded()
    if (deviceId !== null) {
      const device = await tx
        .selectFrom('devices')
        .select(['id', 'publicKey', 'serverAddress'])
        .where('id', '=', deviceId)
        .executeTakeFirstOrThrow()
      const text = deviceProof.heartbeat({ leaseId: lease.id, sequence, serverAddress })
      if (signature === undefined || !isSignedBy(device.publicKey, text, signature)) throw unknownDevice()
      await requireOwnAddress(deps, tx, device, serverAddress)
      if (sequence <= state.lease.heartbeatSequence)
        throw new AppError('CONFLICT', 'A heartbeat’s number must grow.')
    }
    const expiresAt = now + leaseLifeMs
    await tx
      .updateTable('leases')
      .set({ expiresAt, heartbeatSequence: sequence })
      .where('id', '=', lease.id)
      .execute()
    return { expiresAt: isoOf(expiresAt), problem: errorCodeOf(state.lease.problem) }
  })
}

function errorCodeOf(text: string | null): ErrorCode | null {
  return errorCodes.find((code) => code === text) ?? null
}
