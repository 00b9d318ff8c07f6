import { AppError } from '../../shared/errors.ts'
import type { DeviceId } from '../../shared/model/ids.ts'
import type { Origin, SessionCaller } from '../http/handler.ts'
import { isProvenNetwork } from '../sessions/networks.ts'
import type { Tx } from '../store/store.ts'

/** What such a session is told wherever it may not go. */
export function onlyBackups(): AppError {
  return new AppError(
    'SECOND_FACTOR_REQUIRED',
    'This sign-in skipped the second factor and may only back up; sign in again with a second factor.',
  )
}

export function isLegacySession({ session }: SessionCaller): boolean {
  return session.scope === 'legacy'
}

/**
 * A legacy session sets up in the network of its sign-in: a token that was stolen and is used elsewhere enrols
 * no computer and makes no set.
 *
 * @throws AppError SECOND_FACTOR_REQUIRED
 */
export function requireSignInNetwork({ session }: SessionCaller, origin: Origin): void {
  if (isProvenNetwork(session, origin)) return
  throw new AppError(
    'SECOND_FACTOR_REQUIRED',
    'This sign-in skipped the second factor in another network; sign in again to set this computer up.',
  )
}

/**
 * A legacy session enrols the one computer that it sits on, and only where the account has none: a thief with
 * the password must not put a second one beside the owner's. Call under the user's lock.
 */
export async function requireFirstDevice(tx: Tx, caller: SessionCaller): Promise<void> {
  if (!isLegacySession(caller)) return
  const device = await tx
    .selectFrom('devices')
    .select('id')
    .where('userId', '=', caller.user.id)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  if (device !== undefined) throw onlyBackups()
}

/** From then on the session is that computer's: it sees its sets, and ends when it is revoked. */
export async function bindToDevice(tx: Tx, caller: SessionCaller, deviceId: DeviceId): Promise<void> {
  if (!isLegacySession(caller)) return
  await tx.updateTable('sessions').set({ deviceId }).where('id', '=', caller.session.id).execute()
}

/** A legacy session makes the first set of its own computer. Call under the user's lock. */
export async function requireFirstSet(tx: Tx, caller: SessionCaller, deviceId: DeviceId): Promise<void> {
  if (!isLegacySession(caller)) return
  const isOwn = caller.session.deviceId === deviceId
  const set = await tx
    .selectFrom('backupSets')
    .select('id')
    .where('deviceId', '=', deviceId)
    .executeTakeFirst()
  if (!isOwn || set !== undefined) throw onlyBackups()
}

/** A legacy session sees its own computer and its sets only; others look as if they did not exist. */
export function maySeeOfDevice(caller: SessionCaller, deviceId: DeviceId | null): boolean {
  const own = caller.session.deviceId
  return !isLegacySession(caller) || (own !== null && own === deviceId)
}
