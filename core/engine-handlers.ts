import { rm } from 'node:fs/promises'
import type { BackupSet } from '../shared/model/backup-set.ts'
import type { BackupSetId, JobRunId } from '../shared/model/ids.ts'
import type { Edition } from '../shared/model/installation.ts'
import type { JobRun } from '../shared/model/job-run.ts'
import { isoOf } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { approvedCommands, noCommands } from './backup/approved-commands.ts'
import { runBackup, workFolder } from './backup/run-backup.ts'
import { runMaintenance } from './backup/run-maintenance.ts'
import { readSet, setHandlers } from './backup-sets/set-handlers.ts'
import type { CoreDeps, EngineSide } from './core-deps.ts'
import { engineFinder } from './engine/find-engine.ts'
import { openHistory } from './jobs/history.ts'
import { jobRunner, logFailure } from './jobs/job-runner.ts'
import { listRuns } from './jobs/list-runs.ts'
import { openRunLogs } from './jobs/run-log.ts'
import { linuxNetworkStatus, unknownNetwork, type NetworkStatus } from './ports/network-status.ts'
import { linuxPowerStatus, unknownPower, type PowerStatus } from './ports/power-status.ts'
import { previewFile } from './previews/preview-file.ts'
import { previewHandlers } from './previews/preview-handlers.ts'
import { previews } from './previews/previews.ts'
import { readingLeases } from './previews/reading-leases.ts'
import { planRestore } from './restore/plan.ts'
import { restoreLease, runRestore } from './restore/run-restore.ts'
import { clearLeftStaging } from './restore/staging.ts'
import { refreshDeviceSets } from './schedule/device-sets.ts'
import { openScheduleFile } from './schedule/schedule-file.ts'
import { createScheduler } from './schedule/scheduler.ts'
import { browseFolder, browseListing, listSnapshots, searchSnapshots } from './snapshots/browse.ts'

export interface EngineOptions {
  /** Lets this computer run backups by itself; does nothing when it may (devices.enrol). */
  readonly enrolDevice: () => Promise<void>
  readonly edition?: Edition
  readonly power?: PowerStatus
  readonly network?: NetworkStatus
}

/** Everything that starts restic: runs, the scheduler, snapshots, restores; put together here. */
export function engineHandlers(core: CoreDeps, options: EngineOptions): EngineSide {
  const isLinux = process.platform === 'linux'
  const edition = options.edition ?? 'OBM'
  const history = openHistory(core.profile.folder)
  const file = openScheduleFile(core.profile.folder, core.log)
  const logs = openRunLogs(core.profile.folder, core.clock)
  const runner = jobRunner(core, history, logs)
  const deps = {
    ...core,
    engine: engineFinder(process.env),
    edition,
    commands: edition === 'ACB' ? noCommands : approvedCommands(core.profile.folder),
    file,
    enrolDevice: options.enrolDevice,
  }
  const previewsUnderWay = previews(core)
  const readings = readingLeases(deps)
  // Done before the first run begins.
  const cleared = clearLeftovers(core).catch((error: unknown) => logFailure(core, {}, error))

  const startBackup = (
    backupSet: Pick<BackupSet, 'id' | 'repositoryId'>,
    trigger: JobRun['trigger'],
  ): JobRunId =>
    runner.start({
      kind: 'backup',
      trigger,
      backupSet,
      work: async (context) => {
        await cleared
        return runBackup(deps, backupSet.id, context)
      },
    })
  const startMaintenance = (
    backupSet: Pick<BackupSet, 'id' | 'repositoryId'>,
    trigger: JobRun['trigger'],
  ): JobRunId =>
    runner.start({
      kind: 'maintenance',
      trigger,
      backupSet,
      work: (context) => runMaintenance(deps, backupSet.id, context),
    })
  const scheduler = createScheduler({
    ...core,
    history,
    runner,
    file,
    power: options.power ?? (isLinux ? linuxPowerStatus() : unknownPower),
    network: options.network ?? (isLinux ? linuxNetworkStatus() : unknownNetwork),
    startBackup,
    startMaintenance: (backupSet) => startMaintenance(backupSet, 'schedule'),
  })

  /** A set of this computer: known without the server, so that a run that cannot reach it is recorded. */
  const ownSet = async (backupSetId: BackupSetId): Promise<BackupSet> => {
    const kept = (await file.backupSets()).find(({ id }) => id === backupSetId)
    if (kept !== undefined) return kept
    const found = await readSet(core, backupSetId)
    const ownId = core.profile.settings().device?.id
    // The server would answer that there is no such set, which helps nobody who sees it in the list.
    if (ownId !== undefined && found.deviceId !== ownId) throw ofOtherComputer(found)
    return found
  }

  return {
    handlers: {
      ...setHandlers(deps),
      ...previewHandlers(deps, previewsUnderWay),
      'backup.start': async ({ backupSetId }) => ({
        jobRunId: startBackup(await ownSet(backupSetId), 'manual'),
      }),
      'maintenance.start': async ({ backupSetId }) => ({
        jobRunId: startMaintenance(await ownSet(backupSetId), 'manual'),
      }),
      'run.cancel': ({ jobRunId }) => Promise.resolve({ wasRunning: runner.cancel(jobRunId) }),
      'run.wait': async ({ jobRunId }) => ({ run: await runner.wait(jobRunId) }),
      'runs.list': async (input) => ({ runs: await listRuns(core, history, input) }),
      'runs.underWay': () => Promise.resolve({ runs: runner.underWay() }),
      'runs.log': async ({ jobRunId }) => ({ log: await logs.read(jobRunId) }),
      'schedule.refresh': async () => {
        await refreshDeviceSets(core, file)
        return { done: true }
      },
      'schedule.runDue': async () => {
        // "Nothing is due" from a computer that was never set up would hide that from cron for ever.
        deps.device.deviceId()
        return { runs: await scheduler.runDue() }
      },
      'snapshots.list': async ({ backupSetId }) => ({ snapshots: await listSnapshots(deps, backupSetId) }),
      'snapshots.browse': async ({ backupSetId, snapshotId, folder }) => {
        const backupSet = await readSet(core, backupSetId)
        return { nodes: await browseFolder(deps, { backupSet, snapshotId, folder }) }
      },
      'snapshots.search': async ({ backupSetId, pattern }) => ({
        matches: await searchSnapshots(deps, backupSetId, pattern),
      }),
      'restore.plan': async (input) => {
        const backupSet = await readSet(core, input.backupSetId)
        const listing = await browseListing(deps, { backupSet, snapshotId: input.snapshotId })
        return planRestore(input, listing, process.platform)
      },
      'restore.previewFile': async ({ backupSetId, snapshotId, path }) => {
        const backupSet = await readSet(core, backupSetId)
        // Looked at before the grant is used up.
        if (runner.isBusy(backupSet.repositoryId, 'restore')) {
          throw new AppError('REPOSITORY_BUSY', 'Another run of this backup set is under way.')
        }
        return { preview: await previewFile(deps, readings, { backupSet, snapshotId, path }) }
      },
      'restore.start': async (input) => {
        const backupSet = await readSet(core, input.backupSetId)
        // Looked at before the grant is used up.
        if (runner.isBusy(backupSet.repositoryId, 'restore')) {
          throw new AppError('REPOSITORY_BUSY', 'Another run of this backup set is under way.')
        }
        await cleared
        const lease = await restoreLease(deps, input.backupSetId)
        const jobRunId = runner.start({
          kind: 'restore',
          trigger: 'manual',
          backupSet,
          work: (context) => runRestore(deps, lease, input, context),
        })
        return { jobRunId }
      },
    },
    engine: deps.engine,
    running: () => runner.running(),
    nextRuns: async () =>
      (await scheduler.nextRuns()).map(({ backupSet, atMs }) => ({
        backupSetId: backupSet.id,
        name: backupSet.definition.name,
        at: isoOf(atMs),
      })),
    lastBackup: async () =>
      (await history.entries()).find(({ run }) => run.kind === 'backup' && run.outcome !== 'cancelled')?.run,
    startScheduler: () => scheduler.start(),
    close: async () => {
      await previewsUnderWay.close()
      await readings.close()
      await runner.close()
    },
  }
}

function ofOtherComputer({ definition, deviceId }: BackupSet): AppError {
  const who = deviceId === null ? 'No computer runs' : 'Another computer runs'
  return new AppError('SET_OF_OTHER_COMPUTER', `${who} the backup set "${definition.name}".`)
}

/** What runs of a killed process left. */
async function clearLeftovers(core: CoreDeps): Promise<void> {
  await rm(workFolder(core), { recursive: true, force: true })
  await clearLeftStaging(core)
}
