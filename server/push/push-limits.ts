import { rateLimited } from '../sign-in/rate-limited.ts'
import type { AppError } from '../../shared/errors.ts'
import type { Decision } from '../sign-in/decide.ts'
import { codeLane } from '../sign-in/lanes.ts'
import { forgetFailures, lockedUntil, recordFailure, takeAll } from '../sign-in/throttles.ts'
import type { PhoneRequestRow } from '../store/tables.ts'

/** Open requests of one lane: more on one screen are agreed to unread. */
const maxOpen = 3
const windowMs = 10 * 60_000

/** Of an account, or of one known computer of it: nobody else uses up what its owner may ask for there. */
export function pushLane({ transaction, user }: Decision): string {
  return `push:${codeLane(user.id, transaction.deviceId)}`
}

/** Whether the phone may be asked again now; counts the request when it may. */
export async function refusedPush(
  decision: Decision,
  open: readonly PhoneRequestRow[],
): Promise<AppError | null> {
  const { nowMs, policy, transaction, tx } = decision
  const lane = pushLane(decision)
  const until = await lockedUntil(tx, pauseKey(lane), nowMs)
  if (until !== null) {
    return rateLimited('No request is sent after one was denied', Math.ceil((until - nowMs) / 1000))
  }
  const others = open.filter((row) => row.lane === lane && row.transactionId !== transaction.id)
  const [oldest] = others
  if (oldest !== undefined && others.length >= maxOpen) {
    const seconds = Math.max(1, Math.ceil((oldest.expiresAt - nowMs) / 1000))
    return rateLimited('Too many requests wait on the phone', seconds)
  }
  const quota = { key: lane, limit: policy.limits.pushesPer10Minutes, windowMs }
  const wait = await takeAll(tx, [quota], nowMs)
  return wait === null ? null : rateLimited('Too many requests were sent to the phone', wait)
}

/** After a denial nothing is sent for a while, longer with each one, so that nobody is worn down. */
export async function pausePushes(decision: Decision): Promise<void> {
  const limits = {
    failuresBeforeLock: 1,
    lockMinutes: decision.policy.limits.lockMinutes,
    failuresHardStop: Number.MAX_SAFE_INTEGER,
  }
  await recordFailure(decision.tx, pauseKey(pushLane(decision)), limits, decision.nowMs)
}

export async function endPushPause(decision: Decision): Promise<void> {
  await forgetFailures(decision.tx, [pauseKey(pushLane(decision))])
}

function pauseKey(lane: string): string {
  return `${lane}:denied`
}
