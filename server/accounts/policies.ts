import type { Kysely } from 'kysely'
import type { UserId } from '../../shared/model/ids.ts'
import { policySchema, type Policy } from '../../shared/model/policy.ts'
import type { Tables } from '../store/tables.ts'

/** The group that is there from the first start; its limits also hold for what concerns no single user. */
export const defaultGroupName = 'Default'

/** The policy of the user's group. */
export async function policyOfUser(db: Kysely<Tables>, userId: UserId): Promise<Policy> {
  const row = await db
    .selectFrom('users')
    .innerJoin('groups', 'groups.id', 'users.groupId')
    .select('groups.policy')
    .where('users.id', '=', userId)
    .executeTakeFirstOrThrow()
  return policySchema.parse(JSON.parse(row.policy))
}

/** Limits of networks, countries and the whole server, and of names that nobody has. */
export async function defaultGroupPolicy(db: Kysely<Tables>): Promise<Policy> {
  const row = await db
    .selectFrom('groups')
    .select('policy')
    .where('name', '=', defaultGroupName)
    .executeTakeFirstOrThrow()
  return policySchema.parse(JSON.parse(row.policy))
}
