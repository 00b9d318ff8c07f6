import type { Kysely } from 'kysely'
import { deviceProof } from '../../shared/device-proof.ts'
import { AppError } from '../../shared/errors.ts'
import type { BackupSetId, DeviceId, JobRunId, UserId } from '../../shared/model/ids.ts'
import { runReportSchema, type JobRun, type RunReport } from '../../shared/model/job-run.ts'
import type { InputOf } from '../../shared/routes.ts'
import type { ServerDeps } from '../deps.ts'
import { proveDevice, requireOpenAccount } from '../devices/device-proof.ts'
import { newId } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { JobRunRow, Tables } from '../store/tables.ts'
import { requireSetOfDevice } from './own-sets.ts'

/** Newest first. */
export async function readRuns(
  db: Kysely<Tables>,
  backupSetId: BackupSetId,
  limit: number,
): Promise<JobRun[]> {
  const rows = await db
    .selectFrom('jobRuns')
    .selectAll()
    .where('backupSetId', '=', backupSetId)
    .orderBy('startedAt', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(runOf)
}

export async function storeRun(
  tx: Tx,
  of: { backupSetId: BackupSetId; userId: UserId; deviceId: DeviceId | null },
  report: RunReport,
): Promise<JobRun> {
  const row: JobRunRow = {
    id: newId<JobRunId>('run'),
    backupSetId: of.backupSetId,
    userId: of.userId,
    deviceId: of.deviceId,
    startedAt: Date.parse(report.startedAt),
    report: JSON.stringify(report),
  }
  await tx.insertInto('jobRuns').values(row).execute()
  return runOf(row)
}

/**
 * Records a run that had no lease: it was skipped, or failed before it could begin. Runs that reached the
 * repository are reported with their lease, so this can claim no success.
 *
 * @throws AppError DEVICE_UNKNOWN, DEVICE_REVOKED, ACCOUNT_SUSPENDED, ACCOUNT_EXPIRED, NOT_FOUND, INPUT_INVALID
 */
export async function reportRun(deps: ServerDeps, input: InputOf<'deviceReport'>): Promise<JobRun> {
  const { backupSetId, report } = input
  return await deps.store.transact([`device:${input.deviceId}`], async (tx) => {
    const device = await proveDevice(deps, tx, input, deviceProof.report(input))
    await requireOpenAccount(tx, device.userId, deps.clock.nowMs())
    const set = await requireSetOfDevice(tx, device, backupSetId)
    if (report.outcome === 'complete' || report.outcome === 'incomplete')
      throw new AppError('INPUT_INVALID', 'A run without a lease stored nothing.', {
        details: { paths: ['report.outcome'], reason: 'outcome' },
      })
    return await storeRun(tx, { backupSetId: set.id, userId: device.userId, deviceId: device.id }, report)
  })
}

function runOf(row: JobRunRow): JobRun {
  return {
    id: row.id,
    backupSetId: row.backupSetId,
    deviceId: row.deviceId,
    ...runReportSchema.parse(JSON.parse(row.report)),
  }
}
