import type { GroupId } from '../../shared/model/ids.ts'
import { useApproval } from '../approvals/approvals.ts'
import { loosened, policyOf } from '../approvals/subjects.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import type { By } from './acting.ts'
import { requireGroup } from './changing-users.ts'
import { policyOfUser } from './policies.ts'

/**
 * Whether a user may be put into a group. Where that group lets one administrator do what takes two in the present
 * one, this takes two as well: it would be the way around.
 *
 * @throws AppError NOT_FOUND, NOT_ALLOWED (`approval-needed`)
 */
export async function requireMove(
  tx: Tx,
  user: Pick<UserRow, 'id' | 'groupId'>,
  groupId: GroupId,
  by: By,
  nowMs: number,
): Promise<void> {
  await requireGroup(tx, groupId, by)
  if (groupId === user.groupId) return
  const next = await tx
    .selectFrom('groups')
    .select('policy')
    .where('id', '=', groupId)
    .executeTakeFirstOrThrow()
  if (loosened(await policyOfUser(tx, user.id), policyOf(next)).length === 0) return
  await useApproval(tx, { kind: 'move-user', userId: user.id, groupId }, by, nowMs)
}
