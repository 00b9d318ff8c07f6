import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import {
  twoPersonSettings,
  type ApprovalSubject,
  type TwoPersonSetting,
} from '../../shared/model/approval.ts'
import type { RepositoryId, UserId } from '../../shared/model/ids.ts'
import { policySchema, type Policy } from '../../shared/model/policy.ts'
import type { By } from '../accounts/acting.ts'
import { defaultGroupPolicy, policyOfUser } from '../accounts/policies.ts'
import { noSuchUser } from '../accounts/user-list.ts'
import { repositoryLock } from '../storage/object-rows.ts'
import { settingsLock } from '../settings.ts'
import type { Tx } from '../store/store.ts'
import type { GroupRow, Tables, UserRow } from '../store/tables.ts'

/** What the second policy no longer demands two administrators for. */
export function loosened(before: Policy, after: Policy): TwoPersonSetting[] {
  return demandsOf(before).filter((setting) => !demandsOf(after).includes(setting))
}

/** What a policy demands two administrators for. */
export function demandsOf({ protection, recovery }: Policy): TwoPersonSetting[] {
  const isDemanded: Record<TwoPersonSetting, boolean> = {
    'recovery.twoAdministrators': recovery.twoAdministrators,
    'protection.twoAdministrators': protection.twoAdministrators,
  }
  return twoPersonSettings.filter((setting) => isDemanded[setting])
}

/** Whether any group demands two administrators: for one thing, or for anything. */
export async function isDemandedAnywhere(db: Kysely<Tables>, setting?: TwoPersonSetting): Promise<boolean> {
  const groups = await db.selectFrom('groups').select('policy').execute()
  const demands = groups.flatMap((group) => demandsOf(policyOf(group)))
  return setting === undefined ? demands.length > 0 : demands.includes(setting)
}

export function policyOf({ policy }: Pick<GroupRow, 'policy'>): Policy {
  return policySchema.parse(JSON.parse(policy))
}

/** The lock under which it is decided and carried out, so that neither overtakes the other. */
export function lockOf(subject: ApprovalSubject): string {
  switch (subject.kind) {
    case 'reset-factors':
    case 'delete-user':
    case 'move-user':
      return `user:${subject.userId}`
    case 'purge-trash':
      return repositoryLock(subject.repositoryId)
    case 'loosen-policy':
      return `group:${subject.groupId}`
    case 'switch-to-mobile':
      return settingsLock
  }
}

export function targetOf(subject: ApprovalSubject): UserId | null {
  return 'userId' in subject ? subject.userId : null
}

export interface Subject {
  /** Null where it is about no single user. */
  readonly target: UserRow | null
  /** Login name or group; null = the whole server. */
  readonly about: string | null
  readonly approvalHours: number
}

/**
 * What it is about, for somebody who may ask for it and decide about it: users in reach; all else is for the
 * server's administrators.
 *
 * @throws AppError NOT_FOUND, NOT_ALLOWED
 */
export async function requireSubject(tx: Tx, subject: ApprovalSubject, by: By): Promise<Subject> {
  const userId = targetOf(subject)
  if (userId !== null) {
    const target = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
    if (target === undefined) throw noSuchUser()
    if (typeof by !== 'string') by.mayChange(target)
    if (subject.kind === 'purge-trash') await requireRepositoryOf(tx, userId, subject.repositoryId)
    const { recovery } = await policyOfUser(tx, userId)
    return { target, about: target.loginName, approvalHours: recovery.approvalHours }
  }
  if (typeof by !== 'string' && by.ownerId !== null) {
    throw new AppError('NOT_ALLOWED', 'This is for the server’s administrators.')
  }
  const serverPolicy = await defaultGroupPolicy(tx)
  if (subject.kind !== 'loosen-policy') {
    return { target: null, about: null, approvalHours: serverPolicy.recovery.approvalHours }
  }
  const group = await tx.selectFrom('groups').selectAll().where('id', '=', subject.groupId).executeTakeFirst()
  if (group === undefined) throw new AppError('NOT_FOUND', 'There is no such group.')
  return { target: null, about: group.name, approvalHours: policyOf(group).recovery.approvalHours }
}

async function requireRepositoryOf(tx: Tx, userId: UserId, repositoryId: RepositoryId): Promise<void> {
  const row = await tx
    .selectFrom('repositories')
    .select('id')
    .where('id', '=', repositoryId)
    .where('userId', '=', userId)
    .executeTakeFirst()
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such repository.')
}
