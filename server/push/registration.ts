import { AppError } from '../../shared/errors.ts'
import type { PushSubscription } from '../../shared/model/push.ts'
import { phoneProof } from '../../shared/phone-proof.ts'
import type { ReplyOf } from '../../shared/routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { appendAudit } from '../audit/audit.ts'
import { checkNonce, useNonce } from '../devices/nonces.ts'
import { announce, type Notice } from '../factors/announce.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import { factorsOf, provenMethods } from '../factors/factors.ts'
import type { Origin } from '../http/handler.ts'
import { serverSettings } from '../settings.ts'
import { endOf } from '../sign-in/transactions.ts'
import type { Tx } from '../store/store.ts'
import type { FactorRow } from '../store/tables.ts'
import { isSignedByPhone, publicKeyOf, subscriptionContext } from './phone-key.ts'
import { endOfRequest, openRequestsOf } from './phone-request-rows.ts'
import { notThisPhone, requireAuthenticator, viewOf } from './phone-side.ts'
import { isKnownPushService } from './push-services.ts'
import { vapidKeys } from './vapid.ts'

interface Signed {
  readonly keyId: string
  readonly nonce: string
  readonly signature: string
}

/**
 * What waits for one phone, and whether it is still paired. Reads only, so the nonce may be used again within
 * its two minutes.
 *
 * @throws AppError NOT_ALLOWED, INPUT_INVALID (nonce)
 */
export async function phoneRequests(
  deps: AuthDeps,
  origin: Origin,
  signed: Signed,
): Promise<ReplyOf<'phoneRequests'>> {
  const page = requireAuthenticator(deps)
  checkNonce(deps, signed.nonce)
  const { db } = deps.store
  const nowMs = deps.clock.nowMs()
  const pushKey = (await vapidKeys(deps))?.publicKey ?? null
  const phone = await phoneOf(deps, signed.keyId)
  const pairing = phone === undefined ? await pairingOf(deps, signed.keyId) : undefined
  const known = phone ?? pairing
  const publicKey = phone === undefined ? pairing?.publicKey : publicKeyOf(phone)
  if (known === undefined || typeof publicKey !== 'string') {
    return { state: 'removed', requests: [], pushKey: null, hasSubscription: false }
  }
  const text = phoneProof.look({ ...signed, origin: page.origin })
  if (!isSignedByPhone(publicKey, text, signed.signature)) throw notThisPhone()
  const { userId } = known
  const open = (await openRequestsOf(db, userId, nowMs)).filter((row) =>
    phone === undefined ? row.keyId === signed.keyId : row.factorId === phone.id,
  )
  const user = await db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow()
  const requests = []
  for (const row of open) {
    const transaction = await db
      .selectFrom('transactions')
      .selectAll()
      .where('id', '=', row.transactionId)
      .where('challengeId', '=', row.challengeId)
      .executeTakeFirst()
    if (transaction === undefined || endOf(transaction, nowMs) !== null) continue
    requests.push(viewOf(origin, { transaction, user }, row))
  }
  const state = phone === undefined ? 'pairing' : 'paired'
  const hasSubscription = phone !== undefined && phone.secretSealed !== null
  return { state, requests, pushKey, hasSubscription }
}

/** @throws AppError NOT_ALLOWED, INPUT_INVALID (nonce, or a push service that is not on the list) */
export async function subscribePhone(
  deps: AuthDeps,
  signed: Signed & { readonly subscription: PushSubscription | null },
): Promise<void> {
  const { subscription } = signed
  const { settings } = await serverSettings(deps.store.db)
  if (subscription !== null && !isKnownPushService(subscription.endpoint, settings.pushServices)) {
    throw new AppError('INPUT_INVALID', 'This push service is not on the list of known ones.', {
      details: { paths: ['subscription', 'endpoint'], reason: 'unknown-service' },
    })
  }
  const json = subscription === null ? '' : JSON.stringify(subscription)
  const text = (origin: string): string => phoneProof.subscribe({ ...signed, origin, subscription: json })
  await byPhone(deps, signed, text, async (tx, factor) => {
    const context = subscriptionContext(factor.userId, factor.id)
    const secretSealed = subscription === null ? null : deps.serverKey.seal(json, context)
    await tx.updateTable('factors').set({ secretSealed }).where('id', '=', factor.id).execute()
  })
}

/**
 * The phone takes itself off its account. Never what is the account's only method: whoever has a phone, and
 * not the password, must not leave the account with the password alone.
 *
 * @throws AppError CONFLICT, NOT_ALLOWED, INPUT_INVALID (nonce)
 */
export async function unpairPhone(deps: AuthDeps, { address }: Origin, signed: Signed): Promise<void> {
  const text = (origin: string): string => phoneProof.unpair({ ...signed, origin })
  const notice = await byPhone(deps, signed, text, async (tx, { id, label, userId }): Promise<Notice> => {
    const left = provenMethods(await factorsOf(tx, userId)).filter((each) => each.id !== id)
    if (left.length === 0) {
      throw new AppError('CONFLICT', 'This phone is the account’s only method: register another one first.')
    }
    const at = deps.clock.nowMs()
    await tx.deleteFrom('factors').where('id', '=', id).execute()
    await recordFactorEvent(tx, { userId, at, address, event: 'removed', method: 'push', label })
    const details = { method: 'push', by: 'phone' }
    const actor = `user:${userId}`
    await appendAudit(tx, { at, actor, action: 'factor.removed', outcome: 'ok', address, details })
    return { userId, what: 'removed', label, exceptFactorId: null }
  })
  announce(deps, notice)
}

/** Decides under the account's lock about something that the phone signed over a nonce, which is used up. */
async function byPhone<T>(
  deps: AuthDeps,
  signed: Signed,
  text: (origin: string) => string,
  work: (tx: Tx, factor: FactorRow) => Promise<T>,
): Promise<T> {
  const page = requireAuthenticator(deps)
  const { expiresAtMs } = checkNonce(deps, signed.nonce)
  const seen = await phoneOf(deps, signed.keyId)
  if (seen === undefined) throw notThisPhone()
  if (!isSignedByPhone(publicKeyOf(seen), text(page.origin), signed.signature)) throw notThisPhone()
  return await deps.store.transact([`user:${seen.userId}`, 'audit'], async (tx) => {
    await useNonce(tx, signed.nonce, expiresAtMs)
    const factor = await tx.selectFrom('factors').selectAll().where('id', '=', seen.id).executeTakeFirst()
    if (factor === undefined) throw notThisPhone()
    return await work(tx, factor)
  })
}

async function phoneOf(deps: AuthDeps, keyId: string): Promise<FactorRow | undefined> {
  return await deps.store.db
    .selectFrom('factors')
    .selectAll()
    .where('method', '=', 'push')
    .where('credentialId', '=', keyId)
    .executeTakeFirst()
}

async function pairingOf(deps: AuthDeps, keyId: string) {
  const row = await deps.store.db
    .selectFrom('phoneRequests')
    .selectAll()
    .where('keyId', '=', keyId)
    .executeTakeFirst()
  return row !== undefined && endOfRequest(row, deps.clock.nowMs()) === null ? row : undefined
}
