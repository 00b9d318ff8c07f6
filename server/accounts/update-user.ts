import { AppError } from '../../shared/errors.ts'
import type { SecondFactorRule, SystemRole } from '../../shared/model/account.ts'
import type { AccountFields } from '../../shared/model/administration.ts'
import type { GroupId, UserId } from '../../shared/model/ids.ts'
import { maskEmailAddress } from '../factors/email-addresses.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import type { By } from './acting.ts'
import { requireAnotherAdministrator } from './administrators.ts'
import { change, endEverything, msOrNull, requireOwner } from './changing-users.ts'
import { requireMove } from './group-rules.ts'
import { noteHandOver, noteReopening } from './handing-over.ts'
import type { UserDeps } from './users.ts'

type Maybe<T> = { readonly [K in keyof T]?: T[K] | undefined }

/**
 * Changes what is known about an account; what is left out stays. The audit log gets before and after.
 *
 * @param version the version that was edited
 * @throws AppError NOT_FOUND (user, group), VERSION_CONFLICT, NOT_ALLOWED, INPUT_INVALID (owner), CONFLICT
 *   (an end for the last administrator)
 */
export async function updateUser(
  deps: UserDeps,
  userId: UserId,
  { version, ...fields }: Maybe<AccountFields> & { readonly version: number },
  by: By,
): Promise<void> {
  await change(deps, userId, by, 'user.changed', async (tx, user) => {
    requireVersion(user, version)
    const nowMs = deps.clock.nowMs()
    const next = await nextRow(tx, user, fields, by, nowMs)
    if (next.email !== undefined && next.email !== user.email) {
      await tellOfEmail(tx, nowMs, user, next.email)
    }
    await noteReopening(tx, nowMs, user, next, by)
    const names = (Object.keys(next) as (keyof typeof next)[]).filter((name) => next[name] !== user[name])
    const pick = (row: Partial<UserRow>) =>
      JSON.stringify(Object.fromEntries(names.map((name) => [name, row[name] ?? null])))
    await tx
      .updateTable('users')
      .set({ ...next, version: user.version })
      .where('id', '=', userId)
      .execute()
    return { before: pick(user), after: pick(next) }
  })
}

/** Whether a second factor is compulsory for one user, whatever the group says. Null = as the group says. */
export async function setSecondFactorRule(
  deps: UserDeps,
  userId: UserId,
  rule: SecondFactorRule | null,
  by: By,
): Promise<void> {
  await change(deps, userId, by, 'user.second-factor-rule', async (tx, user) => {
    requireRuleAllowed(user, rule)
    await tx.updateTable('users').set({ secondFactor: rule }).where('id', '=', userId).execute()
    return { before: user.secondFactor, after: rule }
  })
}

/** Puts an account under another group's policy. */
export async function moveUser(deps: UserDeps, userId: UserId, groupId: GroupId, by: By): Promise<void> {
  await change(deps, userId, by, 'user.moved-to-group', async (tx, user) => {
    await requireMove(tx, user, groupId, by, deps.clock.nowMs())
    await tx.updateTable('users').set({ groupId }).where('id', '=', userId).execute()
    return { before: user.groupId, after: groupId }
  })
}

/**
 * Gives a system user another role. What it holds from the old one ends: sessions and API tokens.
 *
 * @throws AppError NOT_FOUND, VERSION_CONFLICT, NOT_ALLOWED, CONFLICT (the last administrator, or a
 *   sub-administrator who still has users)
 */
export async function changeRole(
  deps: UserDeps,
  userId: UserId,
  { role, version }: { readonly role: SystemRole; readonly version: number },
  by: By,
): Promise<void> {
  await change(deps, userId, by, 'user.role-changed', async (tx, user) => {
    requireVersion(user, version)
    if (user.kind !== 'system') {
      throw new AppError('CONFLICT', 'A backup user has no role; make a system user instead.')
    }
    if (role !== 'admin') await requireAnotherAdministrator(tx, user)
    if (role !== 'sub-admin') await requireNoOwnUsers(tx, userId)
    await tx.updateTable('users').set({ role }).where('id', '=', userId).execute()
    await endEverything(deps, tx, userId)
    const nowMs = deps.clock.nowMs()
    await noteHandOver(tx, nowMs, user, 'role', by)
    await recordNotice(tx, nowMs, { userId, what: 'role-changed', label: role, exceptFactorId: null })
    await tx
      .updateTable('apiTokens')
      .set({ revokedAt: nowMs })
      .where('userId', '=', userId)
      .where('revokedAt', 'is', null)
      .execute()
    return { before: user.role, after: role }
  })
}

async function nextRow(
  tx: Tx,
  user: UserRow,
  fields: Maybe<AccountFields>,
  by: By,
  nowMs: number,
): Promise<Partial<UserRow>> {
  const {
    displayName,
    email,
    language,
    audience,
    subscription,
    groupId,
    secondFactor,
    expiresAt,
    ownerId,
    quotaBytes,
  } = fields
  if (groupId !== undefined) await requireMove(tx, user, groupId, by, nowMs)
  if (secondFactor !== undefined) requireRuleAllowed(user, secondFactor)
  if (expiresAt !== undefined && expiresAt !== null) await requireAnotherAdministrator(tx, user)
  if (ownerId !== undefined && ownerId !== user.ownerId) {
    if (typeof by !== 'string' && by.ownerId !== null) {
      throw new AppError('NOT_ALLOWED', 'Only the server’s administrators hand users over.')
    }
    if (ownerId !== null) await requireOwner(tx, user.kind, ownerId)
  }
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(email === undefined ? {} : { email }),
    // Another address proves nothing about the one before.
    ...(email === undefined || email === user.email ? {} : { emailProvenAt: null }),
    ...(language === undefined ? {} : { language }),
    ...(audience === undefined ? {} : { audience }),
    ...(subscription === undefined ? {} : { subscription }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(secondFactor === undefined ? {} : { secondFactor }),
    ...(expiresAt === undefined ? {} : { expiresAt: msOrNull(expiresAt) }),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
  }
}

/** The address until now hears of it too: it may be the owner’s only one. */
async function tellOfEmail(tx: Tx, nowMs: number, user: UserRow, email: string | null): Promise<void> {
  const what = email === null ? 'email-removed' : 'email-entered'
  const label = email === null ? '' : maskEmailAddress(email)
  const also = email === null ? {} : { alsoTo: email }
  await recordNotice(tx, nowMs, { userId: user.id, what, label, exceptFactorId: null, ...also })
}

function requireVersion(user: UserRow, version: number): void {
  if (user.version === version) return
  throw new AppError('VERSION_CONFLICT', 'The account was changed in the meantime.')
}

function requireRuleAllowed(user: UserRow, rule: SecondFactorRule | null): void {
  if (user.kind !== 'system' || rule !== 'offered') return
  throw new AppError('NOT_ALLOWED', 'Who administers always needs a second factor.')
}

export async function requireNoOwnUsers(tx: Tx, userId: UserId): Promise<void> {
  const own = await tx.selectFrom('users').select('id').where('ownerId', '=', userId).executeTakeFirst()
  if (own === undefined) return
  throw new AppError('CONFLICT', 'Users belong to this sub-administrator; hand them over first.')
}
