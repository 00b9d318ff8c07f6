import type { BackupSet, Retention } from '../../shared/model/backup-set.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import { isRefusal } from '../engine/engine-failure.ts'
import { runRestic } from '../engine/run-restic.ts'
import type { JobContext, JobEnd } from '../jobs/job-runner.ts'
import { deviceLease } from './lease-repository.ts'
import { leasedRun } from './leased-run.ts'
import { stageOnly } from './run-backup.ts'

/**
 * Lets go what the set's retention no longer keeps. On the server everything that this removes lands in the
 * trash (ARCHITECTURE §7).
 *
 * @throws AppError what kept it from getting a lease; every later failure is in the record
 */
export async function runMaintenance(
  deps: EngineDeps,
  backupSetId: BackupSet['id'],
  context: JobContext,
): Promise<JobEnd> {
  context.progress(stageOnly('preparing'))
  const engine = await deps.engine()
  const lease = await deviceLease(deps, backupSetId, 'maintenance')
  return leasedRun(deps, context, lease, async ({ held, repository }) => {
    if (!lease.isInitialised) return { outcome: 'complete' }
    context.progress(stageOnly('transferring'))
    await runRestic(deps.clock, {
      engine,
      repository,
      args: maintenanceArguments(lease.backupSet.definition.retention),
      stop: held.stop,
      say: context.say,
      onErrorLine: (line) => {
        if (isRefusal(line)) held.checkSoon()
      },
    })
    return { outcome: 'complete' }
  })
}

/**
 * Retention as restic's arguments. One group: the repository holds one set, also when it moved to another
 * computer or its sources changed. `--repack-cacheable-only` with unlimited unused space rewrites packs of
 * folders only: repacking file data would have to read it, which a maintenance lease may not.
 */
export function maintenanceArguments(retention: Retention): string[] {
  const rules: readonly (readonly [string, number])[] = [
    ['--keep-last', retention.keepLastCount],
    ['--keep-hourly', retention.keepHourlyCount],
    ['--keep-daily', retention.keepDailyCount],
    ['--keep-weekly', retention.keepWeeklyCount],
    ['--keep-monthly', retention.keepMonthlyCount],
    ['--keep-yearly', retention.keepYearlyCount],
  ]
  const kept = rules.filter(([, count]) => count > 0).flatMap(([rule, count]) => [rule, String(count)])
  const within = retention.keepWithinDays > 0 ? ['--keep-within', `${retention.keepWithinDays}d`] : []
  return [
    'forget',
    '--json',
    '--group-by',
    '',
    ...kept,
    ...within,
    '--prune',
    '--repack-cacheable-only',
    '--max-unused',
    'unlimited',
  ]
}
