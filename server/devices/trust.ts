import type { DeviceId, UserId } from '../../shared/model/ids.ts'
import type { Method, Policy } from '../../shared/model/policy.ts'
import type { Tx } from '../store/store.ts'
import type { DeviceRow } from '../store/tables.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

type TrustPolicy = Pick<Policy, 'limits' | 'trustedDevices'>

/**
 * Lets a computer that proved its key, and whose user proved a second factor just now, skip the second factor
 * for the policy's hours. Where policy lets a user trust one computer, the one before is asked again.
 */
export async function trust(
  tx: Tx,
  device: DeviceRow,
  policy: TrustPolicy,
  nowMs: number,
  trustedBy: Method,
): Promise<void> {
  if (policy.trustedDevices === 'one') await untrustAll(tx, device.userId)
  await tx
    .updateTable('devices')
    .set({ trustedSince: nowMs, trustedBy, trustedUntil: trustEnd(nowMs, policy, nowMs) })
    .where('id', '=', device.id)
    .execute()
}

/** Each use of a trusted computer begins the hours anew, up to the absolute end. */
export async function extendTrust(
  tx: Tx,
  device: DeviceRow,
  policy: TrustPolicy,
  nowMs: number,
): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ trustedUntil: trustEnd(device.trustedSince ?? nowMs, policy, nowMs) })
    .where('id', '=', device.id)
    .execute()
}

export function isTrusted(device: DeviceRow, policy: TrustPolicy, nowMs: number): boolean {
  const { trustedSince, trustedUntil } = device
  if (policy.limits.trustedDeviceHours === 0 || trustedUntil === null || trustedSince === null) return false
  // Limits that policy has shortened since, or a clock that was set back, shorten the trust as well.
  return trustedUntil > nowMs && trustedUntil <= trustEnd(trustedSince, policy, nowMs)
}

/** Asks for the second factor again; the computer stays enrolled and its backups go on. @returns whether it was trusted */
export async function untrustDevice(
  tx: Tx,
  device: { readonly id: DeviceId; readonly userId: UserId },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('devices')
    .set({ trustedUntil: null, trustedSince: null })
    .where('id', '=', device.id)
    .where('userId', '=', device.userId)
    .where('trustedUntil', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

export async function untrustAll(tx: Tx, userId: UserId): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ trustedUntil: null, trustedSince: null })
    .where('userId', '=', userId)
    .execute()
}

/** Of a method that is no longer there: whoever had it may have made a computer of their own trusted. */
export async function untrustBy(tx: Tx, userId: UserId, method: Method): Promise<void> {
  await tx
    .updateTable('devices')
    .set({ trustedUntil: null, trustedSince: null })
    .where('userId', '=', userId)
    // A phone is one method, however it was reached.
    .where('trustedBy', 'in', method === 'sms' ? ['sms', 'voice'] : [method])
    .execute()
}

function trustEnd(since: number, { limits }: TrustPolicy, nowMs: number): number {
  const absoluteEnd = since + limits.trustedDeviceMaxDays * dayMs
  return Math.min(nowMs + limits.trustedDeviceHours * hourMs, absoluteEnd)
}
