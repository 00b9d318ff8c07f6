import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { Approval, ApprovalSubject } from '../../shared/model/approval.ts'
import { userIdSchema, type ApprovalId, type RepositoryId, type UserId } from '../../shared/model/ids.ts'
import { auditedBy, type Acting, type By } from '../accounts/acting.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { appendAudit } from '../audit/audit.ts'
import { canonicalJson } from '../audit/canonical-json.ts'
import { tellOwner } from '../backup-sets/tell-owner.ts'
import type { ServerDeps } from '../deps.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import { newId } from '../server-key.ts'
import type { ApprovalRow } from '../store/recovery-tables.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'
import { approvalOf, isOpen, noSuchApproval, subjectOf } from './approval-view.ts'
import { approversOf, isNew } from './approvers.ts'
import { lockOf, requireSubject, targetOf, type Subject } from './subjects.ts'

type ApprovalDeps = Pick<ServerDeps, 'store' | 'clock'>

const hourMs = 3_600_000

/**
 * Asks a second administrator to agree. All of them are alerted, and a user whom it is about is told on every
 * channel. Another administrator approves it, and only who asked can then carry it out, once.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_FOUND, NOT_ALLOWED; CONFLICT while one waits already, or with details
 *   `reason` `no-second-administrator` where nobody could approve it
 */
export async function requestApproval(
  deps: ApprovalDeps,
  subject: ApprovalSubject,
  by: Acting,
): Promise<Approval> {
  const requestedBy = personOf(by)
  return await decide(deps, subject, async (tx, nowMs) => {
    const found = await requireSubject(tx, subject, by)
    if (subject.kind === 'move-user') await by.mayUseGroup(tx, subject.groupId)
    await by.permit(tx)
    if ((await openApproval(tx, subject, nowMs)) !== undefined) {
      throw new AppError('CONFLICT', 'This was asked for already.')
    }
    if ((await approversOf(tx, found.target, requestedBy, nowMs)).length === 0) throw noSecond()
    const id = newId<ApprovalId>('apr')
    const expiresAt = nowMs + found.approvalHours * hourMs
    await tx
      .insertInto('approvals')
      .values({
        id,
        subject: canonicalJson(subject),
        targetUserId: targetOf(subject),
        requestedBy,
        requestedAt: nowMs,
        expiresAt,
        status: 'waiting',
        decidedBy: null,
        decidedAt: null,
      })
      .execute()
    await record(tx, by, nowMs, 'approval.requested', id, subject)
    const approval = await approvalOf(tx, id, nowMs)
    await alertOthers(tx, approval, found, nowMs)
    if (subject.kind === 'reset-factors') await tell(tx, nowMs, subject.userId, 'reset-requested')
    if (subject.kind === 'purge-trash') await tellOfPurge(tx, nowMs, subject.repositoryId)
    return approval
  })
}

/**
 * Agrees as the second administrator, or as somebody on the server's host. Nobody approves what they asked for
 * themselves, nor what is about them.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_FOUND, NOT_ALLOWED; CONFLICT when it waits no more
 */
export async function approve(deps: ApprovalDeps, id: ApprovalId, by: By): Promise<Approval> {
  const approver = typeof by === 'string' ? null : personOf(by)
  const subject = await subjectById(deps.store.db, id)
  return await decide(deps, subject, async (tx, nowMs) => {
    const { found, row } = await requireOpen(tx, id, by, nowMs)
    if (row.status !== 'waiting') throw new AppError('CONFLICT', 'This was approved already.')
    if (typeof by !== 'string') {
      const able = await approversOf(tx, found.target, row.requestedBy, nowMs)
      if (!able.some((user) => user.id === approver)) throw await notAbleTo(tx, approver, nowMs)
      await by.permit(tx)
    }
    await close(tx, id, 'approved', by, nowMs)
    await record(tx, by, nowMs, 'approval.approved', id, subject)
    if (subject.kind === 'reset-factors') await tell(tx, nowMs, subject.userId, 'reset-approved')
    return await approvalOf(tx, id, nowMs)
  })
}

/** Whoever may decide about it may refuse it, also after the approval. @throws AppError NOT_FOUND, CONFLICT */
export async function cancelApproval(deps: ApprovalDeps, id: ApprovalId, by: By): Promise<Approval> {
  if (typeof by !== 'string') personOf(by)
  const subject = await subjectById(deps.store.db, id)
  return await decide(deps, subject, async (tx, nowMs) => {
    await requireOpen(tx, id, by, nowMs)
    await close(tx, id, 'cancelled', by, nowMs)
    await record(tx, by, nowMs, 'approval.cancelled', id, subject)
    return await approvalOf(tx, id, nowMs)
  })
}

/**
 * Uses the approval up that this needs, in the transaction that does it, which holds the lock of the subject.
 * The command on the host needs none: it is for an administrator who is alone.
 *
 * @returns when it was asked for; null on the host
 * @throws AppError NOT_ALLOWED with details `reason` `approval-needed`
 */
export async function useApproval(
  tx: Tx,
  subject: ApprovalSubject,
  by: By,
  nowMs: number,
): Promise<number | null> {
  if (typeof by === 'string') return null
  const row = await openApproval(tx, subject, nowMs)
  if (row?.status !== 'approved' || by.actor !== `user:${row.requestedBy}`) throw approvalNeeded()
  if (!(await standsStill(tx, row, nowMs))) throw approvalNeeded()
  await tx.updateTable('approvals').set({ status: 'carried-out' }).where('id', '=', row.id).execute()
  return row.requestedAt
}

/**
 * Whether who approved it still could: an account that was suspended, demoted or taken over since is no second
 * person. Somebody on the server's host always is.
 */
async function standsStill(
  tx: Tx,
  { decidedBy, requestedBy, targetUserId }: ApprovalRow,
  nowMs: number,
): Promise<boolean> {
  if (decidedBy === null || !decidedBy.startsWith('user:')) return decidedBy !== null
  const target =
    targetUserId === null
      ? null
      : await tx.selectFrom('users').selectAll().where('id', '=', targetUserId).executeTakeFirstOrThrow()
  const able = await approversOf(tx, target, requestedBy, nowMs)
  return able.some(({ id }) => decidedBy === `user:${id}`)
}

export function approvalNeeded(): AppError {
  return new AppError(
    'NOT_ALLOWED',
    'Two administrators are needed for this: ask for it, and let another one approve it.',
    { details: { reason: 'approval-needed' } },
  )
}

/** Under the lock of the subject: one is approved, cancelled or carried out, never two of them. */
async function decide<T>(
  { clock, store }: ApprovalDeps,
  subject: ApprovalSubject,
  work: (tx: Tx, nowMs: number) => Promise<T>,
): Promise<T> {
  return await store.transact([lockOf(subject), 'audit'], (tx) => work(tx, clock.nowMs()))
}

/** Two programs are not two people. */
function personOf({ actor }: Acting): UserId {
  const person = userIdSchema.safeParse(actor.replace(/^user:/, ''))
  if (person.success) return person.data
  throw new AppError('NOT_ALLOWED', 'This needs people, each with a second factor of their own.')
}

async function subjectById(db: Kysely<Tables>, id: ApprovalId): Promise<ApprovalSubject> {
  const row = await db.selectFrom('approvals').select('subject').where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw noSuchApproval()
  return subjectOf(row)
}

async function requireOpen(
  tx: Tx,
  id: ApprovalId,
  by: By,
  nowMs: number,
): Promise<{ readonly row: ApprovalRow; readonly found: Subject }> {
  const row = await tx.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw noSuchApproval()
  const found = await requireSubject(tx, subjectOf(row), by)
  if (!isOpen(row, nowMs)) throw new AppError('CONFLICT', 'This is over: ask for it again.')
  return { row, found }
}

async function openApproval(
  tx: Tx,
  subject: ApprovalSubject,
  nowMs: number,
): Promise<ApprovalRow | undefined> {
  const rows = await tx
    .selectFrom('approvals')
    .selectAll()
    .where('subject', '=', canonicalJson(subject))
    .where('status', 'in', ['waiting', 'approved'])
    .execute()
  return rows.find((row) => isOpen(row, nowMs))
}

async function close(
  tx: Tx,
  id: ApprovalId,
  status: 'approved' | 'cancelled',
  by: By,
  decidedAt: number,
): Promise<void> {
  const decidedBy = typeof by === 'string' ? by : by.actor
  await tx.updateTable('approvals').set({ status, decidedBy, decidedAt }).where('id', '=', id).execute()
}

async function tell(
  tx: Tx,
  nowMs: number,
  userId: UserId,
  what: 'reset-requested' | 'reset-approved',
): Promise<void> {
  await recordNotice(tx, nowMs, { userId, what, label: '', exceptFactorId: null })
}

/** While it can still be brought back. */
async function tellOfPurge(tx: Tx, nowMs: number, repositoryId: RepositoryId): Promise<void> {
  const set = await tx
    .selectFrom('backupSets')
    .selectAll()
    .where('repositoryId', '=', repositoryId)
    .executeTakeFirst()
  if (set !== undefined) await tellOwner(tx, nowMs, set, 'trash-release-requested')
}

/** Also who asked: whose session was stolen hears of it so. */
async function alertOthers(
  tx: Tx,
  { about, expiresAt, id, requestedBy }: Approval,
  { target }: Subject,
  nowMs: number,
): Promise<void> {
  const subject = await subjectById(tx, id)
  const details = { approvalId: id, subject: subject.kind, by: requestedBy, about, until: expiresAt }
  const ownerId = target?.ownerId ?? null
  await recordAlert(
    tx,
    {
      kind: 'approval-requested',
      about: id,
      details: { ...details, ...(ownerId === null ? {} : { alsoTo: ownerId }) },
    },
    nowMs,
  )
}

async function record(
  tx: Tx,
  by: By,
  at: number,
  action: string,
  target: ApprovalId,
  subject: ApprovalSubject,
): Promise<void> {
  const { kind, ...about } = subject
  const facts = 'settings' in about ? { ...about, settings: about.settings.join(' ') } : about
  const details = { subject: kind, ...facts }
  await appendAudit(tx, { at, ...auditedBy(by), action, outcome: 'ok', target, details })
}

function noSecond(): AppError {
  return new AppError(
    'CONFLICT',
    'There is no other administrator who could approve this. Use the command on the server’s host, or make a second administrator there.',
    { details: { reason: 'no-second-administrator' } },
  )
}

async function notAbleTo(tx: Tx, approver: UserId | null, nowMs: number): Promise<AppError> {
  const user =
    approver === null
      ? undefined
      : await tx.selectFrom('users').select('handedOverAt').where('id', '=', approver).executeTakeFirst()
  return user !== undefined && isNew(user, nowMs)
    ? new AppError(
        'NOT_ALLOWED',
        'Another administrator made this account or let it in a short while ago; it approves nothing yet.',
        { details: { reason: 'new-administrator' } },
      )
    : new AppError('NOT_ALLOWED', 'Another administrator must approve this.')
}
