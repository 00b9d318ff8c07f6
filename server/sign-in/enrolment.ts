import { AppError } from '../../shared/errors.ts'
import { labelSchema } from '../../shared/model/account.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { Enrolment } from '../../shared/model/sign-in.ts'
import { readEmailAddress } from '../factors/email-addresses.ts'
import { maxFactors, type RegisteredFactor } from '../factors/factors.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { usableMethods } from '../factors/usable-methods.ts'
import { maxPasskeys, openPasskey } from '../passkeys/passkey-step.ts'
import { registrableMethods } from '../passkeys/required-passkey.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { newId } from '../server-key.ts'
import { maxPhones, openPhoneRequest } from '../push/phone-step.ts'
import { openChallenge } from './challenges.ts'
import { refused, type Decision, type Verdict } from './decide.ts'

/** Opens the challenge whose proof registers the method; nothing is registered before. */
export async function openEnrolment(decision: Decision, enrolment: Enrolment): Promise<Verdict> {
  const { deps, policy, tx, user } = decision
  const factors = await standingFactors(tx, user.id, decision.state)
  const usable = await usableMethods(deps, tx, policy, user)
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
  if (enrolment.method === 'push') {
    if (factors.filter((factor) => factor.method === 'push').length >= maxPhones) {
      return refused(new AppError('CONFLICT', 'Too many phones are paired; remove one first.'))
    }
    // Without a name of its owner's the phone's own is taken.
    const given = enrolment.label === undefined ? null : label
    return await openPhoneRequest(decision, { factorId: newId<FactorId>('fac'), label: given, isNew: true })
  }
  const { method } = enrolment
  const to = destinationOf(enrolment)
  const same = method === 'totp' ? undefined : factors.find((factor) => isSameDestination(factor, to))
  if (same?.isProven === 1) {
    return refused(
      new AppError('CONFLICT', `This ${method === 'email' ? 'address' : 'number'} is registered already.`),
    )
  }
  // What an administrator entered is proven in its place.
  const factorId = same?.id ?? newId<FactorId>('fac')
  return await openChallenge(decision, { factorId, method, label, ...to, isNew: true })
}

interface Destination {
  readonly phoneNumber: string | null
  readonly emailAddress: string | null
}

function destinationOf(enrolment: Exclude<Enrolment, { method: 'passkey' | 'push' }>): Destination {
  switch (enrolment.method) {
    case 'sms':
    case 'voice':
      return {
        phoneNumber: readPhoneNumber(enrolment.phoneNumber, 'phoneNumber').number,
        emailAddress: null,
      }
    case 'email':
      return { phoneNumber: null, emailAddress: readEmailAddress(enrolment.emailAddress, 'emailAddress') }
    case 'totp':
      return { phoneNumber: null, emailAddress: null }
  }
}

function isSameDestination(factor: RegisteredFactor, to: Destination): boolean {
  return to.phoneNumber === null
    ? factor.emailAddress === to.emailAddress
    : factor.phoneNumber === to.phoneNumber
}

const usualLabels: Record<Enrolment['method'], string> = {
  sms: 'Phone',
  voice: 'Phone',
  email: 'E-mail',
  totp: 'Authenticator app',
  passkey: 'Passkey',
  push: 'Phone',
}

function labelOf(enrolment: Enrolment): string | AppError {
  if (enrolment.label === undefined) return usualLabels[enrolment.method]
  const parsed = labelSchema.safeParse(enrolment.label)
  if (parsed.success) return parsed.data
  return new AppError('INPUT_INVALID', 'Invalid input at label.', { details: { paths: ['label'] } })
}
