import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Approval } from '../../shared/model/approval.ts'
import { userIdSchema, type ApprovalId, type UserId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Acting } from '../accounts/acting.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { noSuchUser } from '../accounts/user-list.ts'
import { announce } from '../factors/announce.ts'
import { newId } from '../server-key.ts'
import type { ApprovalRow } from '../store/recovery-tables.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'

const hourMs = 3_600_000

/**
 * Asks for the reset of one user's second factors where policy wants two administrators. The user is told on
 * every channel; another administrator approves it, and only who asked can then carry it out, once.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_FOUND, NOT_ALLOWED; CONFLICT while one waits already
 */
export async function requestFactorReset(
  deps: AuthDeps,
  targetUserId: UserId,
  by: Acting,
): Promise<Approval> {
  const requestedBy = personOf(by)
  const approval = await decide(deps, targetUserId, async (tx, nowMs) => {
    const user = await tx.selectFrom('users').selectAll().where('id', '=', targetUserId).executeTakeFirst()
    if (user === undefined) throw noSuchUser()
    by.mayChange(user)
    await by.permit(tx)
    if ((await openApproval(tx, targetUserId, nowMs)) !== undefined) {
      throw new AppError('CONFLICT', 'The reset of this user was asked for already.')
    }
    const policy = await policyOfUser(tx, targetUserId)
    const id = newId<ApprovalId>('apr')
    await tx
      .insertInto('approvals')
      .values({
        id,
        targetUserId,
        requestedBy,
        requestedAt: nowMs,
        expiresAt: nowMs + policy.recovery.approvalHours * hourMs,
        status: 'waiting',
        decidedBy: null,
        decidedAt: null,
      })
      .execute()
    await record(tx, by, nowMs, 'approval.requested', id, targetUserId)
    return await approvalOf(tx, id, nowMs)
  })
  announce(deps, { userId: targetUserId, what: 'reset-requested', label: '', exceptFactorId: null })
  return approval
}

/**
 * Agrees as the second administrator. Nobody approves what they asked for themselves, nor their own reset.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_FOUND, NOT_ALLOWED; CONFLICT when it waits no more
 */
export async function approveFactorReset(deps: AuthDeps, id: ApprovalId, by: Acting): Promise<Approval> {
  const approver = personOf(by)
  const target = await targetOf(deps.store.db, id)
  const approval = await decide(deps, target, async (tx, nowMs) => {
    const row = await requireWaiting(tx, id, by, nowMs)
    if (approver === row.requestedBy || approver === row.targetUserId) {
      throw new AppError('NOT_ALLOWED', 'Another administrator must approve this.')
    }
    await by.permit(tx)
    await tx
      .updateTable('approvals')
      .set({ status: 'approved', decidedBy: approver, decidedAt: nowMs })
      .where('id', '=', id)
      .execute()
    await record(tx, by, nowMs, 'approval.approved', id, row.targetUserId)
    return await approvalOf(tx, id, nowMs)
  })
  announce(deps, { userId: target, what: 'reset-approved', label: '', exceptFactorId: null })
  return approval
}

/** Any administrator who may change the user may stop it, also after the approval. @throws AppError NOT_FOUND, CONFLICT */
export async function cancelFactorReset(deps: AuthDeps, id: ApprovalId, by: Acting): Promise<Approval> {
  const person = personOf(by)
  return await decide(deps, await targetOf(deps.store.db, id), async (tx, nowMs) => {
    const row = await requireOpen(tx, id, by, nowMs)
    await tx
      .updateTable('approvals')
      .set({ status: 'cancelled', decidedBy: person, decidedAt: nowMs })
      .where('id', '=', id)
      .execute()
    await record(tx, by, nowMs, 'approval.cancelled', id, row.targetUserId)
    return await approvalOf(tx, id, nowMs)
  })
}

/**
 * Uses the approval up that the reset of this user needs, in the reset's own transaction, which holds the lock
 * of the user. Where one administrator is enough it does nothing.
 *
 * @throws AppError NOT_ALLOWED with details `reason` `approval-needed`
 */
export async function useApproval(tx: Tx, targetUserId: UserId, by: Acting, nowMs: number): Promise<void> {
  const { recovery } = await policyOfUser(tx, targetUserId)
  if (!recovery.twoAdministrators) return
  const row = await openApproval(tx, targetUserId, nowMs)
  if (row?.status !== 'approved' || by.actor !== `user:${row.requestedBy}`) throw approvalNeeded()
  await tx.updateTable('approvals').set({ status: 'carried-out' }).where('id', '=', row.id).execute()
}

/** @throws AppError NOT_ALLOWED where a reset by a way around it would be one administrator's alone */
export async function requireNoApproval(tx: Tx, userId: UserId): Promise<void> {
  if ((await policyOfUser(tx, userId)).recovery.twoAdministrators) throw approvalNeeded()
}

function approvalNeeded(): AppError {
  return new AppError(
    'NOT_ALLOWED',
    'Two administrators are needed for this: ask for the reset, and let another one approve it.',
    {
      details: { reason: 'approval-needed' },
    },
  )
}

/** Newest first. */
export async function listApprovals(
  db: Kysely<Tables>,
  nowMs: number,
  mayRead: (ownerId: UserId | null) => boolean,
): Promise<Approval[]> {
  const rows = await db
    .selectFrom('approvals')
    .innerJoin('users', 'users.id', 'approvals.targetUserId')
    .select(['approvals.id', 'users.ownerId'])
    .orderBy('approvals.requestedAt', 'desc')
    .limit(200)
    .execute()
  const readable = rows.filter(({ ownerId }) => mayRead(ownerId))
  return await Promise.all(readable.map(({ id }) => approvalOf(db, id, nowMs)))
}

/** Under the lock of the target: one is approved, cancelled or carried out, never two of them. */
async function decide<T>(
  { clock, store }: AuthDeps,
  targetUserId: UserId,
  work: (tx: Tx, nowMs: number) => Promise<T>,
): Promise<T> {
  const locks = [`user:${targetUserId}`, 'audit']
  return await store.transact(locks, (tx) => work(tx, clock.nowMs()))
}

/** Two programs are not two people. */
function personOf({ actor }: Acting): UserId {
  const person = userIdSchema.safeParse(actor.replace(/^user:/, ''))
  if (person.success) return person.data
  throw new AppError('NOT_ALLOWED', 'This needs people, each with a second factor of their own.')
}

async function targetOf(db: Kysely<Tables>, id: ApprovalId): Promise<UserId> {
  const row = await db.selectFrom('approvals').select('targetUserId').where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw noSuchApproval()
  return row.targetUserId
}

async function requireWaiting(tx: Tx, id: ApprovalId, by: Acting, nowMs: number): Promise<ApprovalRow> {
  const row = await requireOpen(tx, id, by, nowMs)
  if (row.status !== 'waiting') throw new AppError('CONFLICT', 'This was approved already.')
  return row
}

async function requireOpen(tx: Tx, id: ApprovalId, by: Acting, nowMs: number): Promise<ApprovalRow> {
  const row = await tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw noSuchApproval()
  const user = await tx.selectFrom('users').selectAll().where('id', '=', row.targetUserId).executeTakeFirst()
  if (user === undefined) throw noSuchApproval()
  by.mayChange(user)
  if (!isOpen(row, nowMs)) throw new AppError('CONFLICT', 'This is over: ask for it again.')
  return row
}

async function openApproval(tx: Tx, targetUserId: UserId, nowMs: number): Promise<ApprovalRow | undefined> {
  const rows = await tx
    .selectFrom('approvals')
    .selectAll()
    .where('targetUserId', '=', targetUserId)
    .where('status', 'in', ['waiting', 'approved'])
    .execute()
  return rows.find((row) => isOpen(row, nowMs))
}

/** A clock that was set back makes no approval live longer. */
function isOpen(row: ApprovalRow, nowMs: number): boolean {
  const isLive = row.status === 'waiting' || row.status === 'approved'
  return isLive && nowMs < row.expiresAt && nowMs >= row.requestedAt - 60_000
}

async function approvalOf(db: Kysely<Tables>, id: ApprovalId, nowMs: number): Promise<Approval> {
  const row = await db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const nameOf = async (userId: UserId): Promise<string> =>
    (await db.selectFrom('users').select('loginName').where('id', '=', userId).executeTakeFirst())
      ?.loginName ?? userId
  const isLive = row.status === 'waiting' || row.status === 'approved'
  return {
    id: row.id,
    targetUserId: row.targetUserId,
    targetLoginName: await nameOf(row.targetUserId),
    requestedBy: await nameOf(row.requestedBy),
    requestedAt: isoOf(row.requestedAt),
    expiresAt: isoOf(row.expiresAt),
    status: isLive && !isOpen(row, nowMs) ? 'expired' : row.status,
    decidedBy: row.decidedBy === null ? null : await nameOf(row.decidedBy),
    decidedAt: row.decidedAt === null ? null : isoOf(row.decidedAt),
  }
}

async function record(
  tx: Tx,
  { actor, address }: Acting,
  at: number,
  action: string,
  target: ApprovalId,
  userId: UserId,
): Promise<void> {
  await appendAudit(tx, { at, actor, action, outcome: 'ok', target, address, details: { userId } })
}

function noSuchApproval(): AppError {
  return new AppError('NOT_FOUND', 'There is no such request.')
}
