import type { Protection } from '../../shared/model/policy.ts'
import type { ServerConfig } from '../config.ts'

const dayMs = 24 * 60 * 60_000

/**
 * When something deleted now may be erased. The floor of the configuration file holds whatever the console
 * says. Server time only: clients' clocks decide nothing.
 */
export function releaseTime(
  protection: Pick<Protection, 'retentionLockDays'>,
  config: Pick<ServerConfig, 'retentionLockFloorDays'>,
  nowMs: number,
): number {
  return nowMs + Math.max(protection.retentionLockDays, config.retentionLockFloorDays) * dayMs
}
