import { AppError } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { PhoneChannel } from '../../shared/model/policy.ts'
import type { Enrolment } from '../../shared/model/sign-in.ts'
import { samePasswordError } from '../../shared/same-password.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { checkNewPassword } from '../accounts/passwords.ts'
import { passwordNotice } from '../factors/announce.ts'
import { factorsOf, optionsOf } from '../factors/factors.ts'
import { usableMethods } from '../factors/usable-methods.ts'
import type { Origin } from '../http/handler.ts'
import { passwordReplaced } from '../password-reset/replaced.ts'
import { endSessions } from '../sessions/sessions.ts'
import type { TransactionRow } from '../store/tables.ts'
import { openPasskey, passkeyPlaces } from '../passkeys/passkey-step.ts'
import { openPhoneRequest, phonePlaces } from '../push/phone-step.ts'
import { openChallenge, reopenPasscode } from './challenges.ts'
import { audit, decide, endAndRefuse, outOfOrder, refused, type Decision, type Verdict } from './decide.ts'
import { openEnrolment } from './enrolment.ts'
import { codeLane } from './lanes.ts'
import { takesLegacyOffer } from './legacy-offer.ts'
import {
  choosableMethods,
  chooseMethodStep,
  enrolmentStep,
  finishSignIn,
  mayProve,
  requirementNow,
  secondFactorStep,
  stepOfFactors,
} from './steps.ts'
import { lockedUntil } from './throttles.ts'
import { endOpenTransactions, endTransaction, stateOf } from './transactions.ts'

/** Which transaction is answered, and from where. */
export interface Answering {
  readonly transaction: TransactionRow
  readonly origin: Origin
}

/** Replaces a one-time password; also ends what others began with it. */
export async function answerChangePassword(
  deps: AuthDeps,
  call: Answering,
  newPassword: string,
): Promise<Verdict> {
  // Hashing costs; whoever does not stand at this step is not let near it.
  if (stateOf(call.transaction).at !== 'change-password') return refused(outOfOrder())
  const user = await deps.store.db
    .selectFrom('users')
    .select(['loginName', 'passwordHash'])
    .where('id', '=', call.transaction.userId)
    .executeTakeFirstOrThrow()
  checkNewPassword(newPassword, [user.loginName, deps.config.name, 'holdfast'])
  if (await deps.hashes.verify(user.passwordHash, newPassword)) throw samePasswordError()
  const passwordHash = await deps.hashes.hash(newPassword)
  return await decide(deps, call, ['change-password'], async (decision) => {
    const { nowMs, transaction, tx } = decision
    const change = { passwordHash, mustChangePassword: 0, passwordExpiresAt: null } as const
    await tx.updateTable('users').set(change).where('id', '=', transaction.userId).execute()
    await endOpenTransactions(tx, transaction.userId, nowMs, transaction.id)
    await endSessions(tx, transaction.userId, nowMs)
    if (transaction.purpose === 'password-reset') return await passwordReplaced(decision)
    await audit(decision, 'password.changed', 'ok', { reason: 'one-time' })
    const next = await stepOfFactors({ ...decision, user: { ...decision.user, ...change } })
    // Whoever has the one-time password replaces it before any second factor: its owner hears of it.
    return { ...next, notice: passwordNotice(transaction.userId) }
  })
}

export async function answerChooseMethod(
  deps: AuthDeps,
  call: Answering,
  factorId: FactorId,
  channel: PhoneChannel | undefined,
): Promise<Verdict> {
  return await decide(deps, call, ['choose-method'], async (decision) => {
    if (await isPaused(decision)) return await endAndRefuse(decision, 'too-many-tries')
    const { transaction, tx, user } = decision
    const factors = await factorsOf(tx, user.id)
    const options = optionsOf(factors, await choosableMethods(decision, factors))
    const option = options.find(
      (each) => each.factorId === factorId && (channel === undefined || each.method === channel),
    )
    const factor = factors.find((each) => each.id === factorId)
    const mayUse = option !== undefined && mayProve(transaction.purpose, option)
    if (factor === undefined || !mayUse) {
      return refused(new AppError('NOT_FOUND', 'There is no such method to choose.'))
    }
    if (option.method === 'passkey') {
      return await openPasskey(decision, { label: factor.label, newFactorId: null })
    }
    if (option.method === 'push') {
      return await openPhoneRequest(decision, { factorId, label: factor.label, isNew: false })
    }
    return await openChallenge(decision, { ...factor, method: option.method, factorId, isNew: false })
  })
}

const waitingPlaces = [
  'offer-legacy',
  'enter-code',
  'pair-authenticator',
  ...passkeyPlaces,
  ...phonePlaces,
] as const

export async function answerChooseAnother(deps: AuthDeps, call: Answering): Promise<Verdict> {
  return await decide(deps, call, ['recover-by-phone', ...waitingPlaces], async (decision) => {
    if (decision.state.at === 'offer-legacy') return await secondFactorStep(decision)
    // From the number of the recovery phone there is no other way back.
    const back = decision.state.at === 'recover-by-phone' ? 'choose-method' : decision.state.back
    switch (back) {
      case null:
        return refused(outOfOrder())
      case 'choose-method':
        return await chooseMethodStep(decision)
      case 'offer-enrolment':
      case 'must-enrol':
        return await enrolmentStep(decision, back)
    }
  })
}

/** @param channel to the same phone by another way; null where it stays */
export async function answerResend(
  deps: AuthDeps,
  call: Answering,
  channel: PhoneChannel | null,
): Promise<Verdict> {
  return await decide(deps, call, ['enter-code'], async (decision) => {
    if (await isPaused(decision)) return await endAndRefuse(decision, 'too-many-tries')
    const { policy, tx, user } = decision
    const { challenge } = decision.state
    if (challenge === null) return refused(outOfOrder())
    const { method, phoneNumber } = challenge
    if (method === 'totp' || method === 'backup-code') return refused(outOfOrder())
    // A recovery phone gets what it was asked for, by the way it was asked for.
    const isOther = challenge.use !== 'factor'
    if (channel !== null && (phoneNumber === null || isOther)) return refused(outOfOrder())
    const by = channel ?? method
    // Policy or the providers may have changed since the code screen was opened.
    if (!isOther && !(await usableMethods(deps, tx, policy, user)).includes(by)) {
      return refused(new AppError('NOT_ALLOWED', 'This method is not allowed here.'))
    }
    return await reopenPasscode(decision, challenge, by)
  })
}

export async function answerStartEnrolment(
  deps: AuthDeps,
  call: Answering,
  enrolment: Enrolment,
): Promise<Verdict> {
  return await decide(deps, call, ['offer-enrolment', 'must-enrol'], async (decision) => {
    if (await isPaused(decision)) return await endAndRefuse(decision, 'too-many-tries')
    return await openEnrolment(decision, enrolment)
  })
}

export async function answerSkipEnrolment(
  deps: AuthDeps,
  call: Answering,
  dontShowAgain: boolean,
): Promise<Verdict> {
  return await decide(deps, call, ['offer-enrolment', 'offer-legacy'], async (decision) => {
    if (decision.state.at === 'offer-legacy') return await goOnAsLegacy(decision)
    const { policy, tx, user } = decision
    // Policy may have become stricter since the offer was made, or its date has come.
    const requirement = await requirementNow(decision)
    if (requirement.rule === 'required') {
      return refused(new AppError('NOT_ALLOWED', 'A second factor is required now; register one.'))
    }
    if (dontShowAgain && (!policy.mayDismissOffer || requirement.compulsoryFrom !== null)) {
      return refused(new AppError('NOT_ALLOWED', 'This offer cannot be dismissed for good.'))
    }
    if (dontShowAgain) {
      await tx.updateTable('users').set({ offerDismissed: 1 }).where('id', '=', user.id).execute()
    }
    await audit(decision, 'enrolment.skipped', 'ok', { dontShowAgain })
    return await finishSignIn(decision, { provenBy: ['password'], method: 'password', codes: null })
  })
}

async function goOnAsLegacy(decision: Decision): Promise<Verdict> {
  if (!(await takesLegacyOffer(decision))) return await secondFactorStep(decision)
  const end = { provenBy: ['password'], method: 'password', codes: null, isLegacy: true } as const
  return await finishSignIn(decision, end)
}

export async function cancel(deps: AuthDeps, { transaction }: Answering): Promise<void> {
  await deps.store.transact([`transaction:${transaction.id}`], async (tx) => {
    const row = await tx
      .selectFrom('transactions')
      .select('endedAt')
      .where('id', '=', transaction.id)
      .executeTakeFirst()
    if (row?.endedAt !== null) return
    await endTransaction(tx, transaction.id, 'cancelled', deps.clock.nowMs())
  })
}

/** While an account's lane is paused no message is sent and nothing may be proven. */
export async function isPaused({ nowMs, transaction, tx, user }: Decision): Promise<boolean> {
  return (await lockedUntil(tx, codeLane(user.id, transaction.deviceId), nowMs)) !== null
}
