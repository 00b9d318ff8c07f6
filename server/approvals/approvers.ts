import type { Kysely } from 'kysely'
import { newAdministratorHours } from '../../shared/model/approval.ts'
import type { UserId } from '../../shared/model/ids.ts'
import { isOpenAccount } from '../accounts/account-state.ts'
import type { Tables, UserRow } from '../store/tables.ts'

/**
 * Who could agree to what `requestedBy` asks for: administrators in person who have a second factor, and the
 * sub-administrator whose user it is about. Not who asked, nor whom it is about; nor an account that somebody made
 * or let in a short while ago, which may be the same person as who asked.
 */
export async function approversOf(
  db: Kysely<Tables>,
  target: Pick<UserRow, 'id' | 'kind' | 'ownerId'> | null,
  requestedBy: UserId | null,
  nowMs: number,
): Promise<UserRow[]> {
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where('kind', '=', 'system')
    .where('role', 'in', ['admin', 'sub-admin'])
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('factors')
          .select('factors.id')
          .whereRef('factors.userId', '=', 'users.id')
          .where('factors.isProven', '=', 1),
      ),
    )
    .execute()
  return rows.filter(
    (user) =>
      user.id !== requestedBy &&
      user.id !== target?.id &&
      (user.role === 'admin' || (target?.kind === 'backup' && target.ownerId === user.id)) &&
      isOpenAccount(user, nowMs) &&
      !isNew(user, nowMs),
  )
}

/** A clock that was set back makes nobody older. */
export function isNew({ handedOverAt }: Pick<UserRow, 'handedOverAt'>, nowMs: number): boolean {
  return handedOverAt !== null && nowMs - handedOverAt < newAdministratorHours * 3_600_000
}
