import type { Insertable } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { Tx } from '../store/store.ts'
import type { UserTable } from '../store/tables.ts'
import { loginKeyOf } from './login-key.ts'

/**
 * Adds an account that nobody has used yet, inside the caller's transaction, which holds `login:<login key>`.
 *
 * @throws AppError CONFLICT when the name is taken
 */
export async function insertUser(
  tx: Tx,
  user: Omit<Insertable<UserTable>, 'loginKey' | 'status' | 'offerDismissed' | 'lastSignIn'>,
): Promise<void> {
  const loginKey = loginKeyOf(user.loginName)
  const taken = await tx.selectFrom('users').select('id').where('loginKey', '=', loginKey).executeTakeFirst()
  if (taken !== undefined) throw new AppError('CONFLICT', 'There is a user of that name already.')
  await tx
    .insertInto('users')
    .values({ ...user, loginKey, status: 'enabled', offerDismissed: 0, lastSignIn: null })
    .execute()
}
