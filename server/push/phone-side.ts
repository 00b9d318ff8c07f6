import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { PhoneAnswer } from '../../shared/model/push.ts'
import { clientInfoSchema, operationSchema } from '../../shared/model/sign-in.ts'
import { phoneProof } from '../../shared/phone-proof.ts'
import type { PhoneRequestView } from '../../shared/push-routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { announce, type Notice } from '../factors/announce.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import { factorsOf } from '../factors/factors.ts'
import type { Origin } from '../http/handler.ts'
import { originOf } from '../http/origin.ts'
import { isSameSecret, tokenHash } from '../server-key.ts'
import { audit, decide, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { codeFailureLimits, codeLane } from '../sign-in/lanes.ts'
import type { OpenPush } from '../sign-in/state.ts'
import { recordFailure } from '../sign-in/throttles.ts'
import { endTransaction } from '../sign-in/transactions.ts'
import { wrongProof } from '../sign-in/wrong-proof.ts'
import type { PhoneRequestRow, TransactionRow, UserRow } from '../store/tables.ts'
import { isStillAllowed } from './apply-approval.ts'
import { authenticatorOf, type Authenticator } from './authenticator.ts'
import { isSignedByPhone, phoneKeyId, publicKeyOf } from './phone-key.ts'
import { phonePlaces } from './phone-step.ts'
import {
  changeRequest,
  endOfRequest,
  endRequest,
  numberMac,
  phoneRequestEnded,
  requestOf,
} from './phone-request-rows.ts'
import { pausePushes } from './push-limits.ts'

/** @throws AppError NOT_ALLOWED where no phones are paired */
export function requireAuthenticator(deps: Pick<AuthDeps, 'config'>): Authenticator {
  const page = authenticatorOf(deps.config)
  if (page === null) throw new AppError('NOT_ALLOWED', 'This server pairs no phones.')
  return page
}

/** A wrong signature and a key that nobody has look the same. */
export function notThisPhone(): AppError {
  return new AppError('NOT_ALLOWED', 'This phone may not do that.')
}

/**
 * Takes a phone's new key for the token of its address, which is dead from here on. Nothing is registered
 * before that phone has approved with the number, and the client has taken it.
 *
 * @throws AppError PHONE_REQUEST_ENDED, SIGN_IN_ENDED, NOT_ALLOWED when the key signed nothing
 */
export async function pairPhone(
  deps: AuthDeps,
  origin: Origin,
  given: {
    readonly token: string
    readonly publicKey: string
    readonly label: string
    readonly signature: string
  },
): Promise<{ readonly keyId: string; readonly request: PhoneRequestView }> {
  const page = requireAuthenticator(deps)
  const { publicKey, signature, token } = given
  const text = phoneProof.pair({ origin: page.origin, token, publicKey })
  if (!isSignedByPhone(publicKey, text, signature)) throw notThisPhone()
  const keyId = phoneKeyId(publicKey)
  const found = await deps.store.db
    .selectFrom('phoneRequests')
    .select('id')
    .where('pairTokenHash', '=', tokenHash(token))
    .executeTakeFirst()
  if (found === undefined) throw phoneRequestEnded('unknown')
  const request = await onRequest(deps, origin, found.id, async ({ decision, push, row }) => {
    // Again, under the lock: of two that have the same token, one is paired.
    if (row.pairTokenHash !== tokenHash(token)) return refused(phoneRequestEnded('unknown'))
    const change = { pairTokenHash: null, keyId, publicKey, label: push.label ?? given.label }
    await changeRequest(decision.tx, row.id, change)
    await audit(decision, 'phone.pairing', 'ok', { label: given.label })
    return { value: viewOf(origin, decision, row) }
  })
  return { keyId, request }
}

/**
 * Approves or denies. A wrong number ends the request: with a second try somebody who only guesses would agree
 * to what another person began.
 *
 * @throws AppError PASSCODE_WRONG, PHONE_REQUEST_ENDED, SIGN_IN_ENDED, NOT_ALLOWED
 */
export async function answerPhoneRequest(deps: AuthDeps, origin: Origin, answer: PhoneAnswer): Promise<void> {
  const page = requireAuthenticator(deps)
  let notice: Notice | null = null
  await onRequest(deps, origin, answer.requestId, async (asked) => {
    notice = null
    const { decision, push, row } = asked
    const publicKey = await keyOf(asked, answer.keyId)
    if (
      publicKey === null ||
      !isSignedByPhone(publicKey, signedText(page, asked, answer), answer.signature)
    ) {
      await audit(decision, 'phone.answer', 'refused', { reason: 'signature' })
      return refused(notThisPhone())
    }
    if (answer.answer === 'deny') {
      notice = await deny(asked)
      return { value: undefined }
    }
    if (row.approvedAt !== null) return refused(phoneRequestEnded('used'))
    if (!(await isStillAllowed(decision, push))) return refused(phoneRequestEnded('unknown'))
    if (!isSameSecret(numberMac(deps.serverKey, row.id, answer.number), row.numberMac)) {
      await endRequest(decision.tx, row.id, 'wrong-number')
      return await wrongProof(decision, 'push')
    }
    await changeRequest(decision.tx, row.id, { approvedAt: decision.nowMs })
    await audit(decision, 'phone.answer', 'ok', { answer: 'approved' })
    return { value: undefined }
  })
  if (notice !== null) announce(deps, notice)
}

/** The password is known to somebody: the sign-in ends, nothing is asked for a while, and people are told. */
async function deny({ decision, push, row }: Asked): Promise<Notice> {
  const { nowMs, origin, policy, transaction, tx, user } = decision
  const label = push.label ?? row.label ?? ''
  await endRequest(tx, row.id, 'denied')
  await pausePushes(decision)
  await recordFailure(tx, codeLane(user.id, transaction.deviceId), codeFailureLimits(policy.limits), nowMs)
  const event = { userId: user.id, at: nowMs, address: transaction.address, method: 'push', label } as const
  await recordFactorEvent(tx, { ...event, event: 'denied' })
  await audit(decision, 'phone.answer', 'refused', { answer: 'denied', from: origin.address })
  const details = { loginName: user.loginName, address: transaction.address }
  await recordAlert(tx, { kind: 'request-denied', about: user.id, details }, nowMs)
  await endTransaction(tx, transaction.id, 'denied', nowMs)
  return { userId: user.id, what: 'request-denied', label, exceptFactorId: push.factorId }
}

interface Asked {
  readonly decision: Decision
  readonly push: OpenPush
  readonly row: PhoneRequestRow
}

/**
 * Decides about a request as an answer of its transaction: under the same locks, counted with the client's own
 * answers, and over when the transaction, its session or its user is.
 */
async function onRequest<T>(
  deps: AuthDeps,
  origin: Origin,
  requestId: PhoneRequestRow['id'],
  work: (asked: Asked) => Promise<{ readonly value: T } | Verdict>,
): Promise<T> {
  const { db } = deps.store
  const seen = await requestOf(db, requestId)
  const transaction = seen === undefined ? undefined : await transactionOf(deps, seen)
  if (transaction === undefined) throw phoneRequestEnded('unknown')
  let done: { readonly value: T } | null = null
  const verdict = await decide(deps, { transaction, origin }, phonePlaces, async (decision) => {
    done = null
    const { push } = decision.state
    const row = await requestOf(decision.tx, requestId)
    if (row === undefined) return refused(phoneRequestEnded('unknown'))
    const over = endOfRequest(row, decision.nowMs)
    if (over !== null) return refused(phoneRequestEnded(over))
    if (push?.requestId !== row.id || push.id !== row.challengeId)
      return refused(phoneRequestEnded('replaced'))
    const result = await work({ decision, push, row })
    if ('kind' in result) return result
    done = result
    return refused(phoneRequestEnded('used'))
  })
  if (done !== null) return (done as { readonly value: T }).value
  if (verdict.kind === 'refused') throw verdict.error
  throw new Error('A phone was answered without a result.')
}

async function transactionOf(deps: AuthDeps, row: PhoneRequestRow): Promise<TransactionRow | undefined> {
  return await deps.store.db
    .selectFrom('transactions')
    .selectAll()
    .where('id', '=', row.transactionId)
    .executeTakeFirst()
}

/** The key that may answer: of the phone that was asked, or of the one that is being paired. */
async function keyOf({ decision, push, row }: Asked, keyId: string): Promise<string | null> {
  if (push.isNew) return row.keyId === keyId ? row.publicKey : null
  const factors = await factorsOf(decision.tx, decision.user.id)
  const factor = factors.find((each) => each.id === push.factorId && each.method === 'push')
  return factor?.credentialId === keyId ? publicKeyOf(factor) : null
}

function signedText(page: Authenticator, { decision, row }: Asked, answer: PhoneAnswer): string {
  const subject = subjectOf(decision.transaction, decision.user)
  const about = { origin: page.origin, requestId: row.id, challengeId: row.challengeId, subject }
  return answer.answer === 'deny'
    ? phoneProof.deny(about)
    : phoneProof.approve({ ...about, number: answer.number })
}

function subjectOf({ operation, purpose }: TransactionRow, { loginName }: UserRow) {
  return {
    loginName,
    purpose,
    operation: operation === null ? null : operationSchema.parse(JSON.parse(operation)),
  }
}

/** What the phone shows of a request. */
export function viewOf(
  origin: Origin,
  { transaction, user }: Pick<Decision, 'transaction' | 'user'>,
  row: PhoneRequestRow,
): PhoneRequestView {
  const client = clientInfoSchema.parse(JSON.parse(transaction.client))
  return {
    requestId: row.id,
    challengeId: row.challengeId,
    isNew: row.factorId === null,
    ...subjectOf(transaction, user),
    clientName: client.name,
    hostName: client.hostName,
    address: transaction.address,
    isSameNetwork: originOf(transaction.address, undefined).network === origin.network,
    startedAt: isoOf(row.createdAt),
    expiresAt: isoOf(row.expiresAt),
  }
}
