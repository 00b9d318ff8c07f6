import { AppError } from '../../shared/errors.ts'
import type { JobRun, RunReport } from '../../shared/model/job-run.ts'
import { appendAudit } from '../audit/audit.ts'
import { storeRun } from '../backup-sets/runs.ts'
import { endLegacyAfter } from '../legacy/first-backup.ts'
import { actorOf } from '../storage/refusals.ts'
import { clearDeadLocks } from '../storage/leftovers.ts'
import type { StorageDeps } from '../storage/storage-deps.ts'
import type { LeaseRow } from '../store/tables.ts'
import { leaseStateOf } from './alive-leases.ts'
import { leaseEnded } from './authenticate-lease.ts'

/**
 * Ends a lease and records the run that it was for. Locks that the run left are removed.
 *
 * @throws AppError LEASE_ENDED; INPUT_INVALID (the report is about another kind of run)
 */
export async function endLease(
  deps: StorageDeps,
  lease: LeaseRow,
  report: RunReport | undefined,
): Promise<JobRun | null> {
  if (report !== undefined && report.kind !== lease.kind)
    throw new AppError('INPUT_INVALID', 'The report is about another kind of run than the lease.', {
      details: { paths: ['report.kind'], reason: 'kind' },
    })
  const run = await deps.store.transact([`lease:${lease.id}`, 'audit'], async (tx) => {
    const now = deps.clock.nowMs()
    if ((await leaseStateOf(tx, lease.id, now)).kind !== 'alive') throw leaseEnded()
    await tx.updateTable('leases').set({ endedAt: now }).where('id', '=', lease.id).execute()
    await appendAudit(tx, {
      at: now,
      actor: actorOf(lease),
      action: 'lease.ended',
      outcome: 'ok',
      target: lease.id,
      address: lease.address,
      details: { outcome: report?.outcome ?? null },
    })
    if (report === undefined) return null
    await endLegacyAfter(tx, lease, report, now)
    return await storeRun(tx, lease, report)
  })
  await clearDeadLocks(deps, lease.repositoryId)
  return run
}
