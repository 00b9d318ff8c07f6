import { randomBytes } from 'node:crypto'
import { AppError } from '../../shared/errors.ts'
import type { ServerDeps } from '../deps.ts'
import { isSameSecret, tokenHash } from '../server-key.ts'
import type { Tx } from '../store/store.ts'

/** How long a device may take between asking for a nonce and using it. */
export const nonceLifeMs = 2 * 60_000

/** ASVS 5.0 6.7.2 wants at least 64 bits. */
const randomByteCount = 16

/**
 * Nonces are stateless until they are used: an anonymous caller can ask for any number of them and fill
 * nothing. Time and random part are authenticated with the server key.
 */
export function issueNonce(deps: Pick<ServerDeps, 'clock' | 'serverKey'>): {
  nonce: string
  expiresAtMs: number
} {
  const issuedAtMs = deps.clock.nowMs()
  const body = `${issuedAtMs.toString(36)}.${randomBytes(randomByteCount).toString('base64url')}`
  return { nonce: `${body}.${macOf(deps, body)}`, expiresAtMs: issuedAtMs + nonceLifeMs }
}

/**
 * Whether this server made the nonce less than two minutes ago. Says nothing about whether it was used.
 *
 * @throws AppError INPUT_INVALID (path `nonce`): unknown form, forged, or too old
 */
export function checkNonce(
  deps: Pick<ServerDeps, 'clock' | 'serverKey'>,
  nonce: string,
): { expiresAtMs: number } {
  const end = nonce.lastIndexOf('.')
  const body = nonce.slice(0, Math.max(end, 0))
  if (end < 0 || !isSameSecret(nonce.slice(end + 1), macOf(deps, body))) throw nonceError('unknown')
  const issuedAtMs = Number.parseInt(body.slice(0, body.indexOf('.')), 36)
  const ageMs = deps.clock.nowMs() - issuedAtMs
  // A nonce from the future means that the server's clock was set back: it would live longer than promised.
  if (!(ageMs >= 0 && ageMs < nonceLifeMs)) throw nonceError('expired')
  return { expiresAtMs: issuedAtMs + nonceLifeMs }
}

/**
 * Uses a nonce up. Only after the signature over it was checked, so that nobody else can use it up.
 *
 * @throws AppError INPUT_INVALID (path `nonce`): used before
 */
export async function useNonce(tx: Tx, nonce: string, expiresAtMs: number): Promise<void> {
  const inserted = await tx
    .insertInto('usedNonces')
    .values({ nonceHash: tokenHash(nonce), expiresAt: expiresAtMs })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (inserted.numInsertedOrUpdatedRows !== 1n) throw nonceError('used')
}

function macOf(deps: Pick<ServerDeps, 'serverKey'>, body: string): string {
  return deps.serverKey.mac('device-nonce', body)
}

function nonceError(reason: 'unknown' | 'expired' | 'used'): AppError {
  return new AppError('INPUT_INVALID', 'The nonce is not usable; ask for a new one.', {
    details: { paths: ['nonce'], reason },
  })
}
