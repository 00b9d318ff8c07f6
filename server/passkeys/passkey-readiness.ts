import type { Kysely } from 'kysely'
import { policySchema } from '../../shared/model/policy.ts'
import type { ServerConfig } from '../config.ts'
import type { Tables } from '../store/tables.ts'
import { relyingPartyOf } from './relying-party.ts'
import { needsPasskey } from './required-passkey.ts'

/** Whether those who must use a passkey can. */
export interface PasskeyReadiness {
  readonly isOffered: boolean
  /** Enabled accounts that must use a passkey, and those of them that have none. */
  readonly requiredCount: number
  readonly lackingCount: number
}

export async function passkeyReadiness(
  db: Kysely<Tables>,
  config: Pick<ServerConfig, 'name' | 'publicAddress'>,
): Promise<PasskeyReadiness> {
  const groups = await db.selectFrom('groups').select(['id', 'policy']).execute()
  const policies = new Map(groups.map(({ id, policy }) => [id, policySchema.parse(JSON.parse(policy))]))
  const users = await db
    .selectFrom('users')
    .select(['id', 'kind', 'groupId'])
    .where('status', '=', 'enabled')
    .execute()
  const owners = await db.selectFrom('factors').select('userId').where('method', '=', 'passkey').execute()
  const haveOne = new Set(owners.map(({ userId }) => userId))
  const required = users.filter((user) => {
    const policy = policies.get(user.groupId)
    return policy !== undefined && needsPasskey(policy, user)
  })
  return {
    isOffered: relyingPartyOf(config) !== null,
    requiredCount: required.length,
    lackingCount: required.filter(({ id }) => !haveOne.has(id)).length,
  }
}
