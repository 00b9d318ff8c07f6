import { AppError } from '../../shared/errors.ts'
import { triesLeft } from './challenges.ts'
import { audit, endAndRefuse, refused, type Decision, type Verdict } from './decide.ts'
import { codeFailureLimits, codeLane } from './lanes.ts'
import { recordFailure } from './throttles.ts'
import { storeState } from './transactions.ts'

/**
 * Counts something that was to prove identity and did not: against this transaction's tries and the account's
 * row of failures.
 *
 * @param method what was tried, for the audit log
 */
export async function wrongProof(decision: Decision, method: string): Promise<Verdict> {
  const { nowMs, policy, state, transaction, tx, user } = decision
  const left = triesLeft(decision) - 1
  const lane = codeLane(user.id, transaction.deviceId)
  const isPaused = await recordFailure(tx, lane, codeFailureLimits(policy.limits), nowMs)
  await audit(decision, 'challenge.proof', 'failed', { method, triesLeft: left })
  if (left <= 0 || isPaused) {
    if (isPaused) await audit(decision, 'account.paused', 'ok', { after: 'codes' })
    return await endAndRefuse(decision, 'too-many-tries')
  }
  await storeState(tx, transaction.id, state, left)
  return refused(
    new AppError('PASSCODE_WRONG', 'This is not the right code.', { details: { triesLeft: left } }),
  )
}
