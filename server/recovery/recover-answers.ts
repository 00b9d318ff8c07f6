import { AppError } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { isSameSecret, newId } from '../server-key.ts'
import { isPaused, type Answering } from '../sign-in/answers.ts'
import { openChallenge } from '../sign-in/challenges.ts'
import {
  audit,
  auditRefusalOnce,
  decide,
  endAndRefuse,
  outOfOrder,
  refused,
  type Decision,
  type Verdict,
} from '../sign-in/decide.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { carriedOf, stateAt } from '../sign-in/state.ts'
import { storeState } from '../sign-in/transactions.ts'
import { wrongProof } from '../sign-in/wrong-proof.ts'
import { secondsUntilStart, stillWaiting } from './starting.ts'
import { canRecover, isReady, recoveryChannels, recoveryPhoneOf, waitingRecovery } from './waiting.ts'

/** "I can't use any of these": after the right password, and only while signing in. */
export async function answerStartRecovery(deps: AuthDeps, call: Answering): Promise<Verdict> {
  return await decide(deps, call, ['choose-method'], async (decision) => {
    if (await isPaused(decision)) return await endAndRefuse(decision, 'too-many-tries')
    const { nowMs, policy, state, transaction, tx, user } = decision
    const phone = await recoveryPhoneOf(tx, user.id)
    if (phone === undefined || transaction.purpose !== 'sign-in' || !(await mayRecover(decision))) {
      await auditRefusalOnce(decision, 'recovery.offered', 'not-allowed')
      return refused(noRecovery())
    }
    const waiting = await waitingRecovery(tx, user.id, nowMs)
    if (waiting !== undefined && !isReady(waiting, nowMs)) return await stillWaiting(decision, waiting)
    if (waiting === undefined) {
      const wait = await secondsUntilStart(decision)
      if (wait !== null) {
        await auditRefusalOnce(decision, 'recovery.started', 'limit')
        return refused(rateLimited('No further recovery can be begun yet', wait))
      }
    }
    await storeState(tx, transaction.id, stateAt('recover-by-phone', carriedOf(state)), transaction.triesLeft)
    return {
      kind: 'step',
      step: {
        kind: 'recover-by-phone',
        lastDigits: phone.phoneNumber.slice(-2),
        waitHours: policy.recovery.waitHours,
        isReady: waiting !== undefined,
      },
    }
  })
}

/**
 * The whole number must be known, not only reachable: a wrong one is a wrong try like a wrong code, and no
 * message is sent before the right one.
 */
export async function answerRecoveryNumber(
  deps: AuthDeps,
  call: Answering,
  typedNumber: string,
): Promise<Verdict> {
  const { number } = readPhoneNumber(typedNumber, 'phoneNumber')
  return await decide(deps, call, ['recover-by-phone'], async (decision) => {
    if (await isPaused(decision)) return await endAndRefuse(decision, 'too-many-tries')
    const phone = await recoveryPhoneOf(decision.tx, decision.user.id)
    if (phone === undefined || !(await mayRecover(decision))) return refused(outOfOrder())
    if (!isSameSecret(number, phone.phoneNumber)) {
      await audit(decision, 'recovery.number', 'failed')
      return await wrongProof(decision, 'recovery-number')
    }
    await audit(decision, 'recovery.number', 'ok')
    return await openChallenge(decision, {
      factorId: newId<FactorId>('fac'),
      method: 'sms',
      label: 'Recovery phone',
      phoneNumber: number,
      emailAddress: null,
      isNew: false,
      use: 'recovery',
    })
  })
}

async function mayRecover({ deps, policy, tx, user }: Decision): Promise<boolean> {
  return await canRecover(tx, user, policy, await recoveryChannels(deps, tx))
}

function noRecovery(): AppError {
  return new AppError(
    'NO_METHOD_AVAILABLE',
    'This account cannot recover by phone; contact your administrator.',
    {
      details: { advice: 'administrator' },
    },
  )
}
