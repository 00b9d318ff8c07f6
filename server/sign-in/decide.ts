import { AppError } from '../../shared/errors.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { appendAudit, type AuditEntry } from '../audit/audit.ts'
import type { Notice } from '../factors/announce.ts'
import type { Policy } from '../../shared/model/policy.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import type { Origin } from '../http/handler.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import type { SmsMessage } from '../senders/sender.ts'
import { isOpen } from '../sessions/sessions.ts'
import type { Tx } from '../store/store.ts'
import type { SessionRow, TransactionRow, UserRow } from '../store/tables.ts'
import type { EndReason, Place, State } from './state.ts'
import { endOf, endTransaction, signInEnded, stateOf } from './transactions.ts'

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
  readonly message: SmsMessage
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
    }
  | { readonly kind: 'refused'; readonly error: AppError; readonly notice?: Notice }

/**
 * Decides one answer. No step can be skipped, repeated or reached out of order: whatever `places` does not
 * list is a CONFLICT that changes nothing.
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
    if (user.status !== 'enabled' || session === 'ended') {
      await endTransaction(tx, transactionId, 'cancelled', nowMs)
      return refused(signInEnded('cancelled'))
    }
    const state = stateOf(transaction)
    if (!places.includes(state.at)) return refused(outOfOrder())
    const policy = await policyOfUser(tx, userId)
    return await work({
      tx,
      deps,
      nowMs,
      origin: id.origin,
      transaction,
      state,
      user,
      policy,
      session,
    })
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
