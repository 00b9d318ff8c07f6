import { AppError } from '../../shared/errors.ts'
import { accountStateOf } from '../accounts/account-state.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { appendAudit, type AuditEntry } from '../audit/audit.ts'
import type { Notice } from '../factors/announce.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { Policy } from '../../shared/model/policy.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { Origin } from '../http/handler.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import type { PasscodeMessage } from '../senders/messages.ts'
import { isOpen } from '../sessions/sessions.ts'
import type { Tx } from '../store/store.ts'
import type { SessionRow, TransactionRow, UserRow } from '../store/tables.ts'
import type { EndReason, Place, State } from './state.ts'
import { endOf, endTransaction, signInEnded, stateOf, storeState } from './transactions.ts'

/**
 * How many answers a transaction takes, right or not: more than any person gives. Whoever has only the
 * password could otherwise fill the audit log through one of them.
 */
export const maxAnswers = 30

/** Everything one answer is decided on, read under the locks of the transaction and of its user. */
export interface Decision {
  readonly tx: Tx
  readonly deps: AuthDeps
  readonly nowMs: number
  readonly origin: Origin
  readonly transaction: TransactionRow
  readonly state: State
  readonly user: UserRow
  readonly policy: Policy
  /** Of the session that a step-up or enrolment belongs to; null while signing in. */
  readonly session: SessionRow | null
}

/** A message to be sent once the decision is on disk. */
export interface Dispatch {
  readonly message: PasscodeMessage
  /** Nothing to go back to: the message replaced an earlier one of the same challenge. */
  readonly isResend: boolean
}

/**
 * What a decision comes to. A refusal is a value and not a throw, because what it changed (a try used up, a
 * transaction ended, the audit entry) must be kept.
 */
export type Verdict =
  | {
      readonly kind: 'step'
      readonly step: Step
      readonly dispatch?: Dispatch
      readonly notice?: Notice
      /** A paired phone to be notified that a request waits. */
      readonly wake?: FactorId
      /** Notices about a recovery became due with this decision. */
      readonly isRecoveryNews?: boolean
    }
  | { readonly kind: 'refused'; readonly error: AppError; readonly notice?: Notice }

/**
 * Decides one answer. No step can be skipped, repeated or reached out of order: whatever `places` does not
 * list is a CONFLICT that changes nothing, except that it counts as an answer too.
 */
export async function decide(
  deps: AuthDeps,
  id: { readonly transaction: TransactionRow; readonly origin: Origin },
  places: readonly Place[],
  work: (decision: Decision) => Promise<Verdict>,
): Promise<Verdict> {
  const { id: transactionId, userId } = id.transaction
  const locks = [`transaction:${transactionId}`, `user:${userId}`, sendsLock, 'audit']
  return await deps.store.transact(locks, async (tx) => {
    const nowMs = deps.clock.nowMs()
    const transaction = await tx
      .selectFrom('transactions')
      .selectAll()
      .where('id', '=', transactionId)
      .executeTakeFirst()
    if (transaction === undefined) return refused(signInEnded('expired'))
    const over = endOf(transaction, nowMs)
    if (over !== null) {
      if (transaction.endedAt === null) await endTransaction(tx, transactionId, over, nowMs)
      return refused(signInEnded(over))
    }
    const user = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow()
    const session = await liveSession(tx, transaction, nowMs)
    const account = accountStateOf(user, nowMs)
    // Whoever signs in is told of the account's end last, after the second factor.
    const isClosed = account === 'suspended' || (account === 'expired' && session !== null)
    if (isClosed || session === 'ended') {
      await endTransaction(tx, transactionId, 'cancelled', nowMs)
      return refused(signInEnded('cancelled'))
    }
    const before = stateOf(transaction)
    const state = { ...before, answers: before.answers + 1 }
    const policy = await policyOfUser(tx, userId)
    const { origin } = id
    const decision = { tx, deps, nowMs, origin, transaction, state, user, policy, session }
    if (state.answers > maxAnswers) {
      await audit(decision, 'transaction.ended', 'refused', { reason: 'too-many-answers' })
      return await endAndRefuse(decision, 'too-many-tries')
    }
    await storeState(tx, transactionId, state, transaction.triesLeft)
    return places.includes(state.at) ? await work(decision) : refused(outOfOrder())
  })
}

export function refused(error: AppError): Verdict {
  return { kind: 'refused', error }
}

export function outOfOrder(): AppError {
  return new AppError('CONFLICT', 'The sign-in does not stand where this answer belongs.')
}

/** Ends the transaction and refuses with the reason. */
export async function endAndRefuse(decision: Decision, reason: EndReason): Promise<Verdict> {
  await endTransaction(decision.tx, decision.transaction.id, reason, decision.nowMs)
  return refused(signInEnded(reason))
}

/** An entry about this transaction's user, from where the request came. */
export async function audit(
  decision: Decision,
  action: string,
  outcome: AuditEntry['outcome'],
  details: NonNullable<AuditEntry['details']> = {},
): Promise<void> {
  await appendAudit(decision.tx, {
    at: decision.nowMs,
    actor: `user:${decision.user.id}`,
    action,
    outcome,
    target: decision.transaction.id,
    address: decision.origin.address,
    details: { purpose: decision.transaction.purpose, ...details },
  })
}

/** Records a refusal that changes nothing, and can thus be repeated, once per transaction. */
export async function auditRefusalOnce(decision: Decision, action: string, reason: string): Promise<void> {
  const { state, transaction, tx } = decision
  const kind = `${action}:${reason}`
  if (state.recorded.includes(kind)) return
  const next = { ...state, recorded: [...state.recorded, kind] }
  await storeState(tx, transaction.id, next, transaction.triesLeft)
  await audit(decision, action, 'refused', { reason })
}

async function liveSession(
  tx: Tx,
  transaction: TransactionRow,
  nowMs: number,
): Promise<SessionRow | null | 'ended'> {
  if (transaction.sessionId === null) return null
  const session = await tx
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', transaction.sessionId)
    .executeTakeFirst()
  return session !== undefined && isOpen(session, nowMs) ? session : 'ended'
}
