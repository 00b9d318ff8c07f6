import { AppError } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { factorsOf, provenMethods } from '../factors/factors.ts'
import { readEmailAddress } from '../factors/email-addresses.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { newId } from '../server-key.ts'
import { isFresh, stepUpRequired } from '../sessions/sessions.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { openChallenge } from '../sign-in/challenges.ts'
import { mayHaveRecoveryPhone, recoveryChannels } from './waiting.ts'
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
    const channels = await recoveryChannels(deps, tx)
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

/**
 * Starts changing the account's mail address, which hears of everything that happens to the account and can
 * get a code for a new password. The old one stays until the new one is proven, and is told then.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_ALLOWED, CONFLICT, RATE_LIMITED, INPUT_INVALID (path `email`)
 */
export async function beginEmailChange(
  deps: AuthDeps,
  call: Caller,
  typedAddress: string,
  grantToken: string | undefined,
): Promise<Begun> {
  const emailAddress = readEmailAddress(typedAddress, 'email')
  return await begin(deps, call, 'enrol', null, async (decision) => {
    const { nowMs, session, tx, user } = decision
    const isBare = (await factorsOf(tx, user.id)).length === 0
    if (isBare && (session === null || !isFresh(session, nowMs))) throw stepUpRequired(operation.kind)
    if (!isBare) {
      if (grantToken === undefined) throw stepUpRequired(operation.kind)
      await consumeGrant(tx, deps, call.caller, grantToken, operation)
    }
    if (!(await deps.messages.channels(tx)).has('email')) {
      throw new AppError('NOT_ALLOWED', 'This server sends no mail.')
    }
    if (user.email === emailAddress && user.emailProvenAt !== null) {
      throw new AppError('CONFLICT', 'This is the address already.')
    }
    const verdict = await openChallenge(decision, {
      factorId: newId<FactorId>('fac'),
      method: 'email',
      label: 'Mail address',
      phoneNumber: null,
      emailAddress,
      isNew: true,
      use: 'email',
    })
    // Rolls back, so that the grant can still be used for a second try.
    if (verdict.kind === 'refused') throw verdict.error
    return verdict
  })
}
