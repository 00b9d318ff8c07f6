import { isoOf } from '../../shared/clock.ts'
import type { RunProgress } from '../../shared/client-api.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import type { JobRun, RunReport } from '../../shared/model/job-run.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { RunHistory } from './history.ts'
import { newJobRunId } from './new-run-id.ts'
import { reportOf, type RunResult } from './report.ts'

export type Progress = Omit<RunProgress, 'jobRunId' | 'backupSetId' | 'kind'>

export interface JobContext {
  readonly jobRunId: JobRunId
  readonly cancel: AbortSignal
  readonly progress: (progress: Progress) => void
  /** The record of the run, as of now. */
  readonly report: (result: RunResult) => RunReport
}

/** What a job's work hands back: its record and, when the server knows it already, the server's id. */
export interface JobEnd {
  readonly report: RunReport
  readonly serverRunId: JobRunId | null
}

export interface Job {
  readonly kind: JobRun['kind']
  readonly trigger: JobRun['trigger']
  readonly backupSet: Pick<BackupSet, 'id' | 'repositoryId'>
  /** A failure that it throws becomes the record of a failed (or cancelled) run. */
  work(context: JobContext): Promise<JobEnd>
}

/**
 * The runs of this process, each one recorded. A repository has one that writes (backup, maintenance) at a
 * time; a restore goes on beside a backup, but not beside maintenance, which moves away what it reads.
 */
export interface JobRunner {
  /** @throws AppError REPOSITORY_BUSY */
  start(job: Job): JobRunId
  /** Whether a run of that kind would have to wait. */
  isBusy(repositoryId: BackupSet['repositoryId'], kind: JobRun['kind']): boolean
  /** Whether it was running. */
  cancel(id: JobRunId): boolean
  /** Resolves when the run has ended and is recorded. @throws AppError NOT_FOUND */
  wait(id: JobRunId): Promise<JobRun>
  running(): JobRunId[]
  /** Cancels all and waits for their ends. */
  close(): Promise<void>
}

interface Entry {
  readonly job: Job
  readonly controller: AbortController
  readonly ended: Promise<JobRun>
}

type RunnerDeps = Pick<CoreDeps, 'clock' | 'events' | 'log' | 'profile'>

export function jobRunner(deps: RunnerDeps, history: RunHistory): JobRunner {
  const running = new Map<JobRunId, Entry>()
  const isBusy: JobRunner['isBusy'] = (repositoryId, kind) =>
    Array.from(running.values()).some(
      ({ job }) => job.backupSet.repositoryId === repositoryId && !areCompatible(job.kind, kind),
    )
  return {
    start: (job) => {
      if (isBusy(job.backupSet.repositoryId, job.kind)) {
        throw new AppError('REPOSITORY_BUSY', 'Another run of this backup set is under way.')
      }
      const id = newJobRunId()
      const controller = new AbortController()
      // Begins after it was entered, so that whoever hears "started" may already wait or cancel.
      const ended = Promise.resolve()
        .then(() => execute(deps, history, id, job, controller.signal))
        .finally(() => running.delete(id))
      running.set(id, { job, controller, ended })
      // Whoever waits gets the failure; without anybody waiting it must not end the process.
      ended.catch((error: unknown) =>
        deps.log.error({ err: error, jobRunId: id }, 'A run could not be recorded'),
      )
      return id
    },
    isBusy,
    cancel: (id) => {
      const entry = running.get(id)
      entry?.controller.abort()
      return entry !== undefined
    },
    wait: async (id) => {
      const entry = running.get(id)
      if (entry !== undefined) return entry.ended
      const known = (await history.entries()).find(({ run }) => run.id === id)
      if (known === undefined) throw new AppError('NOT_FOUND', 'There is no such run on this computer.')
      return known.run
    },
    running: () => Array.from(running.keys()),
    close: async () => {
      const entries = Array.from(running.values())
      for (const { controller } of entries) controller.abort()
      await Promise.allSettled(entries.map(({ ended }) => ended))
    },
  }
}

function areCompatible(one: JobRun['kind'], other: JobRun['kind']): boolean {
  return (one === 'restore' && other === 'backup') || (one === 'backup' && other === 'restore')
}

async function execute(
  deps: RunnerDeps,
  history: RunHistory,
  jobRunId: JobRunId,
  job: Job,
  cancel: AbortSignal,
): Promise<JobRun> {
  const { kind, trigger, backupSet } = job
  const startedAtMs = deps.clock.nowMs()
  const identity = { jobRunId, backupSetId: backupSet.id, kind }
  const report = (result: RunResult): RunReport =>
    reportOf({ kind, trigger, startedAtMs, endedAtMs: deps.clock.nowMs() }, result)
  deps.events.emit('run.started', { ...identity, trigger })
  deps.log.info({ ...identity, trigger, startedAt: isoOf(startedAtMs) }, 'A run began')

  let end: JobEnd
  try {
    end = await job.work({
      jobRunId,
      cancel,
      report,
      progress: (progress) => deps.events.emit('run.progress', { ...identity, ...progress }),
    })
  } catch (error) {
    logFailure(deps, identity, error)
    end = { report: report(failedResult(error, cancel)), serverRunId: null }
  }
  const run: JobRun = {
    ...end.report,
    id: jobRunId,
    backupSetId: backupSet.id,
    deviceId: deps.profile.settings().device?.id ?? null,
  }
  await history.add(run, end.serverRunId)
  deps.log.info({ ...identity, outcome: run.outcome, errorCode: run.errorCode }, 'A run ended')
  deps.events.emit('run.ended', { run })
  return run
}

/** How a failure is recorded. A cancelled run ended because a person wanted it, whatever broke on the way. */
export function failedResult(error: unknown, cancel: AbortSignal): RunResult {
  if (cancel.aborted || isAppError(error, 'CANCELLED'))
    return { outcome: 'cancelled', errorCode: 'CANCELLED' }
  return { outcome: 'failed', errorCode: isAppError(error) ? error.code : 'UNEXPECTED' }
}

/** Known failures are told by code and details; the stack of an unknown one is what its finder needs. */
export function logFailure(deps: Pick<CoreDeps, 'log'>, fields: object, error: unknown): void {
  if (isAppError(error)) {
    deps.log.warn({ ...fields, code: error.code, details: error.details }, error.message)
  } else deps.log.error({ ...fields, err: error }, 'A run failed unexpectedly')
}
