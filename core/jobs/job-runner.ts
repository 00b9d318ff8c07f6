import { isoOf } from '../../shared/clock.ts'
import type { RunProgress, RunUnderWay } from '../../shared/client-api.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import type { JobRun, RunReport } from '../../shared/model/job-run.ts'
import type { CoreDeps, Log } from '../core-deps.ts'
import type { RunHistory } from './history.ts'
import { newJobRunId } from './new-run-id.ts'
import { reportOf, type RunResult } from './report.ts'
import { tellBoth, type RunLogs, type Say } from './run-log.ts'

export type Progress = Omit<RunProgress, 'jobRunId' | 'backupSetId' | 'kind'>

export interface JobContext {
  readonly jobRunId: JobRunId
  readonly cancel: AbortSignal
  readonly progress: (progress: Progress) => void
  /** The record of the run, as of now. */
  readonly report: (result: RunResult) => RunReport
  /** Into the log of this run. */
  readonly say: Say
  /** Into the program's log and that of this run. */
  readonly log: Log
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
  /** The same with what was last told of each: an interface that opens late has missed the events. */
  underWay(): RunUnderWay[]
  /** Cancels all and waits for their ends. */
  close(): Promise<void>
}

interface Entry {
  readonly job: Job
  readonly controller: AbortController
  readonly ended: Promise<JobRun>
  readonly started: Started
}

/** What a run that began shows of itself. */
interface Started {
  readonly atMs: number
  progress: RunProgress | null
}

type RunnerDeps = Pick<CoreDeps, 'clock' | 'events' | 'log' | 'profile'>

export function jobRunner(deps: RunnerDeps, history: RunHistory, logs: RunLogs): JobRunner {
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
      const started: Started = { atMs: deps.clock.nowMs(), progress: null }
      // Begins after it was entered, so that whoever hears "started" may already wait or cancel.
      const ended = Promise.resolve()
        .then(() => execute(deps, { history, logs }, { id, job, started, cancel: controller.signal }))
        .finally(() => running.delete(id))
      running.set(id, { job, controller, ended, started })
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
    underWay: () =>
      Array.from(running, ([jobRunId, { job, started }]) => ({
        jobRunId,
        backupSetId: job.backupSet.id,
        kind: job.kind,
        trigger: job.trigger,
        startedAt: isoOf(started.atMs),
        progress: started.progress,
      })),
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
  { history, logs }: { history: RunHistory; logs: RunLogs },
  run: { id: JobRunId; job: Job; started: Started; cancel: AbortSignal },
): Promise<JobRun> {
  const writer = logs.open(run.id)
  try {
    return await recorded(deps, history, run, writer.say)
  } finally {
    await writer.close()
  }
}

async function recorded(
  deps: RunnerDeps,
  history: RunHistory,
  { id: jobRunId, job, started, cancel }: { id: JobRunId; job: Job; started: Started; cancel: AbortSignal },
  say: Say,
): Promise<JobRun> {
  const { kind, trigger, backupSet } = job
  const identity = { jobRunId, backupSetId: backupSet.id, kind }
  const log = tellBoth(deps.log, say)
  const report = (result: RunResult): RunReport =>
    reportOf({ kind, trigger, startedAtMs: started.atMs, endedAtMs: deps.clock.nowMs() }, result)
  deps.events.emit('run.started', { ...identity, trigger })
  log.info({ ...identity, trigger, startedAt: isoOf(started.atMs) }, 'A run began')

  let end: JobEnd
  try {
    end = await job.work({
      jobRunId,
      cancel,
      report,
      say,
      log,
      progress: (progress) => {
        started.progress = { ...identity, ...progress }
        deps.events.emit('run.progress', started.progress)
      },
    })
  } catch (error) {
    logFailure({ log }, identity, error)
    end = { report: report(endOf(error, trigger, cancel)), serverRunId: null }
  }
  const run: JobRun = {
    ...end.report,
    id: jobRunId,
    backupSetId: backupSet.id,
    deviceId: deps.profile.settings().device?.id ?? null,
  }
  await history.add(run, end.serverRunId)
  log.info({ ...identity, ...numbersOf(run) }, 'A run ended')
  deps.events.emit('run.ended', { run })
  return run
}

/** What a log says of the end; names of files stand in the record. */
function numbersOf(run: JobRun): object {
  const {
    outcome,
    errorCode,
    snapshotId,
    filesNew,
    filesChanged,
    filesUnmodified,
    bytesAdded,
    leftOutCount,
  } = run
  return { outcome, errorCode, snapshotId, filesNew, filesChanged, filesUnmodified, bytesAdded, leftOutCount }
}

/**
 * A run that nobody asked for, and that the server lets not begin before the account has a second factor, is a
 * skip: nothing broke, and a person has to act. Whoever asked for it is told the failure.
 */
function endOf(error: unknown, trigger: JobRun['trigger'], cancel: AbortSignal): RunResult {
  if (trigger !== 'manual' && isAppError(error, 'SECOND_FACTOR_REQUIRED'))
    return { outcome: 'skipped', skipReason: 'second-factor-required' }
  return failedResult(error, cancel)
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
