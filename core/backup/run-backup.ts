import { hostname } from 'node:os'
import { join } from 'node:path'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { JobContext, JobEnd, Progress } from '../jobs/job-runner.ts'
import type { RunResult } from '../jobs/report.ts'
import type { ApprovedCommands } from './approved-commands.ts'
import { deviceLease } from './lease-repository.ts'
import { initialiseIfNew, leasedRun, type LeasedWork } from './leased-run.ts'
import { leftOutList, type LeftOutList } from './left-out.ts'
import { resticBackup } from './restic-backup.ts'
import { setCommands, type SetCommands } from './set-commands.ts'
import { findSources } from './sources.ts'

export interface BackupDeps extends EngineDeps {
  readonly commands: ApprovedCommands
}

/** Files of runs under way; what a killed process left in it is removed at the next start. */
export function workFolder({ profile }: Pick<BackupDeps, 'profile'>): string {
  return join(profile.cacheFolder, 'runs')
}

/** Progress of which nothing is known but the stage. */
export function stageOnly(stage: Progress['stage'], doneFraction: number | null = null): Progress {
  return {
    stage,
    doneFraction,
    filesDone: 0,
    filesTotal: null,
    bytesDone: 0,
    bytesTotal: null,
    bytesPerSecond: 0,
    secondsLeft: null,
    currentFiles: [],
    leftOutCount: 0,
  }
}

/**
 * One backup of one set: lease, first-time initialisation, commands, restic, report. What the set says
 * comes with the lease, so that a run always follows the newest definition.
 *
 * @throws AppError what kept it from getting a lease; every later failure is in the record
 */
export async function runBackup(
  core: BackupDeps,
  backupSetId: BackupSet['id'],
  context: JobContext,
): Promise<JobEnd> {
  const deps = { ...core, log: context.log }
  context.progress(stageOnly('preparing'))
  await deps.engine()
  const lease = await deviceLease(deps, backupSetId, 'backup')
  return leasedRun(deps, context, lease, async (leased) => {
    const leftOut = leftOutList()
    const commands = await setCommands(deps, lease.backupSet, leftOut)
    await initialiseIfNew(deps, leased, context.say)
    await commands.before(leased.held.stop)
    const result = await backUp(deps, context, leased, leftOut, commands)
    context.progress(stageOnly('finishing', 1))
    await commands.after(leased.held.stop)
    const isLacking = leftOut.count() > 0
    return {
      ...result,
      outcome: isLacking ? 'incomplete' : result.outcome,
      leftOut: await leftOut.list(),
      leftOutCount: leftOut.count(),
    }
  })
}

async function backUp(
  deps: BackupDeps,
  context: JobContext,
  { held, repository }: LeasedWork,
  leftOut: LeftOutList,
  commands: SetCommands,
): Promise<RunResult> {
  const { backupSet } = held.lease
  try {
    // Looked at after the command, which may be what provides them.
    const sources = await findSources(backupSet.definition.sources)
    for (const path of sources.missing) leftOut.add(path, 'no such file or directory')
    return await resticBackup(deps, {
      engine: await deps.engine(),
      repository,
      backupSet,
      sources: sources.present,
      hostName: deps.profile.settings().device?.name ?? hostname(),
      workFolder: workFolder(deps),
      stop: held.stop,
      leftOut,
      progress: context.progress,
      say: context.say,
      onRefusal: () => held.checkSoon(),
    })
  } catch (error) {
    await commands.afterFailure()
    throw error
  }
}
