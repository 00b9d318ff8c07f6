import type { AuthDeps } from '../accounts/auth-deps.ts'
import { newBackupCodes, type BackupCodeSet } from '../factors/backup-codes.ts'
import { getsBackupCodes } from '../passkeys/required-passkey.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { isFirstProof } from '../sign-in/after-proof.ts'
import { isPaused, type Answering } from '../sign-in/answers.ts'
import { audit, decide, endAndRefuse, outOfOrder, refused, type Verdict } from '../sign-in/decide.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { stateOf } from '../sign-in/transactions.ts'
import { applyApproval, isStillAllowed } from './apply-approval.ts'
import {
  changeRequest,
  endOfRequest,
  endRequest,
  phoneRequestEnded,
  pollSeconds,
  requestOf,
} from './phone-request-rows.ts'
import { openPhoneRequest, phonePlaces } from './phone-step.ts'

/** Asks anew, with another number. */
export async function askPhone(deps: AuthDeps, call: Answering): Promise<Verdict> {
  return await decide(deps, call, phonePlaces, async (decision) => {
    if (await isPaused(decision)) return await endAndRefuse(decision, 'too-many-tries')
    const { push } = decision.state
    if (push === null) return refused(outOfOrder())
    if (!(await isStillAllowed(decision, push))) return refused(phoneRequestEnded('unknown'))
    const { factorId, isNew, label } = push
    return await openPhoneRequest(decision, { factorId, isNew, label })
  })
}

/**
 * Takes what the phone approved to the step of this transaction, once. The phone opens nothing itself: an
 * approval is worth nothing without the token of the transaction that asked for it.
 *
 * @returns null while the phone has not answered
 * @throws AppError RATE_LIMITED when asked too often
 */
export async function awaitPhone(
  deps: AuthDeps,
  call: Answering,
  given: { readonly trustDevice: boolean },
): Promise<Verdict | null> {
  if (await isWaiting(deps, call)) return null
  const newCodes = await codesFor(deps, call)
  return await decide(deps, call, phonePlaces, async (decision) => {
    const { nowMs, state, tx } = decision
    if (state.push === null) return refused(outOfOrder())
    if (await isPaused(decision)) {
      await audit(decision, 'challenge.proof', 'refused', { method: 'push', reason: 'paused' })
      return await endAndRefuse(decision, 'too-many-tries')
    }
    const row = await requestOf(tx, state.push.requestId)
    if (row === undefined) return refused(phoneRequestEnded('unknown'))
    const over = endOfRequest(row, nowMs)
    if (over !== null) return refused(phoneRequestEnded(over))
    if (row.approvedAt === null) return refused(outOfOrder())
    const verdict = await applyApproval(decision, state.push, row, { ...given, newCodes })
    await endRequest(tx, row.id, 'used')
    return verdict
  })
}

/** Asking changes nothing and is no answer, but has its interval. */
async function isWaiting(deps: AuthDeps, { transaction }: Answering): Promise<boolean> {
  return await deps.store.transact([`transaction:${transaction.id}`], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const current = await tx
      .selectFrom('transactions')
      .selectAll()
      .where('id', '=', transaction.id)
      .executeTakeFirst()
    const push = current === undefined ? null : stateOf(current).push
    const row = push === null ? undefined : await requestOf(tx, push.requestId)
    if (row === undefined || row.approvedAt !== null || endOfRequest(row, nowMs) !== null) return false
    const waitMs = (row.polledAt ?? 0) + pollSeconds * 1000 - nowMs
    // A clock that was set back must not stop a client for as long.
    if (waitMs > 0 && waitMs <= pollSeconds * 1000) {
      throw rateLimited('Asked too often whether the phone has approved', Math.ceil(waitMs / 1000))
    }
    await changeRequest(tx, row.id, { polledAt: nowMs })
    return true
  })
}

/** Backup codes for a first method, hashed outside of the decision. */
async function codesFor(deps: AuthDeps, { transaction }: Answering): Promise<BackupCodeSet | null> {
  const { db } = deps.store
  const current = await db
    .selectFrom('transactions')
    .selectAll()
    .where('id', '=', transaction.id)
    .executeTakeFirst()
  const state = current === undefined ? null : stateOf(current)
  if (current === undefined || state?.push?.isNew !== true) return null
  const row = await requestOf(db, state.push.requestId)
  const isApproved = row !== undefined && row.approvedAt !== null
  if (!isApproved || !isFirstProof(await standingFactors(db, current.userId, state))) return null
  return (await getsBackupCodes(db, current.userId)) ? await newBackupCodes(deps, current.userId) : null
}
