import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Method } from '../../shared/model/policy.ts'
import { clientInfoSchema, type MethodOption } from '../../shared/model/sign-in.ts'
import { keepLanguage } from '../accounts/keep-language.ts'
import { accountStateOf } from '../accounts/account-state.ts'
import { extendTrust, isTrusted } from '../devices/trust.ts'
import { canShow } from '../factors/known-methods.ts'
import { factorsOf, optionsOf, provenMethods, type RegisteredFactor } from '../factors/factors.ts'
import { usableMethods } from '../factors/usable-methods.ts'
import { countingMethods, needsPasskey, registrableMethods } from '../passkeys/required-passkey.ts'
import { cancelWaiting } from '../recovery/ending.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { canRecover, recoveryChannels } from '../recovery/waiting.ts'
import { createSession } from '../sessions/sessions.ts'
import { serverSettings } from '../settings.ts'
import type { DeviceRow, TransactionRow } from '../store/tables.ts'
import { isAdministering } from './administering.ts'
import { audit, refused, type Decision, type Verdict } from './decide.ts'
import { refuseEndedAccount } from './ended-account.ts'
import { legacyOffer } from './legacy-offer.ts'
import { doorsOf, requirementOf, type Requirement } from './requirement.ts'
import { carriedOf, stateAt, type PlainPlace } from './state.ts'
import { endTransaction, storeState } from './transactions.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** What comes after the right password (ARCHITECTURE §4). */
export async function stepAfterPassword(decision: Decision): Promise<Verdict> {
  const isEnded = accountStateOf(decision.user, decision.nowMs) === 'expired'
  if (decision.user.mustChangePassword === 1 && !isEnded) {
    await goTo(decision, 'change-password')
    return { kind: 'step', step: { kind: 'change-password' } }
  }
  return await stepOfFactors(decision)
}

/** A legacy client may go on without; everybody else, and whoever declines that, proves a second factor. */
export async function stepOfFactors(decision: Decision): Promise<Verdict> {
  return (await legacyOffer(decision)) ?? (await secondFactorStep(decision))
}

/** Which factors apply: policy ∩ registered ∩ available. */
export async function secondFactorStep(decision: Decision): Promise<Verdict> {
  const { deps, policy, tx, user } = decision
  const factors = await factorsOf(tx, user.id)
  if (factors.length === 0) {
    const usable = await usableMethods(deps, tx, policy, user)
    const methods = registrableMethods({ policy, user }, factors, usable)
    return await stepWithoutFactors(
      decision,
      methods.filter((method) => canShow(decision.transaction.client, method)),
    )
  }
  const trusting = user.mustPair === 1 ? null : await trustingDevice(decision, factors)
  if (trusting !== null) {
    await extendTrust(decision.tx, trusting, policy, decision.nowMs)
    return await finishSignIn(decision, { provenBy: ['password', 'device'], method: 'device', codes: null })
  }
  return await chooseMethodStep(decision)
}

/** What may be chosen as a proof of this transaction. */
export async function choosableMethods(
  { deps, nowMs, policy, transaction, tx, user }: Decision,
  factors: readonly RegisteredFactor[],
): Promise<Method[]> {
  const usable = await usableMethods(deps, tx, policy, user)
  return countingMethods({ policy, user, purpose: transaction.purpose, nowMs }, factors, usable)
}

/** The choice is always shown, also of one: the person decides when a message is sent. */
export async function chooseMethodStep(decision: Decision): Promise<Verdict> {
  const { deps, policy, transaction, tx, user } = decision
  const factors = await factorsOf(tx, user.id)
  const options = optionsOf(factors, await choosableMethods(decision, factors)).filter(
    (option) => mayProve(transaction.purpose, option) && canShow(transaction.client, option.method),
  )
  const isRecoverable =
    transaction.purpose === 'sign-in' &&
    (await canRecover(tx, user, policy, await recoveryChannels(deps, tx)))
  if (options.length === 0 && !isRecoverable) return await noMethod(decision)
  await goTo(decision, 'choose-method')
  const recover = isRecoverable ? { canRecover: true } : {}
  return { kind: 'step', step: { kind: 'choose-method', options, ...recover } }
}

/** Whether a registered method proves what this transaction is about. */
export function mayProve(
  purpose: TransactionRow['purpose'],
  option: Pick<MethodOption, 'method' | 'isProven'>,
): boolean {
  switch (purpose) {
    case 'sign-in':
      return true
    case 'step-up':
    case 'enrol':
      // A number that only an administrator entered proves nothing about the person in a running session.
      return option.isProven
    case 'password-reset':
      // The mailbox was the first proof: the same one is not a second (ASVS 5.0 6.4.3).
      return option.isProven && option.method !== 'email'
  }
}

/** Whoever proves a second factor is no longer locked out: a recovery that waits is not theirs, or needless. */
export async function cancelByProof({ nowMs, origin, tx, user }: Decision): Promise<void> {
  const actor = `user:${user.id}`
  await cancelWaiting(tx, user.id, { nowMs, actor, reason: 'factor-proven', address: origin.address })
}

/** The start of registering: where a sign-in without any registered method stands. */
export async function enrolmentStep(
  decision: Decision,
  at: 'offer-enrolment' | 'must-enrol',
): Promise<Verdict> {
  const { deps, policy, tx, user } = decision
  const closed = await refuseEndedAccount(decision)
  if (closed !== null) return closed
  const usable = await usableMethods(deps, tx, policy, user)
  const standing = await standingFactors(tx, user.id, decision.state)
  const methods = registrableMethods({ policy, user }, standing, usable).filter((method) =>
    canShow(decision.transaction.client, method),
  )
  if (methods.length === 0) return await noMethod(decision)
  await goTo(decision, at)
  if (at === 'must-enrol') return { kind: 'step', step: { kind: at, methods } }
  const requirement = await requirementNow(decision)
  const compulsoryFrom = requirement.rule === 'offered' ? requirement.compulsoryFrom : null
  const canDismiss = policy.mayDismissOffer && compulsoryFrom === null
  return {
    kind: 'step',
    step: {
      kind: at,
      methods,
      canDismiss,
      compulsoryFrom: compulsoryFrom === null ? null : isoOf(compulsoryFrom),
    },
  }
}

/** Whether this sign-in, by the door it came in, may go on without a registered method. */
export async function requirementNow({
  nowMs,
  origin,
  policy,
  transaction,
  tx,
  user,
}: Decision): Promise<Requirement> {
  const { settings } = await serverSettings(tx)
  const { kind } = clientInfoSchema.parse(JSON.parse(transaction.client))
  const doors = doorsOf(kind, origin.isBrowser ?? false)
  return requirementOf({ demands: settings.requireSecondFactorFor, policy, user, doors, nowMs })
}

/**
 * Ends signing in with a session. A limited one (kept, or opened by a trusted computer) may view and back up
 * and needs a step-up for more; a full one is fresh, as a second factor was proven just now or there is none.
 */
export async function finishSignIn(
  decision: Decision,
  end: {
    readonly provenBy: readonly ('password' | 'device' | Method)[]
    readonly method: string
    readonly codes: readonly string[] | null
    readonly isLegacy?: boolean
  },
): Promise<Verdict> {
  const closed = await refuseEndedAccount(decision)
  if (closed !== null) return closed
  const { nowMs, origin, policy, transaction, tx, user } = decision
  const { limits } = policy
  const isByDevice = end.provenBy.includes('device')
  if (end.provenBy.some((each) => each !== 'password' && each !== 'device')) await cancelByProof(decision)
  const isLegacy = end.isLegacy === true
  const mayKeep = limits.keepSignedInDays > 0 && !isByDevice && !isAdministering(user) && !isLegacy
  const keeps = transaction.keepSignedIn === 1 && mayKeep
  const lifeMs = keeps ? limits.keepSignedInDays * dayMs : limits.sessionMaxHours * hourMs
  const scope = isLegacy ? 'legacy' : keeps || isByDevice ? 'limited' : 'full'
  const client = clientInfoSchema.parse(JSON.parse(transaction.client))
  const { session, token } = await createSession(tx, {
    userId: user.id,
    scope,
    deviceId: transaction.deviceId,
    provenBy: end.provenBy,
    // A session that outlives its user's presence must not change anything: a copied profile carries it along.
    freshUntil: scope !== 'full' ? null : nowMs + limits.freshMinutes * 60_000,
    client,
    origin,
    nowMs,
    lifeMs,
    idleMs: keeps ? lifeMs : limits.sessionIdleMinutes * 60_000,
  })
  const lastSignIn = {
    at: isoOf(nowMs),
    address: origin.address,
    clientName: client.name,
    method: end.method,
  }
  // Neither a trusted computer nor a legacy client proves who sits there.
  if (client.language !== undefined && !isByDevice && !isLegacy) {
    await keepLanguage(tx, user.id, client.language, { nowMs, address: origin.address })
  }
  await tx
    .updateTable('users')
    .set({ lastSignIn: JSON.stringify(lastSignIn) })
    .where('id', '=', user.id)
    .execute()
  await endTransaction(tx, transaction.id, 'finished', nowMs)
  await audit(decision, 'sign-in.finished', 'ok', { method: end.method, scope: session.scope })
  return {
    kind: 'step',
    step: {
      kind: 'signed-in',
      sessionToken: token,
      scope: session.scope,
      expiresAt: isoOf(session.expiresAt),
      backupCodes: end.codes === null ? null : [...end.codes],
    },
  }
}

/** The computer that proved itself at the start of this sign-in, while it is not revoked. */
export async function provenDevice({ transaction, tx, user }: Decision): Promise<DeviceRow | null> {
  if (transaction.deviceId === null) return null
  const device = await tx
    .selectFrom('devices')
    .selectAll()
    .where('id', '=', transaction.deviceId)
    .where('userId', '=', user.id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  return device ?? null
}

async function stepWithoutFactors(decision: Decision, methods: readonly Method[]): Promise<Verdict> {
  const { nowMs, policy, tx, user } = decision
  const closed = await refuseEndedAccount(decision)
  if (closed !== null) return closed
  const requirement = await requirementNow(decision)
  if (requirement.rule === 'required') return await enrolmentStep(decision, 'must-enrol')
  if (requirement.isGrace && user.enrolAskedAt === null) {
    await tx.updateTable('users').set({ enrolAskedAt: nowMs }).where('id', '=', user.id).execute()
  }
  // What becomes compulsory is said every time, whatever was ticked before.
  const isDismissed =
    user.offerDismissed === 1 && policy.mayDismissOffer && requirement.compulsoryFrom === null
  if (isDismissed || methods.length === 0) {
    return await finishSignIn(decision, { provenBy: ['password'], method: 'password', codes: null })
  }
  return await enrolmentStep(decision, 'offer-enrolment')
}

async function trustingDevice(
  decision: Decision,
  factors: readonly RegisteredFactor[],
): Promise<DeviceRow | null> {
  const { nowMs, policy, user } = decision
  if (isAdministering(user)) return null
  const device = await provenDevice(decision)
  if (device === null || !isTrusted(device, policy, nowMs)) return null
  if (!needsPasskey(policy, user)) return device
  // The rule may have come after another method made it trusted.
  const hasPasskey = factors.some(({ method }) => method === 'passkey')
  return hasPasskey && device.trustedBy === 'passkey' ? device : null
}

/** Nothing that counts can be used: the transaction ends, and the person is told what helps. */
export async function noMethod(decision: Decision): Promise<Verdict> {
  const { nowMs, transaction, tx } = decision
  await endTransaction(tx, transaction.id, 'cancelled', nowMs)
  await audit(decision, 'sign-in.no-method', 'refused')
  const advice = await adviceFor(decision)
  return refused(new AppError('NO_METHOD_AVAILABLE', adviceTexts[advice], { details: { advice } }))
}

const adviceTexts = {
  administrator: 'No registered method can be used; contact your administrator.',
  register: 'This needs a second factor; register one first.',
  'sign-in-again': 'This needs a passkey; sign in again to register one.',
} as const

async function adviceFor({ policy, transaction, tx, user }: Decision): Promise<keyof typeof adviceTexts> {
  if (transaction.purpose === 'sign-in' || transaction.purpose === 'password-reset') return 'administrator'
  const proven = provenMethods(await factorsOf(tx, user.id))
  const lacksPasskey = !proven.some(({ method }) => method === 'passkey')
  if (needsPasskey(policy, user) && lacksPasskey) return 'sign-in-again'
  return proven.length > 0 ? 'administrator' : 'register'
}

export async function goTo({ state, transaction, tx }: Decision, at: PlainPlace): Promise<void> {
  await storeState(tx, transaction.id, stateAt(at, carriedOf(state)), transaction.triesLeft)
}
