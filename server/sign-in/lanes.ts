import { loginNameMac } from '../accounts/login-key.ts'
import type { DeviceId, UserId } from '../../shared/model/ids.ts'
import type { Limits } from '../../shared/model/policy.ts'
import type { ServerKey } from '../server-key.ts'
import type { FailureLimits } from './throttles.ts'

/**
 * Failures are counted per lane. A computer that proved its key has one of its own: whoever tries codes or
 * passwords without that key cannot lock the owner out (ASVS 5.0 6.1.1).
 */
export function passwordLane(serverKey: ServerKey, loginName: string, deviceId: DeviceId | null): string {
  return withDevice(`password:${loginNameMac(serverKey, loginName)}`, deviceId)
}

/** One counter over all methods that take codes. */
export function codeLane(userId: UserId, deviceId: DeviceId | null): string {
  return withDevice(`code:${userId}`, deviceId)
}

export function passwordFailureLimits(limits: Limits): FailureLimits {
  return {
    failuresBeforeLock: limits.passwordFailuresBeforeLock,
    lockMinutes: limits.lockMinutes,
    failuresHardStop: Math.max(limits.failuresHardStop, limits.passwordFailuresBeforeLock),
  }
}

export function codeFailureLimits(limits: Limits): FailureLimits {
  return limits
}

function withDevice(lane: string, deviceId: DeviceId | null): string {
  return deviceId === null ? lane : `${lane}:${deviceId}`
}
