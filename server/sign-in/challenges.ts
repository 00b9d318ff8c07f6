import { isoOf } from '../../shared/clock.ts'
import type { ChallengeId, FactorId } from '../../shared/model/ids.ts'
import { phoneChannelSchema, type CodeMethod } from '../../shared/model/policy.ts'
import type { Challenge, Step } from '../../shared/model/sign-in.ts'
import { defaultGroupPolicy } from '../accounts/policies.ts'
import { backupCodeLength } from '../factors/backup-codes.ts'
import { maskedDestination, secretContext } from '../factors/factors.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { newTotpSecret, totpDigits, totpUri } from '../factors/totp.ts'
import { usableMethods } from '../factors/usable-methods.ts'
import { countryRefusal } from '../senders/countries.ts'
import type { Channel } from '../senders/messages.ts'
import { takeSend } from '../senders/send-quotas.ts'
import { newId } from '../server-key.ts'
import { audit, auditRefusalOnce, refused, type Decision, type Verdict } from './decide.ts'
import { textsFor } from '../texts/user-texts.ts'
import { newPasscode, newPrefix, passcodeMac, passcodeMessage } from './passcodes.ts'
import { rateLimited } from './rate-limited.ts'
import { carriedOf, type OpenChallenge, type State } from './state.ts'
import { storeState } from './transactions.ts'

/** What is to be proven. */
export interface Subject {
  readonly factorId: FactorId
  readonly method: CodeMethod
  readonly label: string
  readonly phoneNumber: string | null
  readonly emailAddress: string | null
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
  const { deps, nowMs, policy, transaction, user } = decision
  switch (subject.method) {
    case 'sms':
    case 'voice':
    case 'email':
      return await openPasscode(decision, subject, subject.method, false)
    case 'backup-code': {
      const challenge = { ...blankChallenge(subject), codeLength: backupCodeLength }
      return await enterCode(decision, { ...challenge, expiresAt: transaction.expiresAt })
    }
    case 'totp': {
      const challenge = { ...blankChallenge(subject), codeLength: totpDigits }
      if (!subject.isNew) return await enterCode(decision, { ...challenge, expiresAt: transaction.expiresAt })
      const secretBase32 = newTotpSecret()
      const secretSealed = deps.serverKey.seal(secretBase32, secretContext(user.id, subject.factorId))
      const pairingEnds = nowMs + policy.limits.pairingMinutes * 60_000
      const expiresAt = Math.min(pairingEnds, transaction.expiresAt)
      return await pairAuthenticator(decision, { ...challenge, secretSealed, expiresAt }, secretBase32)
    }
  }
}

/** Sends a new passcode for the open challenge, to a phone by the channel that is asked for. */
export async function reopenPasscode(
  decision: Decision,
  challenge: OpenChallenge,
  channel: Channel,
): Promise<Verdict> {
  return await openPasscode(decision, challenge, channel, true)
}

async function challengeView(decision: Decision, challenge: OpenChallenge, state: State): Promise<Challenge> {
  const { deps, policy, tx, user } = decision
  const address = addressOf(challenge)
  const sent = address === null ? undefined : state.sends[address]
  const isPhone = challenge.phoneNumber !== null && challenge.use === 'factor'
  const usable = isPhone ? await usableMethods(deps, tx, policy, user) : []
  return {
    challengeId: challenge.id,
    method: challenge.method,
    label: challenge.label,
    maskedDestination: maskedDestination(challenge),
    prefix: challenge.prefix,
    codeLength: challenge.codeLength,
    expiresAt: isoOf(challenge.expiresAt),
    triesLeft: triesLeft(decision),
    resendAvailableAt: sent === undefined ? null : isoOf(sent.nextAt),
    resendsLeft: sent === undefined ? null : Math.max(0, policy.limits.resendsPerChallenge + 1 - sent.count),
    canChooseAnother: state.back !== null,
    channels: phoneChannelSchema.options.filter((channel) => usable.includes(channel)),
  }
}

function addressOf(to: Pick<OpenChallenge, 'phoneNumber' | 'emailAddress'>): string | null {
  return to.phoneNumber ?? to.emailAddress
}

export function triesLeft(decision: Decision): number {
  return decision.transaction.triesLeft ?? decision.policy.limits.triesPerChallenge
}

/** The channels of one phone share everything that is counted: cool-down, repetitions and all limits. */
async function openPasscode(
  decision: Decision,
  subject: Subject,
  channel: Channel,
  isResend: boolean,
): Promise<Verdict> {
  const { deps, nowMs, policy, state, transaction, user } = decision
  const to = recipientOf(subject)
  const count = (state.sends[to.number]?.count ?? 0) + 1
  const refusal = subject.phoneNumber === null ? null : await countryRefusal(decision.tx, to.number)
  if (refusal !== null) {
    await auditRefusalOnce(decision, 'passcode.send', 'country')
    return refused(refusal)
  }
  const wait = await secondsToWait(decision, to, subject.isNew)
  if (wait !== null) {
    await auditRefusalOnce(decision, 'passcode.send', 'limit')
    return refused(rateLimited('No further passcode can be sent yet', wait))
  }
  const digits = policy.limits.passcodeDigits
  const passcode = newPasscode(digits)
  const prefix = newPrefix()
  const blank = blankChallenge({ ...subject, method: channel })
  const challenge: OpenChallenge = {
    ...blank,
    prefix,
    codeLength: digits,
    codeMac: passcodeMac(deps.serverKey, blank.id, passcode),
    expiresAt: Math.min(nowMs + policy.limits.passcodeMinutes * 60_000, transaction.expiresAt),
  }
  const cooldownMs = policy.limits.resendCooldownSeconds * 1000 * 2 ** (count - 1)
  const sends = { ...state.sends, [to.number]: { count, nextAt: nowMs + cooldownMs } }
  const verdict = await enterCode({ ...decision, state: { ...state, sends } }, challenge)
  if (verdict.kind !== 'step') return verdict
  const message = passcodeMessage(
    await textsFor(decision.tx, user),
    { channel, address: to.number },
    { prefix, passcode },
    { ...transaction, use: challenge.use },
    { login: user.loginName, server: deps.config.name },
  )
  return { ...verdict, dispatch: { message, isResend } }
}

interface Recipient {
  readonly number: string
  /** What messages per country are counted by; all mail counts as one country. */
  readonly callingCode: string
}

function recipientOf({ emailAddress, phoneNumber }: Subject): Recipient {
  if (phoneNumber !== null) return readPhoneNumber(phoneNumber, 'phoneNumber')
  if (emailAddress === null) throw new Error('A passcode without a recipient.')
  return { number: emailAddress, callingCode: 'email' }
}

/** All limits of sending; takes from them only when none stands in the way. */
async function secondsToWait(
  decision: Decision,
  { callingCode, number }: Recipient,
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

async function enterCode(decision: Decision, challenge: OpenChallenge): Promise<Verdict> {
  const state: State = {
    ...carriedOf(decision.state),
    at: 'enter-code',
    challenge,
    passkey: null,
    push: null,
    back: backFrom(decision),
    endReason: null,
  }
  await storeState(decision.tx, decision.transaction.id, state, triesLeft(decision))
  await audit(decision, 'challenge.opened', 'ok', { method: challenge.method, isNew: challenge.isNew })
  const step: Step = { kind: 'enter-code', challenge: await challengeView(decision, challenge, state) }
  return { kind: 'step', step }
}

async function pairAuthenticator(
  decision: Decision,
  challenge: OpenChallenge,
  secretBase32: string,
): Promise<Verdict> {
  const { deps, policy, state: before, transaction, tx, user } = decision
  const state: State = {
    ...carriedOf(before),
    at: 'pair-authenticator',
    challenge,
    passkey: null,
    push: null,
    back: backFrom(decision),
    endReason: null,
  }
  await storeState(tx, transaction.id, state, triesLeft(decision))
  await audit(decision, 'challenge.opened', 'ok', { method: 'totp', isNew: true })
  const step: Step = {
    kind: 'pair-authenticator',
    challenge: await challengeView(decision, challenge, state),
    otpauthUri: totpUri(secretBase32, deps.config.name, user.loginName),
    secretBase32,
    issuer: deps.config.name,
    accountName: user.loginName,
    app: {
      preset: policy.authenticatorApp,
      name: policy.authenticatorApp === 'third-party' ? policy.authenticatorName : null,
    },
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
    emailAddress: subject.emailAddress,
    secretSealed: null,
    verification: null,
    prefix: null,
    codeLength: totpDigits,
    codeMac: null,
    expiresAt: 0,
  }
}
