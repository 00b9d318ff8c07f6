import { AppError } from '../../shared/errors.ts'
import type { GroupId } from '../../shared/model/ids.ts'
import { defaultPolicy, groupSchema, type Group, type Policy } from '../../shared/model/policy.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { useApproval } from '../approvals/approvals.ts'
import { loosened, policyOf } from '../approvals/subjects.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { checkPasskeyRule } from '../passkeys/required-passkey.ts'
import { newId } from '../server-key.ts'
import { serverSettings } from '../settings.ts'
import type { GroupRow } from '../store/tables.ts'
import { auditedBy, nameOfActor, type By } from './acting.ts'
import { defaultGroupName } from './policies.ts'

type GroupDeps = Pick<ServerDeps, 'store' | 'clock'>
type ChangeDeps = Pick<ServerDeps, 'store' | 'clock' | 'config'>

/** Makes the built-in group at the first start. Idempotent. */
export async function ensureDefaultGroup(deps: GroupDeps): Promise<void> {
  await deps.store.transact(['groups'], async (tx) => {
    const policy = JSON.stringify(defaultPolicy)
    await tx
      .insertInto('groups')
      .values({ id: newId<GroupId>('grp'), name: defaultGroupName, policy, version: 1 })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
  })
}

/** By name. */
export async function listGroups(deps: GroupDeps): Promise<Group[]> {
  const rows = await deps.store.db.selectFrom('groups').selectAll().orderBy('name').execute()
  return rows.map(groupOf)
}

/** @throws AppError NOT_FOUND */
export async function findGroup(deps: GroupDeps, name: string): Promise<Group> {
  const row = await deps.store.db.selectFrom('groups').selectAll().where('name', '=', name).executeTakeFirst()
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no group of that name.')
  return groupOf(row)
}

/** @throws AppError CONFLICT when the name is taken, INPUT_INVALID */
export async function createGroup(deps: ChangeDeps, name: string, policy: Policy, by: By): Promise<Group> {
  checkPasskeyRule(policy, deps.config)
  const group = parseGroup({ id: newId<GroupId>('grp'), name, policy, version: 1 })
  await deps.store.transact(['groups', 'audit'], async (tx) => {
    const taken = await tx.selectFrom('groups').select('id').where('name', '=', name).executeTakeFirst()
    if (taken !== undefined) throw new AppError('CONFLICT', 'There is a group of that name already.')
    await tx
      .insertInto('groups')
      .values({ ...group, policy: JSON.stringify(group.policy) })
      .execute()
    await appendAudit(tx, {
      at: deps.clock.nowMs(),
      ...auditedBy(by),
      action: 'group.created',
      outcome: 'ok',
      target: group.id,
    })
  })
  return group
}

/**
 * Replaces a group's policy. Switching off what takes two administrators takes two itself, and all hear of it.
 *
 * @param version the version that was edited
 * @throws AppError NOT_FOUND, VERSION_CONFLICT, INPUT_INVALID (a limit outside its bounds), NOT_ALLOWED
 *   (`approval-needed`)
 */
export async function updateGroupPolicy(
  deps: ChangeDeps,
  change: { readonly groupId: GroupId; readonly policy: Policy; readonly version: number },
  by: By,
): Promise<Group> {
  checkPasskeyRule(change.policy, deps.config)
  return await deps.store.transact([`group:${change.groupId}`, 'audit'], async (tx) => {
    const row = await tx.selectFrom('groups').selectAll().where('id', '=', change.groupId).executeTakeFirst()
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such group.')
    if (row.version !== change.version)
      throw new AppError('VERSION_CONFLICT', 'The group was changed in the meantime.')
    const group = parseGroup({ ...row, policy: change.policy, version: row.version + 1 })
    const before = policyOf(row)
    const off = loosened(before, group.policy)
    if (off.length > 0) {
      const nowMs = deps.clock.nowMs()
      await useApproval(tx, { kind: 'loosen-policy', groupId: group.id, settings: off }, by, nowMs)
      const details = { by: await nameOfActor(tx, by), group: group.name, settings: off.join(' ') }
      await recordAlert(
        tx,
        { kind: 'two-administrators-off', about: `${group.id}:${group.version}`, details },
        nowMs,
      )
    }
    await tx
      .updateTable('groups')
      .set({ policy: JSON.stringify(group.policy), version: group.version })
      .where('id', '=', group.id)
      .execute()
    await appendAudit(tx, {
      at: deps.clock.nowMs(),
      ...auditedBy(by),
      action: 'group.policy-changed',
      outcome: 'ok',
      target: group.id,
      details: { before: JSON.stringify(before), after: JSON.stringify(group.policy) },
    })
    return group
  })
}

/**
 * Deletes a group that nobody is in.
 *
 * @throws AppError NOT_FOUND, CONFLICT (somebody is in it, accounts on trial join it, or it is the built-in one)
 */
export async function deleteGroup(deps: GroupDeps, groupId: GroupId, by: By): Promise<void> {
  await deps.store.transact([`group:${groupId}`, 'groups', 'audit'], async (tx) => {
    const row = await tx.selectFrom('groups').select('name').where('id', '=', groupId).executeTakeFirst()
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such group.')
    if (row.name === defaultGroupName) throw new AppError('CONFLICT', 'The built-in group stays.')
    const member = await tx.selectFrom('users').select('id').where('groupId', '=', groupId).executeTakeFirst()
    if (member !== undefined) throw new AppError('CONFLICT', 'Move its users to another group first.')
    const { trial } = (await serverSettings(tx)).settings
    if (trial.groupName === row.name) {
      throw new AppError('CONFLICT', 'Accounts on trial join this group; choose another one for them first.')
    }
    await tx.deleteFrom('groups').where('id', '=', groupId).execute()
    await appendAudit(tx, {
      at: deps.clock.nowMs(),
      ...auditedBy(by),
      action: 'group.deleted',
      outcome: 'ok',
      target: groupId,
      details: { name: row.name },
    })
  })
}

function groupOf(row: GroupRow): Group {
  return parseGroup({ ...row, policy: JSON.parse(row.policy) as unknown })
}

function parseGroup(value: object): Group {
  const parsed = groupSchema.safeParse(value)
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.map(String).join('.'))
    throw new AppError('INPUT_INVALID', `Invalid group at ${paths[0] ?? '(root)'}.`, { details: { paths } })
  }
  return parsed.data
}
