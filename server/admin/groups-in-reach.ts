import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { GroupId } from '../../shared/model/ids.ts'
import { defaultGroupName } from '../accounts/policies.ts'
import type { Reach } from '../accounts/user-list.ts'
import type { Tables } from '../store/tables.ts'

/**
 * Groups that a caller may see and put users into; null = all. For a sub-administrator the built-in one and
 * those that an administrator put a user of theirs into: other names tell about other customers.
 */
export async function groupsInReach(db: Kysely<Tables>, reach: Reach): Promise<ReadonlySet<GroupId> | null> {
  if (reach === null) return null
  const rows = await db
    .selectFrom('groups')
    .select('groups.id')
    .where((eb) =>
      eb.or([
        eb('groups.name', '=', defaultGroupName),
        eb.exists(
          eb
            .selectFrom('users')
            .select('users.id')
            .whereRef('users.groupId', '=', 'groups.id')
            .where('users.ownerId', '=', reach),
        ),
      ]),
    )
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** @throws AppError NOT_FOUND */
export async function requireGroupInReach(db: Kysely<Tables>, groupId: GroupId, reach: Reach): Promise<void> {
  const groups = await groupsInReach(db, reach)
  if (groups !== null && !groups.has(groupId)) throw new AppError('NOT_FOUND', 'There is no such group.')
}
