import { isAppError, type AppError } from '../../shared/errors.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { appendAudit } from '../audit/audit.ts'
import { announce } from '../factors/announce.ts'
import { wakePhone } from '../push/wake-phone.ts'
import { announceRecovery } from '../recovery/notices.ts'
import type { Verification } from '../senders/messages.ts'
import { sendFailed } from '../senders/provider.ts'
import type { TransactionRow } from '../store/tables.ts'
import type { Dispatch, Verdict } from './decide.ts'
import { pendingElsewhere } from './pending-verifications.ts'
import { carriedOf, stateAt } from './state.ts'
import { stateOf, storeState } from './transactions.ts'

/**
 * Carries out what a decision that is on disk asked for, and answers. A message that cannot be sent is
 * SEND_FAILED and never a way around the proof: its passcode dies and other methods stay choosable.
 *
 * @throws AppError the refusal, or SEND_FAILED
 */
export async function settle(
  deps: AuthDeps,
  transaction: Pick<TransactionRow, 'id' | 'userId' | 'address'>,
  verdict: Verdict,
): Promise<Step> {
  if (verdict.notice !== undefined) announce(deps, verdict.notice)
  if (verdict.kind === 'refused') throw verdict.error
  if (verdict.isRecoveryNews === true) announceRecovery(deps)
  if (verdict.wake !== undefined) wakePhone(deps, verdict.wake)
  if (verdict.dispatch === undefined) return verdict.step
  const { message } = verdict.dispatch
  try {
    const replaced =
      message.channel === 'email' ? [] : await pendingElsewhere(deps.store.db, transaction.id, message.to)
    const verification = await deps.messages.sendPasscode(message, replaced)
    return verification === null
      ? verdict.step
      : await keepVerification(deps, transaction, verdict.step, verification, message.to)
  } catch (error) {
    if (!isAppError(error, 'SEND_FAILED')) throw error
    deps.log.error({ err: error, transactionId: transaction.id }, 'A passcode could not be sent.')
    await withdraw(deps, transaction, verdict, verdict.dispatch, error)
    throw error
  }
}

/**
 * A provider made the code: the one that was made here was never sent, and is dead. Where two transactions asked
 * for one at the same moment and share it, it opens neither.
 *
 * @throws AppError SEND_FAILED when it is shared
 */
async function keepVerification(
  deps: AuthDeps,
  { id }: Pick<TransactionRow, 'id'>,
  step: Step,
  verification: Verification,
  phoneNumber: string,
): Promise<Step> {
  if (step.kind !== 'enter-code') throw new Error('A message without a challenge.')
  const { codeLength, reference } = verification
  const locks = [`transaction:${id}`, `verification:${reference}`]
  const isShared = await deps.store.transact(locks, async (tx) => {
    const others = await pendingElsewhere(tx, id, phoneNumber)
    if (others.some((each) => each.reference === reference)) return true
    const row = await tx.selectFrom('transactions').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const state = stateOf(row)
    // Something newer happened meanwhile: this verification proves nothing.
    if (state.challenge?.id !== step.challenge.challengeId) return false
    const challenge = { ...state.challenge, codeMac: null, prefix: null, codeLength, verification }
    await storeState(tx, id, { ...state, challenge }, row.triesLeft)
    return false
  })
  if (isShared) {
    await deps.messages.cancelVerification(verification)
    throw sendFailed('provider-busy')
  }
  return { ...step, challenge: { ...step.challenge, prefix: null, codeLength } }
}

async function withdraw(
  deps: AuthDeps,
  { id, userId, address }: Pick<TransactionRow, 'id' | 'userId' | 'address'>,
  verdict: Extract<Verdict, { kind: 'step' }>,
  dispatch: Dispatch,
  error: AppError,
): Promise<void> {
  if (verdict.step.kind !== 'enter-code') throw new Error('A message without a challenge.')
  const { challengeId } = verdict.step.challenge
  await deps.store.transact([`transaction:${id}`, `user:${userId}`, 'audit'], async (tx) => {
    const row = await tx.selectFrom('transactions').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const state = stateOf(row)
    const details = { reason: String(error.details?.['reason'] ?? 'unknown') }
    const entry = { at: deps.clock.nowMs(), actor: `user:${userId}`, target: id, address, details }
    await appendAudit(tx, { ...entry, action: 'passcode.send', outcome: 'failed' })
    // Something newer happened meanwhile: not this message's business.
    if (state.challenge?.id !== challengeId) return
    const next =
      state.back === null || dispatch.isResend
        ? { ...state, challenge: { ...state.challenge, codeMac: null, verification: null } }
        : stateAt(state.back, carriedOf(state))
    await storeState(tx, id, next, row.triesLeft)
  })
}
