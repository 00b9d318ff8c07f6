import type { z } from 'zod'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { HandOffId } from '../../shared/model/ids.ts'
import type { HandOff, handOffStartSchema } from '../../shared/model/passkey.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { newBackupCodes, type BackupCodeSet } from '../factors/backup-codes.ts'
import { isSameSecret, newId, newToken, tokenHash } from '../server-key.ts'
import { standingFactors } from '../recovery/replacing.ts'
import { isFirstProof } from '../sign-in/after-proof.ts'
import type { Answering } from '../sign-in/answers.ts'
import { audit, decide, outOfOrder, refused, type Verdict } from '../sign-in/decide.ts'
import { rateLimited } from '../sign-in/rate-limited.ts'
import { stateOf } from '../sign-in/transactions.ts'
import type { HandOffRow } from '../store/tables.ts'
import { applyProof } from './apply-proof.ts'
import {
  changeHandOff,
  endHandOff,
  endOfHandOff,
  endOpenHandOffs,
  handOffEnded,
  handOffMs,
  isVerifierOf,
  lastHandOff,
  newUserCode,
  pollSeconds,
  userCodeMac,
} from './hand-off-rows.ts'
import { passkeyPlaces, passkeyStep, waysOf } from './passkey-step.ts'
import { pagePath } from './page-path.ts'
import { relyingPartyOf } from './relying-party.ts'
import { getsBackupCodes } from './required-passkey.ts'

type Start = z.infer<typeof handOffStartSchema>

/**
 * Begins a hand-off of the open request. Its secret goes into the part of the address that browsers send to
 * nobody, or is a code that a person types.
 *
 * @throws AppError NOT_ALLOWED, CONFLICT, SIGN_IN_ENDED
 */
export async function startHandOff(deps: AuthDeps, call: Answering, start: Start): Promise<HandOff> {
  const party = relyingPartyOf(deps.config)
  if (party === null) throw new AppError('NOT_ALLOWED', 'This server offers no passkeys.')
  const page = `${party.origin}${pagePath}`
  const isHere = start.way === 'this-computer'
  const token = newToken()
  const userCode = newUserCode()
  let expiresAt = 0
  const verdict = await decide(deps, call, passkeyPlaces, async (decision) => {
    const { nowMs, state, transaction, tx } = decision
    if (state.passkey === null) return refused(outOfOrder())
    if (!waysOf(decision).includes(start.way)) {
      await audit(decision, 'passkey.hand-off', 'refused', { way: start.way, reason: 'policy' })
      return refused(new AppError('NOT_ALLOWED', 'Passkeys on other devices are not allowed here.'))
    }
    await endOpenHandOffs(tx, transaction.id, 'replaced')
    expiresAt = Math.min(nowMs + handOffMs, transaction.expiresAt)
    const row: HandOffRow = {
      id: newId<HandOffId>('hof'),
      transactionId: transaction.id,
      challengeId: state.passkey.id,
      way: start.way,
      tokenHash: isHere ? tokenHash(token) : null,
      userCodeMac: isHere ? null : userCodeMac(deps.serverKey, userCode),
      pageKeyHash: null,
      codeChallenge: start.codeChallenge,
      port: isHere ? start.port : null,
      state: isHere ? start.state : null,
      webAuthnChallenge: null,
      proof: null,
      codeHash: null,
      ended: null,
      createdAt: nowMs,
      expiresAt,
      polledAt: null,
    }
    await tx.insertInto('handOffs').values(row).execute()
    await audit(decision, 'passkey.hand-off', 'ok', { way: start.way })
    return { kind: 'step', step: passkeyStep(decision, state, state.passkey) }
  })
  if (verdict.kind === 'refused') throw verdict.error
  return {
    address: isHere ? `${page}#${token}` : page,
    userCode: isHere ? null : userCode,
    expiresAt: isoOf(expiresAt),
    pollSeconds,
  }
}

/**
 * Takes what the browser proved to the step of this transaction, once. The code that came back to this
 * computer is worth nothing without the verifier, and the verifier nothing without the transaction's token:
 * whoever made somebody else use a passkey has neither code nor page.
 *
 * @returns null while the other device is not done
 * @throws AppError RATE_LIMITED when asked too often
 */
export async function finishHandOff(
  deps: AuthDeps,
  call: Answering,
  given: {
    readonly code?: string | undefined
    readonly codeVerifier: string
    readonly trustDevice: boolean
  },
): Promise<Verdict | null> {
  if (await isWaiting(deps, call, given.codeVerifier)) return null
  const newCodes = await codesFor(deps, call)
  return await decide(deps, call, passkeyPlaces, async (decision) => {
    const { state, transaction, tx } = decision
    const row = await lastHandOff(tx, transaction.id)
    if (state.passkey === null || row?.challengeId !== state.passkey.id) {
      return refused(handOffEnded('unknown'))
    }
    const over = endOfHandOff(row, decision.nowMs)
    if (over !== null) return refused(handOffEnded(over))
    if (row.proof === null || !isTaker(row, given)) {
      await audit(decision, 'passkey.taken', 'refused', { reason: 'code' })
      return refused(handOffEnded('unknown'))
    }
    await endHandOff(tx, row.id, 'used')
    return await applyProof(decision, state.passkey, row.proof, {
      trustDevice: given.trustDevice,
      newCodes,
    })
  })
}

/** The request stays open; another hand-off may follow. */
export async function cancelHandOff(deps: AuthDeps, { transaction }: Answering): Promise<void> {
  await deps.store.transact([`transaction:${transaction.id}`], (tx) =>
    endOpenHandOffs(tx, transaction.id, 'cancelled'),
  )
}

function isTaker(
  row: HandOffRow,
  given: { readonly code?: string | undefined; readonly codeVerifier: string },
) {
  if (!isVerifierOf(row, given.codeVerifier)) return false
  if (row.way === 'other-device') return true
  return (
    given.code !== undefined && row.codeHash !== null && isSameSecret(tokenHash(given.code), row.codeHash)
  )
}

/** Asking changes nothing and is no answer, but has its interval (RFC 8628 3.5). */
async function isWaiting(deps: AuthDeps, { transaction }: Answering, codeVerifier: string): Promise<boolean> {
  return await deps.store.transact([`transaction:${transaction.id}`], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const row = await lastHandOff(tx, transaction.id)
    if (row?.way !== 'other-device' || row.proof !== null || endOfHandOff(row, nowMs) !== null) return false
    if (!isVerifierOf(row, codeVerifier)) return false
    const waitMs = (row.polledAt ?? 0) + pollSeconds * 1000 - nowMs
    // A clock that was set back must not stop a client for as long.
    if (waitMs > 0 && waitMs <= pollSeconds * 1000) {
      throw rateLimited('Asked too often whether the passkey was used', Math.ceil(waitMs / 1000))
    }
    await changeHandOff(tx, row.id, { polledAt: nowMs })
    return true
  })
}

/** Backup codes for a first method, hashed outside of the decision. They are of no use where only passkeys count. */
async function codesFor(deps: AuthDeps, { transaction }: Answering): Promise<BackupCodeSet | null> {
  const { db } = deps.store
  const row = await db
    .selectFrom('transactions')
    .selectAll()
    .where('id', '=', transaction.id)
    .executeTakeFirst()
  const state = row === undefined ? null : stateOf(row)
  if (row === undefined || state?.at !== 'register-passkey') return null
  const hasProof = (await lastHandOff(db, row.id))?.proof ?? null
  if (hasProof === null || !isFirstProof(await standingFactors(db, row.userId, state))) return null
  return (await getsBackupCodes(db, row.userId)) ? await newBackupCodes(deps, row.userId) : null
}
