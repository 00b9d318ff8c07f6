import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { approvalSubjectSchema, type Approval, type ApprovalSubject } from '../../shared/model/approval.ts'
import type { ApprovalId, UserId } from '../../shared/model/ids.ts'
import { isInReach, type Reach } from '../accounts/user-list.ts'
import type { ApprovalRow } from '../store/recovery-tables.ts'
import type { Tables } from '../store/tables.ts'

/** Newest first; a sub-administrator's are those about own users. */
export async function listApprovals(
  db: Kysely<Tables>,
  nowMs: number,
  reach: Reach,
  id?: ApprovalId,
): Promise<Approval[]> {
  let query = db
    .selectFrom('approvals')
    .leftJoin('users', 'users.id', 'approvals.targetUserId')
    .select(['approvals.id', 'users.ownerId', 'users.kind'])
    .orderBy('approvals.requestedAt', 'desc')
    .limit(200)
  if (id !== undefined) query = query.where('approvals.id', '=', id)
  const rows = await query.execute()
  const readable = rows.filter(
    ({ kind, ownerId }) => reach === null || (kind !== null && isInReach({ kind, ownerId }, reach)),
  )
  return await Promise.all(readable.map((row) => approvalOf(db, row.id, nowMs)))
}

/** @throws AppError NOT_FOUND, also for what is out of reach */
export async function readApproval(
  db: Kysely<Tables>,
  nowMs: number,
  reach: Reach,
  id: ApprovalId,
): Promise<Approval> {
  const [approval] = await listApprovals(db, nowMs, reach, id)
  if (approval === undefined) throw noSuchApproval()
  return approval
}

export async function approvalOf(db: Kysely<Tables>, id: ApprovalId, nowMs: number): Promise<Approval> {
  const row = await db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const subject = subjectOf(row)
  const isLive = row.status === 'waiting' || row.status === 'approved'
  const targetLoginName = row.targetUserId === null ? null : await nameOf(db, row.targetUserId)
  const by = row.decidedBy
  return {
    id: row.id,
    subject,
    about: subject.kind === 'loosen-policy' ? await groupNameOf(db, subject.groupId) : targetLoginName,
    targetUserId: row.targetUserId,
    targetLoginName,
    requestedBy: await nameOf(db, row.requestedBy),
    requestedAt: isoOf(row.requestedAt),
    expiresAt: isoOf(row.expiresAt),
    status: isLive && !isOpen(row, nowMs) ? 'expired' : row.status,
    decidedBy: by?.startsWith('user:') === true ? await nameOf(db, by.slice('user:'.length) as UserId) : by,
    decidedAt: row.decidedAt === null ? null : isoOf(row.decidedAt),
  }
}

/** A clock that was set back makes no approval live longer. */
export function isOpen(row: ApprovalRow, nowMs: number): boolean {
  const isLive = row.status === 'waiting' || row.status === 'approved'
  return isLive && nowMs < row.expiresAt && nowMs >= row.requestedAt - 60_000
}

export function subjectOf({ subject }: Pick<ApprovalRow, 'subject'>): ApprovalSubject {
  return approvalSubjectSchema.parse(JSON.parse(subject))
}

export function noSuchApproval(): AppError {
  return new AppError('NOT_FOUND', 'There is no such request.')
}

async function nameOf(db: Kysely<Tables>, userId: UserId): Promise<string> {
  const row = await db.selectFrom('users').select('loginName').where('id', '=', userId).executeTakeFirst()
  return row?.loginName ?? userId
}

async function groupNameOf(db: Kysely<Tables>, groupId: Tables['groups']['id']): Promise<string> {
  const row = await db.selectFrom('groups').select('name').where('id', '=', groupId).executeTakeFirst()
  return row?.name ?? groupId
}
