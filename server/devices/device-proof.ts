import { createPublicKey, verify } from 'node:crypto'
import { AppError } from '../../shared/errors.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import { accountStateOf, closedAccount } from '../accounts/account-state.ts'
import type { ServerDeps } from '../deps.ts'
import type { Tx } from '../store/store.ts'
import type { DeviceRow, UserRow } from '../store/tables.ts'
import { checkNonce, useNonce } from './nonces.ts'
import { requireOwnAddress } from './proof-address.ts'

export interface DeviceProof {
  readonly deviceId: DeviceId
  readonly nonce: string
  readonly signature: string
  readonly serverAddress?: string | undefined
}

/**
 * Checks that the caller holds the private key of an enrolled device, over a nonce of this server, for the
 * purpose that `text` names (shared/device-proof.ts). Uses the nonce up within `tx`.
 *
 * An unknown device and a bad signature look the same. That a device was revoked is told only to whoever
 * holds its key, and that the proof was for another server. Whether the user may do anything is the caller's question; see `requireOpenAccount`.
 *
 * @param text one of the texts of `deviceProof`, made from this proof's own nonce and device id
 * @throws AppError DEVICE_UNKNOWN, DEVICE_REVOKED, INPUT_INVALID (a nonce that is forged, old or used)
 */
export async function proveDevice(
  deps: Pick<ServerDeps, 'clock' | 'config' | 'serverKey'>,
  tx: Tx,
  proof: DeviceProof,
  text: string,
): Promise<DeviceRow> {
  const { expiresAtMs } = checkNonce(deps, proof.nonce)
  const device = await tx
    .selectFrom('devices')
    .selectAll()
    .where('id', '=', proof.deviceId)
    .executeTakeFirst()
  if (device === undefined || !isSignedBy(device.publicKey, text, proof.signature)) throw unknownDevice()
  await requireOwnAddress(deps, tx, device, proof.serverAddress)
  if (device.revokedAt !== null)
    throw new AppError('DEVICE_REVOKED', 'This computer was revoked and may not back up any more.')
  await useNonce(tx, proof.nonce, expiresAtMs)
  const lastSeenAt = deps.clock.nowMs()
  await tx.updateTable('devices').set({ lastSeenAt }).where('id', '=', device.id).execute()
  return { ...device, lastSeenAt }
}

/**
 * For whoever proved a device: a closed account does nothing, and its own computers may know why.
 *
 * @throws AppError ACCOUNT_SUSPENDED, ACCOUNT_EXPIRED
 */
export async function requireOpenAccount(
  tx: Tx,
  userId: DeviceRow['userId'],
  nowMs: number,
): Promise<UserRow> {
  const user = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow()
  const state = accountStateOf(user, nowMs)
  if (state !== 'open') throw closedAccount(state)
  return user
}

export function unknownDevice(): AppError {
  return new AppError('DEVICE_UNKNOWN', 'This computer is not enrolled, or its proof is wrong.')
}

/**
 * Ed25519 (RFC 8032) over the UTF-8 text.
 *
 * @param publicKey raw 32 bytes in base64url, as a JWK's `x` (RFC 8037) has them
 * @param signature 64 bytes in base64url
 */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'))
}
