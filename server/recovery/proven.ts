import { maskEmailAddress } from '../factors/email-addresses.ts'
import { maskPhoneNumber } from '../factors/phone-numbers.ts'
import { audit, endAndRefuse, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import type { OpenChallenge } from '../sign-in/state.ts'
import { enrolmentStep } from '../sign-in/steps.ts'
import { endTransaction } from '../sign-in/transactions.ts'
import { cancelWaiting } from './ending.ts'
import { secondsUntilStart, startWaiting, stillWaiting } from './starting.ts'
import { isReady, permitsRecovery, waitingRecovery } from './waiting.ts'

/** What a right passcode leads to that proved no second factor. */
export async function contactProven(decision: Decision, challenge: OpenChallenge): Promise<Verdict> {
  await audit(decision, 'challenge.proof', 'ok', { method: challenge.method, use: challenge.use })
  switch (challenge.use) {
    case 'recovery':
      return await recoveryPhoneProven(decision, challenge)
    case 'recovery-phone':
      return await storeRecoveryPhone(decision, challenge)
    case 'email':
      return await storeEmail(decision, challenge)
    case 'factor':
      throw new Error('A second factor is no contact.')
  }
}

/** Before the waiting time it begins it; after it, it opens the one way on: registering a new method. */
async function recoveryPhoneProven(decision: Decision, challenge: OpenChallenge): Promise<Verdict> {
  const { nowMs, policy, tx, user } = decision
  // Policy may have become stricter since the passcode was sent.
  if (!permitsRecovery(user, policy)) return await endAndRefuse(decision, 'cancelled')
  const waiting = await waitingRecovery(tx, user.id, nowMs)
  if (waiting === undefined) {
    const wait = await secondsUntilStart(decision)
    if (wait !== null) return refused(rateLimited('No further recovery can be begun yet', wait))
    if (challenge.phoneNumber === null) throw new Error('A recovery without a phone.')
    const begun = await startWaiting(decision, challenge.phoneNumber)
    const verdict = await stillWaiting(decision, begun)
    return { ...verdict, isRecoveryNews: true }
  }
  if (!isReady(waiting, nowMs) || waiting.phoneNumber !== challenge.phoneNumber) {
    return await stillWaiting(decision, waiting)
  }
  await audit(decision, 'recovery.opened', 'ok', { recoveryId: waiting.id })
  const state = { ...decision.state, recoveryId: waiting.id }
  return await enrolmentStep({ ...decision, state }, 'must-enrol')
}

async function storeRecoveryPhone(decision: Decision, { phoneNumber }: OpenChallenge): Promise<Verdict> {
  const { nowMs, origin, transaction, tx, user } = decision
  if (phoneNumber === null) throw new Error('A phone without a number.')
  const { address } = origin
  const actor = `user:${user.id}`
  await cancelWaiting(tx, user.id, { nowMs, actor, reason: 'phone-changed', address })
  await tx
    .insertInto('recoveryPhones')
    .values({ userId: user.id, phoneNumber, addedAt: nowMs })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet({ phoneNumber, addedAt: nowMs }))
    .execute()
  await endTransaction(tx, transaction.id, 'finished', nowMs)
  await audit(decision, 'recovery-phone.set', 'ok')
  const maskedDestination = maskPhoneNumber(phoneNumber)
  return {
    kind: 'step',
    step: { kind: 'contact-proven', contact: 'recovery-phone', maskedDestination },
    isRecoveryNews: true,
    notice: { userId: user.id, what: 'recovery-phone-set', label: maskedDestination, exceptFactorId: null },
  }
}

/** Mailed codes for a new password are worth nothing from here on: they went to another address. */
async function storeEmail(decision: Decision, { emailAddress }: OpenChallenge): Promise<Verdict> {
  const { nowMs, transaction, tx, user } = decision
  if (emailAddress === null) throw new Error('A mail challenge without an address.')
  await tx
    .updateTable('users')
    .set({ email: emailAddress, emailProvenAt: nowMs })
    .where('id', '=', user.id)
    .execute()
  await tx.deleteFrom('passwordResets').where('userId', '=', user.id).execute()
  await endTransaction(tx, transaction.id, 'finished', nowMs)
  await audit(decision, 'email.changed', 'ok')
  const maskedDestination = maskEmailAddress(emailAddress)
  return {
    kind: 'step',
    step: { kind: 'contact-proven', contact: 'email', maskedDestination },
    notice: {
      userId: user.id,
      what: 'email-changed',
      label: maskedDestination,
      exceptFactorId: null,
      ...(user.email === null ? {} : { alsoTo: user.email }),
    },
  }
}
