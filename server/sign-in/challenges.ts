import { isoOf } from '../../shared/clock.ts'
import type { ChallengeId, FactorId } from '../../shared/model/ids.ts'
import type { CodeMethod } from '../../shared/model/policy.ts'
import type { Challenge, Step } from '../../shared/model/sign-in.ts'
import { defaultGroupPolicy } from '../accounts/policies.ts'
import { backupCodeLength } from '../factors/backup-codes.ts'
import { secretContext } from '../factors/factors.ts'
import { maskPhoneNumber, readPhoneNumber } from '../factors/phone-numbers.ts'
import { newTotpSecret, totpDigits, totpUri } from '../factors/totp.ts'
import { takeSend } from '../senders/send-quotas.ts'
import { newId } from '../server-key.ts'
import { audit, auditRefusalOnce, refused, type Decision, type Verdict } from './decide.ts'
import { newPasscode, newPrefix, passcodeMac, passcodeText } from './passcodes.ts'
import { rateLimited } from './rate-limited.ts'
import { carriedOf, type OpenChallenge, type State } from './state.ts'
import { storeState } from './transactions.ts'

/** What is to be proven. */
export interface Subject {
  readonly factorId: FactorId
  readonly method: CodeMethod
  readonly label: string
  readonly phoneNumber: string | null
  /** Registers the method when it is proven. */
  readonly isNew: boolean
  /** A second factor unless said otherwise. */
  readonly use?: OpenChallenge['use']
}

/**
 * Opens a challenge in place of the current one, whose code is dead from here on. The tries of a
 * transaction are used up over all its challenges: choosing again buys none.
 */
export async function openChallenge(decision: Decision, subject: Subject): Promise<Verdict> {
  if (subject.method === 'sms') return await openPasscode(decision, subject, false)
  const challenge: OpenChallenge = {
    ...blankChallenge(subject),
    codeLength: subject.method === 'totp' ? totpDigits : backupCodeLength,
    expiresAt: decision.transaction.expiresAt,
  }
  if (!subject.isNew) return await enterCode(decision, challenge, decision.state.sends)
  const secretBase32 = newTotpSecret()
  const context = secretContext(decision.user.id, subject.factorId)
  const secretSealed = decision.deps.serverKey.seal(secretBase32, context)
  return await pairAuthenticator(decision, { ...challenge, secretSealed }, secretBase32)
}

/** Sends a new passcode for the open challenge's phone. */
export async function reopenPasscode(decision: Decision, challenge: OpenChallenge): Promise<Verdict> {
  return await openPasscode(decision, challenge, true)
}

export function challengeView(decision: Decision, challenge: OpenChallenge, state: State): Challenge {
  const sent = challenge.phoneNumber === null ? undefined : state.sends[challenge.phoneNumber]
  return {
    challengeId: challenge.id,
    method: challenge.method,
    label: challenge.label,
    maskedDestination: challenge.phoneNumber === null ? null : maskPhoneNumber(challenge.phoneNumber),
    prefix: challenge.prefix,
    codeLength: challenge.codeLength,
    expiresAt: isoOf(challenge.expiresAt),
    triesLeft: triesLeft(decision),
    resendAvailableAt: sent === undefined ? null : isoOf(sent.nextAt),
    resendsLeft:
      sent === undefined ? null : Math.max(0, decision.policy.limits.resendsPerChallenge + 1 - sent.count),
    canChooseAnother: state.back !== null,
  }
}

export function triesLeft(decision: Decision): number {
  return decision.transaction.triesLeft ?? decision.policy.limits.triesPerChallenge
}

async function openPasscode(decision: Decision, subject: Subject, isResend: boolean): Promise<Verdict> {
  const { deps, nowMs, policy, state, transaction, user } = decision
  if (subject.phoneNumber === null) throw new Error('A phone without a number.')
  const { number, callingCode } = readPhoneNumber(subject.phoneNumber, 'phoneNumber')
  const earlier = state.sends[number]
  const count = (earlier?.count ?? 0) + 1
  const wait = await secondsToWait(decision, number, callingCode, subject.isNew)
  if (wait !== null) {
    await auditRefusalOnce(decision, 'passcode.send', 'limit')
    return refused(rateLimited('No further passcode can be sent yet', wait))
  }
  const digits = policy.limits.passcodeDigits
  const passcode = newPasscode(digits)
  const prefix = newPrefix()
  const blank = blankChallenge(subject)
  const challenge: OpenChallenge = {
    ...blank,
    phoneNumber: number,
    prefix,
    codeLength: digits,
    codeMac: passcodeMac(deps.serverKey, blank.id, passcode),
    expiresAt: Math.min(nowMs + policy.limits.passcodeMinutes * 60_000, transaction.expiresAt),
  }
  const cooldownMs = policy.limits.resendCooldownSeconds * 1000 * 2 ** (count - 1)
  const sends = { ...state.sends, [number]: { count, nextAt: nowMs + cooldownMs } }
  const verdict = await enterCode(decision, challenge, sends)
  if (verdict.kind !== 'step') return verdict
  const text = passcodeText(
    { prefix, passcode },
    { ...transaction, use: challenge.use },
    user.loginName,
    deps.config.name,
  )
  return { ...verdict, dispatch: { message: { channel: 'sms', to: number, text, passcode }, isResend } }
}

/** All limits of sending; takes from them only when none stands in the way. */
async function secondsToWait(
  decision: Decision,
  number: string,
  callingCode: string,
  isNew: boolean,
): Promise<number | null> {
  const { nowMs, origin, policy, state, transaction, tx, user } = decision
  const earlier = state.sends[number]
  if (earlier !== undefined) {
    if (earlier.count > policy.limits.resendsPerChallenge) {
      return Math.max(1, Math.ceil((transaction.expiresAt - nowMs) / 1000))
    }
    if (nowMs < earlier.nextAt) return Math.ceil((earlier.nextAt - nowMs) / 1000)
  }
  const send = {
    number,
    callingCode,
    network: origin.network,
    deviceId: transaction.deviceId,
    registering: isNew ? user.id : null,
  }
  const serverPolicy = await defaultGroupPolicy(tx)
  return await takeSend(tx, send, policy.limits, serverPolicy.limits, nowMs)
}

async function enterCode(
  decision: Decision,
  challenge: OpenChallenge,
  sends: State['sends'],
): Promise<Verdict> {
  const state: State = {
    ...carriedOf(decision.state),
    at: 'enter-code',
    challenge,
    passkey: null,
    back: backFrom(decision),
    sends,
    endReason: null,
  }
  await storeState(decision.tx, decision.transaction.id, state, triesLeft(decision))
  await audit(decision, 'challenge.opened', 'ok', { method: challenge.method, isNew: challenge.isNew })
  const step: Step = { kind: 'enter-code', challenge: challengeView(decision, challenge, state) }
  return { kind: 'step', step }
}

async function pairAuthenticator(
  decision: Decision,
  challenge: OpenChallenge,
  secretBase32: string,
): Promise<Verdict> {
  const { deps, state: before, transaction, tx, user } = decision
  const state: State = {
    ...carriedOf(before),
    at: 'pair-authenticator',
    challenge,
    passkey: null,
    back: backFrom(decision),
    endReason: null,
  }
  await storeState(tx, transaction.id, state, triesLeft(decision))
  await audit(decision, 'challenge.opened', 'ok', { method: 'totp', isNew: true })
  const step: Step = {
    kind: 'pair-authenticator',
    challenge: challengeView(decision, challenge, state),
    otpauthUri: totpUri(secretBase32, deps.config.name, user.loginName),
    secretBase32,
    issuer: deps.config.name,
    accountName: user.loginName,
  }
  return { kind: 'step', step }
}

/** A new challenge in place of an open one leads back to where the open one came from. */
export function backFrom({ state, transaction }: Decision): State['back'] {
  if (transaction.purpose === 'enrol') return null
  switch (state.at) {
    case 'offer-enrolment':
    case 'must-enrol':
    case 'choose-method':
      return state.at
    case 'recover-by-phone':
      return 'choose-method'
    default:
      return state.back
  }
}

function blankChallenge(subject: Subject): OpenChallenge {
  return {
    id: newId<ChallengeId>('chl'),
    method: subject.method,
    label: subject.label,
    factorId: subject.factorId,
    isNew: subject.isNew,
    use: subject.use ?? 'factor',
    phoneNumber: subject.phoneNumber,
    secretSealed: null,
    prefix: null,
    codeLength: totpDigits,
    codeMac: null,
    expiresAt: 0,
  }
}
