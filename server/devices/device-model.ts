import { isoOf } from '../../shared/clock.ts'
import type { Device } from '../../shared/model/account.ts'
import type { DeviceRow } from '../store/tables.ts'

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms))

export function deviceOf(row: DeviceRow): Device {
  return {
    id: row.id,
    name: row.name,
    platform: row.platform,
    enrolledAt: isoOf(row.enrolledAt),
    lastSeenAt: isoOrNull(row.lastSeenAt),
    lastAddress: row.lastAddress,
    revokedAt: isoOrNull(row.revokedAt),
    trustedUntil: isoOrNull(row.trustedUntil),
  }
}
