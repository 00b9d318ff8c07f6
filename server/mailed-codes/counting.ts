import { AppError } from '../../shared/errors.ts'
import { auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import type { ServerDeps } from '../deps.ts'
import type { Origin } from '../http/handler.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { takeAll, type Quota } from '../sign-in/throttles.ts'

/** What somebody without a session asks for again and again. */
export interface CountedRequest {
  /** What all the quotas belong to; also the lock under which they are counted. */
  readonly name: string
  readonly quotas: readonly Quota[]
  /** As the audit log names it, once a minute for each network. */
  readonly action: string
  /** Why it is refused, without the full stop. */
  readonly refusal: string
}

/**
 * Counts a request before anything of it is looked at, in a transaction of its own: what is refused later
 * counts as well.
 *
 * @throws AppError RATE_LIMITED, whoever or whatever was named
 */
export async function countRequest(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  { action, name, quotas, refusal }: CountedRequest,
  { address, network }: Origin,
): Promise<void> {
  const nowMs = deps.clock.nowMs()
  const wait = await deps.store.transact([`throttle:${name}`], (tx) => takeAll(tx, quotas, nowMs))
  if (wait === null) return
  await auditOnceAMinuteAlone(deps, `${name}.limited:${network}`, {
    at: nowMs,
    actor: 'unknown',
    action,
    outcome: 'refused',
    address,
    details: { reason: 'limit' },
  })
  throw rateLimited(refusal, wait)
}

/** A code that nobody has, that was used or that is over: PASSCODE_WRONG, audited once a minute for each network. */
export async function wrongMailedCode(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  action: string,
  { address, network }: Origin,
): Promise<AppError> {
  await auditOnceAMinuteAlone(deps, `${action}.code:${network}`, {
    at: deps.clock.nowMs(),
    actor: 'unknown',
    action,
    outcome: 'failed',
    address,
  })
  return new AppError('PASSCODE_WRONG', 'This code is wrong, was used or is over; ask for another mail.')
}
