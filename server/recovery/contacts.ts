import { AppError } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { factorsOf, provenMethods } from '../factors/factors.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { newId } from '../server-key.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { openChallenge } from '../sign-in/challenges.ts'
import { mayHaveRecoveryPhone } from './waiting.ts'
import { begin, type Begun, type Caller } from '../sign-in/from-session.ts'

const operation = { kind: 'change-factors' } as const

/**
 * Starts registering the recovery phone: it is as strong as a second factor after some days, so it takes what
 * registering one takes. Nothing is stored before the right passcode.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_ALLOWED, CONFLICT, RATE_LIMITED, INPUT_INVALID (path `phoneNumber`)
 */
export async function beginRecoveryPhone(
  deps: AuthDeps,
  call: Caller,
  typedNumber: string,
  grantToken: string,
): Promise<Begun> {
  const { number } = readPhoneNumber(typedNumber, 'phoneNumber')
  return await begin(deps, call, 'enrol', null, async (decision) => {
    const { policy, tx, user } = decision
    await consumeGrant(tx, deps, call.caller, grantToken, operation)
    const channels = await deps.messages.channels(tx)
    if (!mayHaveRecoveryPhone(user, policy, channels)) {
      throw new AppError('NOT_ALLOWED', 'Recovery by phone is not allowed for this account.')
    }
    const proven = provenMethods(await factorsOf(tx, user.id))
    if (proven.some((factor) => factor.phoneNumber === number)) {
      throw new AppError(
        'CONFLICT',
        'This number is a second factor already; take another one, which is not lost with it.',
        {
          details: { reason: 'is-a-factor' },
        },
      )
    }
    const verdict = await openChallenge(decision, {
      factorId: newId<FactorId>('fac'),
      method: 'sms',
      label: 'Recovery phone',
      phoneNumber: number,
      emailAddress: null,
      isNew: true,
      use: 'recovery-phone',
    })
    // Rolls back, so that the grant can still be used for a second try.
    if (verdict.kind === 'refused') throw verdict.error
    return verdict
  })
}
