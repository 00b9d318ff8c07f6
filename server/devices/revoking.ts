import type { DeviceId, UserId } from '../../shared/model/ids.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import type { Tx } from '../store/store.ts'

/**
 * Revokes a computer and ends its leases; running transfers notice within seconds. Idempotent: a second time
 * changes nothing.
 *
 * @returns whether it was enrolled and not revoked before
 */
export async function revokeDevice(
  tx: Tx,
  device: { readonly id: DeviceId; readonly userId: UserId },
  nowMs: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('devices')
    .set({ revokedAt: nowMs, trustedUntil: null, trustedSince: null })
    .where('id', '=', device.id)
    .where('userId', '=', device.userId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  await tx
    .updateTable('leases')
    .set({ endedAt: nowMs })
    .where('deviceId', '=', device.id)
    .where('endedAt', 'is', null)
    .execute()
  return numUpdatedRows === 1n
}

/** The same by an administrator: the computer's owner is told that nothing is backed up from it any more. */
export async function refuseDevice(
  tx: Tx,
  device: { readonly id: DeviceId; readonly userId: UserId; readonly name: string },
  nowMs: number,
): Promise<boolean> {
  const wasEnrolled = await revokeDevice(tx, device, nowMs)
  if (wasEnrolled) {
    const about = { what: 'device-revoked', label: device.name, exceptFactorId: null } as const
    await recordNotice(tx, nowMs, { userId: device.userId, ...about })
  }
  return wasEnrolled
}
