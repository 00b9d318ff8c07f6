import { AppError } from '../../shared/errors.ts'
import { labelSchema } from '../../shared/model/account.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { Enrolment } from '../../shared/model/sign-in.ts'
import { maxFactors, usableMethods } from '../factors/factors.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { maxPasskeys, openPasskey } from '../passkeys/passkey-step.ts'
import { registrableMethods } from '../passkeys/required-passkey.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { newId } from '../server-key.ts'
import { openChallenge } from './challenges.ts'
import { refused, type Decision, type Verdict } from './decide.ts'

/** Opens the challenge whose proof registers the method; nothing is registered before. */
export async function openEnrolment(decision: Decision, enrolment: Enrolment): Promise<Verdict> {
  const { deps, policy, tx, user } = decision
  const factors = await standingFactors(tx, user.id, decision.state)
  const usable = await usableMethods(deps, tx, policy)
  if (!registrableMethods({ policy, user }, factors, usable).includes(enrolment.method)) {
    return refused(new AppError('NOT_ALLOWED', 'This method is not allowed here.'))
  }
  const label = labelOf(enrolment)
  if (label instanceof AppError) return refused(label)
  if (factors.length >= maxFactors) {
    return refused(new AppError('CONFLICT', 'Too many methods are registered; remove one first.'))
  }
  if (enrolment.method === 'passkey') {
    if (factors.filter((factor) => factor.method === 'passkey').length >= maxPasskeys) {
      return refused(new AppError('CONFLICT', 'Too many passkeys are registered; remove one first.'))
    }
    return await openPasskey(decision, { label, newFactorId: newId<FactorId>('fac') })
  }
  if (enrolment.method === 'totp') {
    const factorId = newId<FactorId>('fac')
    return await openChallenge(decision, { factorId, method: 'totp', label, phoneNumber: null, isNew: true })
  }
  const { number } = readPhoneNumber(enrolment.phoneNumber, 'phoneNumber')
  const same = factors.find((factor) => factor.phoneNumber === number)
  if (same?.isProven === 1) {
    return refused(new AppError('CONFLICT', 'This number is registered already.'))
  }
  // A number that an administrator entered is proven in its place.
  const factorId = same?.id ?? newId<FactorId>('fac')
  return await openChallenge(decision, { factorId, method: 'sms', label, phoneNumber: number, isNew: true })
}

const usualLabels = { sms: 'Phone', totp: 'Authenticator app', passkey: 'Passkey' } as const satisfies Record<
  Enrolment['method'],
  string
>

function labelOf(enrolment: Enrolment): string | AppError {
  if (enrolment.label === undefined) return usualLabels[enrolment.method]
  const parsed = labelSchema.safeParse(enrolment.label)
  if (parsed.success) return parsed.data
  return new AppError('INPUT_INVALID', 'Invalid input at label.', { details: { paths: ['label'] } })
}
