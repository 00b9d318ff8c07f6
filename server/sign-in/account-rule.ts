import type { Kysely } from 'kysely'
import type { Policy } from '../../shared/model/policy.ts'
import { serverSettings } from '../settings.ts'
import type { Tables, UserRow } from '../store/tables.ts'
import { everyDoor, requirementOf, type Requirement } from './requirement.ts'

/**
 * Whether a second factor is compulsory for an account by any door it may come in: what a change of its methods
 * must keep to, because a session of one door must not open the others.
 */
export async function accountRule(
  db: Kysely<Tables>,
  user: UserRow,
  policy: Policy,
  nowMs: number,
): Promise<Requirement> {
  const { settings } = await serverSettings(db)
  const demands = settings.requireSecondFactorFor
  return requirementOf({ demands, policy, user, doors: everyDoor, nowMs })
}
