import type { SystemRole } from '../../shared/model/account.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Acting } from '../accounts/acting.ts'
import type { TestAuth } from '../sign-in/auth.fixture.ts'

/** Somebody who administers and has a second factor, as if a command on the host had made the account. */
export async function administratorOf(
  { newUser, store }: TestAuth,
  loginName: string,
  role: SystemRole = 'admin',
): Promise<UserId> {
  const user = await newUser(loginName)
  await user.addTotp()
  await store.db
    .updateTable('users')
    .set({ kind: 'system', role, email: `${loginName}@example.org` })
    .where('id', '=', user.userId)
    .execute()
  return user.userId
}

/** As a request of this administrator, whose grant is taken for good. */
export function actingAs(userId: UserId): Acting {
  return {
    actor: `user:${userId}`,
    address: '192.0.2.1',
    mayChange: () => undefined,
    permit: () => Promise.resolve(),
    ownerId: null,
    mayUseGroup: () => Promise.resolve(),
  }
}
