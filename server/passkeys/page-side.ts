import { isoOf } from '../../shared/clock.ts'
import type { AppError } from '../../shared/errors.ts'
import { clientInfoSchema, operationSchema } from '../../shared/model/sign-in.ts'
import type { HandOffView, PasskeyAnswer } from '../../shared/passkey-routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import { announce } from '../factors/announce.ts'
import { factorsOf } from '../factors/factors.ts'
import { originOf } from '../http/origin.ts'
import type { Origin } from '../http/handler.ts'
import { newToken, tokenHash } from '../server-key.ts'
import { audit, decide, outOfOrder, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import type { OpenPasskey } from '../sign-in/state.ts'
import { takeAll } from '../sign-in/throttles.ts'
import type { HandOffRow } from '../store/tables.ts'
import { passkeyRefused, refuseCopy, type PasskeyProof } from './apply-proof.ts'
import {
  authenticationOptions,
  isCounterReused,
  registrationOptions,
  verifyAuthentication,
  verifyRegistration,
} from './ceremony.ts'
import { credentialOf, passkeysFor } from './credential.ts'
import {
  changeHandOff,
  endHandOff,
  endOfHandOff,
  handOffEnded,
  handOffOf,
  userCodeMac,
  type PageSecret,
} from './hand-off-rows.ts'
import { passkeyPlaces, passkeyStep } from './passkey-step.ts'
import { relyingPartyOf, type RelyingParty } from './relying-party.ts'

/** Codes that one network may type: all of them are tries at somebody's open request. */
const userCodesPerNetwork = { limit: 10, windowMs: 10 * 60_000 }

/**
 * Opens a hand-off's page, once: its token or code is dead from here on, and only this page has the key.
 *
 * @throws AppError HAND_OFF_ENDED, SIGN_IN_ENDED, RATE_LIMITED
 */
export async function openHandOff(
  deps: AuthDeps,
  origin: Origin,
  by: { readonly token: string } | { readonly userCode: string },
): Promise<{ pageKey: string; handOff: HandOffView }> {
  if ('userCode' in by) await countUserCode(deps, origin)
  const secret = 'userCode' in by ? { userCodeMac: userCodeMac(deps.serverKey, by.userCode) } : by
  const pageKey = newToken()
  const handOff = await onPage(deps, origin, secret, async (page) => {
    const { decision, row } = page
    const opened = { tokenHash: null, userCodeMac: null, pageKeyHash: tokenHash(pageKey) }
    await changeHandOff(decision.tx, row.id, opened)
    await audit(decision, 'passkey.page-opened', 'ok', { way: row.way })
    return { value: viewOf(page) }
  })
  return { pageKey, handOff }
}

/** A fresh challenge, which replaces the one that the page had. */
export async function newOptions(deps: AuthDeps, origin: Origin, pageKey: string): Promise<object> {
  const challenge = newToken()
  return await onPage(deps, origin, { pageKey }, async ({ decision, open, party, row }) => {
    if (row.proof !== null) return { error: outOfOrder() }
    await changeHandOff(decision.tx, row.id, { webAuthnChallenge: challenge })
    const { serverKey } = deps
    const passkeys = passkeysFor(await factorsOf(decision.tx, decision.user.id), party.id)
    const value =
      open.newFactorId === null
        ? await authenticationOptions(party, passkeys, challenge)
        : await registrationOptions(party, serverKey, decision.user, passkeys, challenge)
    return { value }
  })
}

/**
 * Checks what a passkey answered and keeps it for the client. The challenge is used up whatever comes of it.
 *
 * @returns where the page goes next; null where the client asks by itself
 * @throws AppError PASSKEY_REFUSED, HAND_OFF_ENDED, SIGN_IN_ENDED, CONFLICT when no challenge is open
 */
export async function answerPasskey(
  deps: AuthDeps,
  origin: Origin,
  pageKey: string,
  answer: PasskeyAnswer,
): Promise<string | null> {
  const code = newToken()
  return await onPage(deps, origin, { pageKey }, async (page) => {
    const { decision, row } = page
    const challenge = row.webAuthnChallenge
    const isExpected = (page.open.newFactorId === null) === (answer.kind === 'use')
    if (challenge === null || !isExpected) return { error: outOfOrder() }
    await changeHandOff(decision.tx, row.id, { webAuthnChallenge: null })
    const proof = await proofOf(page, challenge, answer)
    if ('verdict' in proof) return proof
    await audit(decision, 'passkey.proof', 'ok', { way: row.way })
    const codeHash = row.way === 'this-computer' ? tokenHash(code) : null
    await changeHandOff(decision.tx, row.id, { proof: JSON.stringify(proof.value), codeHash })
    return { value: redirectOf(row, { code }) }
  })
}

export async function declineHandOff(
  deps: AuthDeps,
  origin: Origin,
  pageKey: string,
): Promise<string | null> {
  return await onPage(deps, origin, { pageKey }, async ({ decision, row }) => {
    await endHandOff(decision.tx, row.id, 'declined')
    await audit(decision, 'passkey.proof', 'refused', { way: row.way, reason: 'declined' })
    return { value: redirectOf(row, { error: 'declined' }) }
  })
}

interface Page {
  readonly decision: Decision
  readonly row: HandOffRow
  readonly open: OpenPasskey
  readonly party: RelyingParty
}

type PageResult<T> = { readonly value: T } | { readonly error: AppError } | { readonly verdict: Verdict }

/**
 * Decides about a hand-off as an answer of its transaction: under the same locks, counted with the client's
 * own answers, and over when the transaction, its session or its user is.
 */
async function onPage<T>(
  deps: AuthDeps,
  origin: Origin,
  secret: PageSecret,
  work: (page: Page) => Promise<PageResult<T>>,
): Promise<T> {
  const party = relyingPartyOf(deps.config)
  const { handOff, transaction } = await handOffOf(deps.store.db, secret)
  if (party === null) throw handOffEnded('unknown')
  let done: { readonly value: T } | null = null
  const verdict = await decide(deps, { transaction, origin }, passkeyPlaces, async (decision) => {
    done = null
    const { state, tx } = decision
    // Again, under the lock: of two that have the same secret, one opens the page.
    const current = await handOffOf(tx, secret).catch(() => null)
    if (current?.handOff.id !== handOff.id) return refused(handOffEnded('unknown'))
    const row = current.handOff
    if (state.passkey?.id !== row.challengeId) return refused(handOffEnded('replaced'))
    const over = endOfHandOff(row, decision.nowMs)
    if (over !== null) return refused(handOffEnded(over))
    const result = await work({ decision, row, open: state.passkey, party })
    if ('error' in result) return refused(result.error)
    if ('verdict' in result) return result.verdict
    done = result
    return { kind: 'step', step: passkeyStep(decision, state, state.passkey) }
  })
  if (verdict.kind === 'refused') {
    if (verdict.notice !== undefined) announce(deps, verdict.notice)
    throw verdict.error
  }
  if (done === null) throw new Error('A page was answered without a result.')
  return (done as { readonly value: T }).value
}

async function proofOf(
  page: Page,
  challenge: string,
  answer: PasskeyAnswer,
): Promise<{ readonly value: PasskeyProof } | { readonly verdict: Verdict }> {
  const { decision, party } = page
  if (answer.kind === 'register') {
    const made = await verifyRegistration(party, challenge, answer)
    if (made.kind === 'wrong') return await wrong(page, 'invalid', made.why)
    return { value: { kind: 'made', ...made.value } }
  }
  const passkeys = passkeysFor(await factorsOf(decision.tx, decision.user.id), party.id)
  const factor = passkeys.find((each) => each.credentialId === answer.id)
  if (factor === undefined) return await wrong(page, 'unknown', 'Not a passkey of this account.')
  const used = await verifyAuthentication(party, challenge, factor, answer)
  if (used.kind === 'wrong') return await wrong(page, 'invalid', used.why)
  if (isCounterReused(credentialOf(factor).counter, used.value.counter)) {
    return { verdict: await refuseCopy(decision, factor) }
  }
  return { value: { kind: 'used', factorId: factor.id, ...used.value } }
}

async function wrong(
  { decision }: Page,
  reason: 'invalid' | 'unknown',
  why: string,
): Promise<{ readonly verdict: Verdict }> {
  await audit(decision, 'passkey.proof', 'failed', { reason, why })
  return { verdict: refused(passkeyRefused(reason)) }
}

/** Only to a port of this computer: no field of a request becomes a part of the address (RFC 8252 7.3). */
function redirectOf(row: HandOffRow, result: { code: string } | { error: string }): string | null {
  if (row.way === 'other-device' || row.port === null || row.state === null) return null
  const query = new URLSearchParams({ ...result, state: row.state })
  return `http://127.0.0.1:${row.port}/?${query.toString()}`
}

function viewOf({ decision, open, row }: Page): HandOffView {
  const { deps, origin, transaction, user } = decision
  const client = clientInfoSchema.parse(JSON.parse(transaction.client))
  return {
    way: row.way,
    isNew: open.newFactorId !== null,
    serverName: deps.config.name,
    loginName: user.loginName,
    purpose: transaction.purpose,
    operation:
      transaction.operation === null ? null : operationSchema.parse(JSON.parse(transaction.operation)),
    clientName: client.name,
    hostName: client.hostName,
    address: transaction.address,
    startedAt: isoOf(transaction.createdAt),
    isSameNetwork: originOf(transaction.address, undefined).network === origin.network,
    expiresAt: isoOf(row.expiresAt),
  }
}

async function countUserCode(deps: AuthDeps, { address, network }: Origin): Promise<void> {
  const key = `passkey-codes:network:${network}`
  const nowMs = deps.clock.nowMs()
  const quota = { key, ...userCodesPerNetwork }
  const wait = await deps.store.transact([`throttle:${key}`], (tx) => takeAll(tx, [quota], nowMs))
  if (wait === null) return
  await auditOnceAMinuteAlone(deps, key, {
    at: nowMs,
    actor: 'unknown',
    action: 'passkey.codes-limited',
    outcome: 'refused',
    address,
  })
  throw rateLimited('Too many codes were typed from this network', wait)
}
