import type { DeviceId, UserId } from '../../shared/model/ids.ts'
import type { Limits } from '../../shared/model/policy.ts'
import { takeAll, type Quota } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

/** The lock that a transaction which counts messages must hold. */
export const sendsLock = 'throttle:sends'

export interface PlannedSend {
  readonly number: string
  readonly callingCode: string
  /** The source network that causes it; null when the server itself does. */
  readonly network: string | null
  /** A known computer has its own count: nobody else can use the owner's messages up. */
  readonly deviceId: DeviceId | null
  /** The account that is about to register the number; null for a number that it has. */
  readonly registering: UserId | null
}

/**
 * Counts a message before it is sent, against everything that it costs or annoys (ASVS 5.0 2.4.1, 6.6.3;
 * SMS pumping: peers.md B1).
 *
 * @param userLimits what holds for one number
 * @param serverLimits what holds for networks, countries and the server
 * @returns null when it may be sent, else the seconds until it may
 */
export async function takeSend(
  tx: Tx,
  send: PlannedSend,
  userLimits: Limits,
  serverLimits: Limits,
  nowMs: number,
): Promise<number | null> {
  const lane = send.deviceId === null ? send.number : `${send.number}:${send.deviceId}`
  const quotas: Quota[] = [
    {
      key: `send:number:10min:${lane}`,
      limit: userLimits.sendsPerNumberPer10Minutes,
      windowMs: 10 * minuteMs,
    },
    { key: `send:number:day:${lane}`, limit: userLimits.sendsPerNumberPerDay, windowMs: dayMs },
    {
      key: `send:country:${send.callingCode}`,
      limit: serverLimits.sendsPerCountryPerDay,
      windowMs: dayMs,
    },
    { key: 'send:server', limit: serverLimits.sendsPerServerPerDay, windowMs: dayMs },
  ]
  // A sign-in can name any number as its new one, and the next sign-in another. Together they count as one
  // number does, or one account could use up what all others may be sent.
  if (send.registering !== null) {
    const key = `send:registering:${send.registering}`
    quotas.push({ key, limit: userLimits.sendsPerNumberPerDay, windowMs: dayMs })
  }
  if (send.network !== null) {
    const key = `send:network:${send.network}`
    quotas.push({ key, limit: serverLimits.sendsPerNetworkPerHour, windowMs: 60 * minuteMs })
  }
  return await takeAll(tx, quotas, nowMs)
}
