import { AppError } from '../../shared/errors.ts'
import { untrustAll } from '../devices/trust.ts'
import type { UserKind } from '../../shared/model/account.ts'
import type { GroupId, UserId } from '../../shared/model/ids.ts'
import { appendAudit, type AuditEntry } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { cancelWaiting } from '../recovery/ending.ts'
import { endSessions } from '../sessions/sessions.ts'
import { endOpenTransactions } from '../sign-in/transactions.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { auditedBy, type By } from './acting.ts'
import { administratorsLock } from './administrators.ts'
import { noSuchUser } from './user-list.ts'

/**
 * Changes one user under its lock, and records it with what `work` says about it.
 *
 * @throws AppError NOT_FOUND, also where who acts must not know of the account; NOT_ALLOWED
 */
export async function change(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  userId: UserId,
  by: By,
  action: string,
  work: (tx: Tx, user: UserRow) => Promise<AuditEntry['details'] | void>,
): Promise<void> {
  const locks = [`user:${userId}`, administratorsLock, 'audit']
  await deps.store.transact(locks, async (tx) => {
    await changeInside(tx, deps, userId, by, action, work)
  })
}

/** The same inside a transaction that holds the locks. */
export async function changeInside(
  tx: Tx,
  deps: Pick<ServerDeps, 'clock'>,
  userId: UserId,
  by: By,
  action: string,
  work: (tx: Tx, user: UserRow) => Promise<AuditEntry['details'] | void>,
): Promise<void> {
  const user = await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
  if (user === undefined) throw noSuchUser()
  if (typeof by !== 'string') {
    by.mayChange(user)
    await by.permit(tx)
  }
  const details = await work(tx, user)
  await tx
    .updateTable('users')
    .set({ version: user.version + 1 })
    .where('id', '=', userId)
    .execute()
  await recordUserChange(deps, tx, by, action, userId, details ?? undefined)
}

/** Sessions, begun sign-ins and the trust of computers. What backs up by itself goes on. */
export async function endEverything(deps: Pick<ServerDeps, 'clock'>, tx: Tx, userId: UserId): Promise<void> {
  const nowMs = deps.clock.nowMs()
  await endSessions(tx, userId, nowMs)
  await endOpenTransactions(tx, userId, nowMs)
  await untrustAll(tx, userId)
  await cancelWaiting(tx, userId, { nowMs, actor: 'server', reason: 'administrator', address: null })
  await tx.deleteFrom('passwordResets').where('userId', '=', userId).execute()
}

export async function groupIdOf(tx: Tx, name: string): Promise<GroupId> {
  const group = await tx.selectFrom('groups').select('id').where('name', '=', name).executeTakeFirst()
  if (group === undefined) throw noSuchGroup()
  return group.id
}

/** @throws AppError NOT_FOUND where there is none, or who acts must not use it */
export async function requireGroup(tx: Tx, groupId: GroupId, by: By): Promise<void> {
  const group = await tx.selectFrom('groups').select('id').where('id', '=', groupId).executeTakeFirst()
  if (group === undefined) throw noSuchGroup()
  if (typeof by !== 'string') await by.mayUseGroup(tx, groupId)
}

/** Users belong to the server's administrators or to a sub-administrator, system users to nobody. */
export async function ownerOf(
  tx: Tx,
  input: { readonly kind: UserKind; readonly ownerId?: UserId | null },
  by: By,
): Promise<UserId | null> {
  if (typeof by !== 'string' && by.ownerId !== null) {
    if (input.kind === 'system') throw new AppError('NOT_ALLOWED', 'Only administrators make system users.')
    return by.ownerId
  }
  const ownerId = input.ownerId ?? null
  if (ownerId !== null) await requireOwner(tx, input.kind, ownerId)
  return ownerId
}

/** @throws AppError INPUT_INVALID (path `ownerId`) unless it is a sub-administrator and the user a backup user */
export async function requireOwner(tx: Tx, kind: UserKind, ownerId: UserId): Promise<void> {
  const owner = await tx.selectFrom('users').select('role').where('id', '=', ownerId).executeTakeFirst()
  if (kind === 'backup' && owner?.role === 'sub-admin') return
  throw new AppError('INPUT_INVALID', 'Only backup users have an owner, and only a sub-administrator.', {
    details: { paths: ['ownerId'], reason: 'owner' },
  })
}

export function msOrNull(instant: string | null | undefined): number | null {
  return instant === null || instant === undefined ? null : Date.parse(instant)
}

function noSuchGroup(): AppError {
  return new AppError('NOT_FOUND', 'There is no group of that name.')
}

export async function recordUserChange(
  deps: Pick<ServerDeps, 'clock'>,
  tx: Tx,
  by: By,
  action: string,
  target: UserId,
  details?: AuditEntry['details'],
): Promise<void> {
  await appendAudit(tx, {
    at: deps.clock.nowMs(),
    ...auditedBy(by),
    action,
    outcome: 'ok',
    target,
    ...(details === undefined ? {} : { details }),
  })
}
