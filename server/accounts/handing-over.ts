import { recordAlert } from '../alerts/alerts.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { isOpenAccount } from './account-state.ts'
import { nameOfActor, type By } from './acting.ts'

/** What let somebody else into an account that administers, as alerts name it. */
export type HandOver = 'created' | 'role' | 'factors' | 'phone' | 'password' | 'reopened'

/**
 * Notes that an administrator made an account that administers, or gave it a way to sign in: all administrators
 * hear of it, and for a while it is no second person for an approval. Whoever has the host vouches for it.
 */
export async function noteHandOver(
  tx: Tx,
  nowMs: number,
  user: Pick<UserRow, 'id' | 'kind' | 'loginName'>,
  what: HandOver,
  by: By,
): Promise<void> {
  if (user.kind !== 'system') return
  const isByHost = typeof by === 'string'
  const handedOverAt = isByHost ? null : nowMs
  await tx.updateTable('users').set({ handedOverAt }).where('id', '=', user.id).execute()
  if (isByHost) return
  const details = { what, loginName: user.loginName, by: await nameOfActor(tx, by) }
  await recordAlert(tx, { kind: 'administrator-changed', about: `${user.id}:${what}`, details }, nowMs)
}

/** The same for an account that was suspended or had ended, and may be used again: its old credentials let in. */
export async function noteReopening(
  tx: Tx,
  nowMs: number,
  user: UserRow,
  next: Partial<Pick<UserRow, 'status' | 'expiresAt'>>,
  by: By,
): Promise<void> {
  if (isOpenAccount(user, nowMs) || !isOpenAccount({ ...user, ...next }, nowMs)) return
  await noteHandOver(tx, nowMs, user, 'reopened', by)
}
