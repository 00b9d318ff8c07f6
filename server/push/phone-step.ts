import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { ChallengeId, FactorId, PhoneRequestId } from '../../shared/model/ids.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import { backFrom, triesLeft } from '../sign-in/challenges.ts'
import { audit, auditRefusalOnce, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { carriedOf, type OpenPush, type Place, type State } from '../sign-in/state.ts'
import { storeState } from '../sign-in/transactions.ts'
import type { PhoneRequestRow } from '../store/tables.ts'
import { authenticatorOf, type Authenticator } from './authenticator.ts'
import { endRequestsOf, newNumber, numberMac, openRequestsOf, pollSeconds } from './phone-request-rows.ts'
import { pushLane, refusedPush } from './push-limits.ts'

/** What one account may pair; a new telephone beside the old one, and a spare. */
export const maxPhones = 5

/**
 * Open requests of one account, pairings of sign-ins included: whoever has the password can begin many of those.
 * Each has a number of its own out of ninety.
 */
export const maxOpenOfAccount = 20

/** Where a transaction waits for a phone. */
export const phonePlaces = ['approve-on-phone', 'pair-phone'] as const satisfies readonly Place[]

/** What is asked: a paired phone, or whichever opens the address. */
export interface PhoneAsked {
  readonly factorId: FactorId
  /** Null = the name that the new phone gives itself. */
  readonly label: string | null
  readonly isNew: boolean
}

/** Opens a request in place of what is open; earlier requests of this transaction are dead from here on. */
export async function openPhoneRequest(decision: Decision, asked: PhoneAsked): Promise<Verdict> {
  const { deps, nowMs, policy, state: before, transaction, tx, user } = decision
  const page = authenticatorOf(deps.config)
  if (page === null) return refused(new AppError('NOT_ALLOWED', 'This server pairs no phones.'))
  const open = await openRequestsOf(tx, user.id, nowMs)
  const refusal = asked.isNew ? null : await refusedPush(decision, open)
  if (refusal !== null) {
    await auditRefusalOnce(decision, 'phone.ask', 'limit')
    return refused(refusal)
  }
  if (open.filter((row) => row.transactionId !== transaction.id).length >= maxOpenOfAccount) {
    await auditRefusalOnce(decision, 'phone.ask', 'too-many-open')
    return refused(rateLimited('Too many requests of this account wait for a phone', 60))
  }
  await endRequestsOf(tx, transaction.id)
  const id = newId<PhoneRequestId>('phr')
  const number = newNumber(deps.serverKey, open)
  const token = newToken()
  const push: OpenPush = { id: newId<ChallengeId>('chl'), requestId: id, ...asked }
  const minutes = asked.isNew ? policy.limits.pairingMinutes : policy.limits.pushMinutes
  const row: PhoneRequestRow = {
    id,
    transactionId: transaction.id,
    challengeId: push.id,
    userId: user.id,
    factorId: asked.isNew ? null : asked.factorId,
    lane: pushLane(decision),
    pairTokenHash: asked.isNew ? tokenHash(token) : null,
    keyId: null,
    publicKey: null,
    label: asked.label,
    numberMac: numberMac(deps.serverKey, id, number),
    approvedAt: null,
    ended: null,
    createdAt: nowMs,
    expiresAt: Math.min(nowMs + minutes * 60_000, transaction.expiresAt),
    polledAt: null,
  }
  await tx.insertInto('phoneRequests').values(row).execute()
  const state: State = {
    ...carriedOf(before),
    at: asked.isNew ? 'pair-phone' : 'approve-on-phone',
    challenge: null,
    passkey: null,
    push,
    back: backFrom(decision),
    endReason: null,
  }
  await storeState(tx, transaction.id, state, triesLeft(decision))
  await audit(decision, 'challenge.opened', 'ok', { method: 'push', isNew: asked.isNew })
  const step = phoneStep(state, push, { page, row, number, token })
  return { kind: 'step', step, ...(asked.isNew ? {} : { wake: asked.factorId }) }
}

function phoneStep(
  state: State,
  push: OpenPush,
  open: {
    readonly page: Authenticator
    readonly row: PhoneRequestRow
    readonly number: string
    readonly token: string
  },
): Step {
  return {
    kind: push.isNew ? 'pair-phone' : 'approve-on-phone',
    approval: {
      challengeId: push.id,
      label: push.label ?? '',
      number: open.number,
      address: push.isNew ? `${open.page.address}#${open.token}` : open.page.address,
      expiresAt: isoOf(open.row.expiresAt),
      pollSeconds,
      canChooseAnother: state.back !== null,
    },
  }
}
