import { AppError } from '../../shared/errors.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'

/** Taken by whatever could leave the server without an administrator. */
export const administratorsLock = 'administrators'

/**
 * Refuses to take power from the last administrator who can sign in. The transaction holds
 * `administratorsLock`, so that two of them cannot take it from each other.
 *
 * @throws AppError CONFLICT
 */
export async function requireAnotherAdministrator(tx: Tx, user: UserRow): Promise<void> {
  if (user.role !== 'admin') return
  const another = await tx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('status', '=', 'enabled')
    .where('expiresAt', 'is', null)
    .where('id', '!=', user.id)
    .executeTakeFirst()
  if (another === undefined) {
    throw new AppError('CONFLICT', 'This is the last administrator; make another one first.')
  }
}
