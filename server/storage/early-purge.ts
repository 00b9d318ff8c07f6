import { AppError } from '../../shared/errors.ts'
import type { RepositoryId } from '../../shared/model/ids.ts'
import { auditedBy, type Acting } from '../accounts/acting.ts'
import { useApproval } from '../approvals/approvals.ts'
import { appendAudit } from '../audit/audit.ts'
import { tellOwner } from '../backup-sets/tell-owner.ts'
import type { ServerDeps } from '../deps.ts'
import { repositoryLock } from './object-rows.ts'

const dayMs = 86_400_000

/**
 * Ends the retention lock of a repository's trash early, so that the next purge erases it. It takes two
 * administrators whatever policy says, and goes by what they saw: nothing that was deleted after the first one
 * asked. The floor of the configuration file holds: what is younger stays. The owner is told.
 *
 * @returns how much was released
 * @throws AppError NOT_FOUND, STEP_UP_REQUIRED; NOT_ALLOWED (`approval-needed`); CONFLICT (`brake-tripped`, or
 *   nothing is old enough)
 */
export async function releaseTrashEarly(
  deps: Pick<ServerDeps, 'store' | 'clock' | 'config'>,
  repositoryId: RepositoryId,
  by: Acting,
): Promise<{ readonly objectCount: number; readonly sizeBytes: number }> {
  return await deps.store.transact([repositoryLock(repositoryId), 'audit'], async (tx) => {
    const nowMs = deps.clock.nowMs()
    const repository = await tx
      .selectFrom('repositories')
      .selectAll()
      .where('id', '=', repositoryId)
      .executeTakeFirst()
    if (repository === undefined) throw noSuchRepository()
    const { brakeTrippedAt, userId } = repository
    by.mayChange(await tx.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirstOrThrow())
    await by.permit(tx)
    if (brakeTrippedAt !== null) {
      throw new AppError('CONFLICT', 'The brake is tripped: look at what was deleted, and resume it first.', {
        details: { reason: 'brake-tripped' },
      })
    }
    const requestedAt = await useApproval(tx, { kind: 'purge-trash', userId, repositoryId }, by, nowMs)
    const oldest = nowMs - deps.config.retentionLockFloorDays * dayMs
    const released = await tx
      .updateTable('objects')
      .set({ releaseAt: nowMs })
      .where('repositoryId', '=', repositoryId)
      .where('trashedAt', '<=', Math.min(oldest, requestedAt ?? 0))
      .where('releaseAt', '>', nowMs)
      .where('purgeStartedAt', 'is', null)
      .returning('sizeBytes')
      .execute()
    if (released.length === 0) throw new AppError('CONFLICT', 'Nothing in this trash is past the floor yet.')
    const sizeBytes = released.reduce((sum, row) => sum + row.sizeBytes, 0)
    const details = { objectCount: released.length, sizeBytes }
    const set = await tx
      .selectFrom('backupSets')
      .selectAll()
      .where('repositoryId', '=', repositoryId)
      .executeTakeFirst()
    if (set !== undefined) await tellOwner(tx, nowMs, set, 'trash-released')
    await appendAudit(tx, {
      at: nowMs,
      ...auditedBy(by),
      action: 'storage.released-early',
      outcome: 'ok',
      target: repositoryId,
      details,
    })
    return details
  })
}

function noSuchRepository(): AppError {
  return new AppError('NOT_FOUND', 'There is no such repository.')
}
