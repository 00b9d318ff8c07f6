import { errorCatalog } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { RunHistory } from '../jobs/history.ts'
import { logFailure, type JobRunner } from '../jobs/job-runner.ts'
import { newJobRunId } from '../jobs/new-run-id.ts'
import { reportOf } from '../jobs/report.ts'
import { sendReports } from '../jobs/send-reports.ts'
import type { NetworkStatus } from '../ports/network-status.ts'
import type { PowerStatus } from '../ports/power-status.ts'
import { afterRun, decide, nextLook, type SkipReason } from './decide.ts'
import { refreshDeviceSets } from './device-sets.ts'
import { isMaintenanceDue } from './maintenance-due.ts'
import type { ScheduleFile } from './schedule-file.ts'

export interface SchedulerDeps extends Pick<
  CoreDeps,
  'clock' | 'events' | 'log' | 'profile' | 'server' | 'device' | 'news'
> {
  readonly history: RunHistory
  readonly runner: JobRunner
  readonly file: ScheduleFile
  readonly power: PowerStatus
  readonly network: NetworkStatus
  startBackup(backupSet: BackupSet, trigger: JobRun['trigger']): JobRun['id']
  startMaintenance(backupSet: BackupSet): JobRun['id']
}

export interface Scheduler {
  /** One pass over what is due now; resolves with all that it ran or skipped. */
  runDue(): Promise<JobRun[]>
  /** Passes when something is due, and at least once a minute: sleep and clock jumps are seen that way. */
  start(): { stop(): Promise<void> }
  nextRuns(): Promise<{ backupSet: BackupSet; atMs: number }[]>
}

const longestSleepMs = 60_000
const refreshEveryMs = 5 * 60_000
/** A paused or held-up set that is due every minute would fill the history with one sentence. */
const sameSkipEveryMs = 60 * 60_000

/** When the server last let no backup of a set begin before the account has a second factor. */
type HeldUp = Map<BackupSet['id'], number>

export function createScheduler(deps: SchedulerDeps): Scheduler {
  let refreshedAtMs = Number.NEGATIVE_INFINITY
  const heldUp: HeldUp = new Map()
  // Whoever signs in has most likely set one up.
  deps.events.on('session.changed', () => heldUp.clear())
  // Whoever started it: a backup that was written leaves nothing to try again or to catch up.
  deps.events.on('run.ended', ({ run }) => {
    if (run.kind !== 'backup' || (run.outcome !== 'complete' && run.outcome !== 'incomplete')) return
    settle(deps, run.backupSetId).catch((error: unknown) => logFailure(deps, { jobRunId: run.id }, error))
  })

  const backupSets = async (isForced: boolean): Promise<readonly BackupSet[]> => {
    const sinceMs = deps.clock.nowMs() - refreshedAtMs
    if (!isForced && sinceMs >= 0 && sinceMs < refreshEveryMs) return deps.file.backupSets()
    refreshedAtMs = deps.clock.nowMs()
    const sets = await refreshDeviceSets(deps, deps.file)
    await sendReports(deps, deps.history)
    return sets
  }

  /** Starts or skips what is due; the returned promises resolve when what they started has ended. */
  const pass = async (isForced: boolean): Promise<Promise<JobRun[]>[]> => {
    const started: Promise<JobRun[]>[] = []
    for (const backupSet of await backupSets(isForced)) {
      const surroundings = await surroundingsOf(deps, backupSet)
      const before = await deps.file.state(backupSet.id, surroundings.nowMs)
      const { decision, state } = decide(backupSet.definition, before, surroundings)
      // Kept before the run begins: if this process dies in it, the due time is not run twice.
      await deps.file.keepState(backupSet.id, state)
      if (decision.kind === 'run') started.push(runToEnd(deps, heldUp, backupSet, decision.trigger))
      else if (decision.kind === 'skip') started.push(recordSkip(deps, backupSet, decision.reason))
    }
    return started
  }

  return {
    runDue: async () => (await Promise.all(await pass(true))).flat(),
    start: () => {
      const stop = new AbortController()
      const loop = keepPassing(deps, stop.signal, () => pass(false))
      return {
        stop: async () => {
          stop.abort()
          await loop
        },
      }
    },
    nextRuns: async () => {
      const nowMs = deps.clock.nowMs()
      const sets = (await deps.file.backupSets()).filter(({ definition }) => !definition.isPaused)
      const times = await Promise.all(
        sets.map(async (backupSet) => {
          const atMs = nextLook(backupSet.definition, await deps.file.state(backupSet.id, nowMs))
          return atMs === undefined || !Number.isFinite(atMs)
            ? []
            : [{ backupSet, atMs: Math.max(atMs, nowMs) }]
        }),
      )
      return times.flat().sort((a, b) => a.atMs - b.atMs)
    },
  }
}

async function keepPassing(
  deps: SchedulerDeps,
  stop: AbortSignal,
  pass: () => Promise<Promise<JobRun[]>[]>,
): Promise<void> {
  const underWay = new Set<Promise<unknown>>()
  while (!stop.aborted) {
    try {
      for (const started of await pass()) {
        const run: Promise<unknown> = started
          .catch((error: unknown) => logFailure(deps, {}, error))
          .finally(() => underWay.delete(run))
        underWay.add(run)
      }
    } catch (error) {
      // One bad pass must not end all backups to come; the next one tries again.
      deps.log.error({ err: error }, 'A pass over the schedule broke')
    }
    await deps.clock.sleep(await sleepMsUntilNext(deps), stop)
  }
  // What it started is the runner's to end (JobRunner.close).
}

async function sleepMsUntilNext(deps: SchedulerDeps): Promise<number> {
  const nowMs = deps.clock.nowMs()
  const looks = await Promise.all(
    (await deps.file.backupSets()).map(async ({ id, definition }) =>
      nextLook(definition, await deps.file.state(id, nowMs)),
    ),
  )
  const nextMs = Math.min(...looks.flatMap((at) => at ?? []), nowMs + longestSleepMs)
  // Never busy, also when something is due that cannot be dealt with now.
  return Math.max(1000, nextMs - nowMs)
}

async function surroundingsOf(deps: SchedulerDeps, { repositoryId, definition }: BackupSet) {
  const { notOnBattery, notOnMetered } = definition.conditions
  return {
    nowMs: deps.clock.nowMs(),
    isBusy: deps.runner.isBusy(repositoryId, 'backup'),
    isOnBattery: notOnBattery && (await deps.power.isOnBattery()) === true,
    isOnMetered: notOnMetered && (await deps.network.isMetered()) === true,
  }
}

async function settle({ file, clock }: SchedulerDeps, backupSetId: BackupSet['id']): Promise<void> {
  const nowMs = clock.nowMs()
  const state = await file.state(backupSetId, nowMs)
  await file.keepState(backupSetId, { ...afterRun(state, false, nowMs), isHeldBack: false })
}

async function runToEnd(
  deps: SchedulerDeps,
  heldUp: HeldUp,
  backupSet: BackupSet,
  trigger: 'schedule' | 'catch-up',
): Promise<JobRun[]> {
  // Somebody may have started one since it was looked at.
  if (deps.runner.isBusy(backupSet.repositoryId, 'backup'))
    return recordSkip(deps, backupSet, 'already-running')
  const sinceMs = deps.clock.nowMs() - (heldUp.get(backupSet.id) ?? Number.NEGATIVE_INFINITY)
  if (sinceMs >= 0 && sinceMs < sameSkipEveryMs) return []
  const run = await deps.runner.wait(deps.startBackup(backupSet, trigger))
  const nowMs = deps.clock.nowMs()
  if (run.skipReason === 'second-factor-required') heldUp.set(backupSet.id, nowMs)
  else heldUp.delete(backupSet.id)
  const mayPass =
    run.outcome === 'failed' && run.errorCode !== null && errorCatalog[run.errorCode].retry === 'later'
  await deps.file.keepState(
    backupSet.id,
    afterRun(await deps.file.state(backupSet.id, nowMs), mayPass, nowMs),
  )
  const isWritten = run.outcome === 'complete' || run.outcome === 'incomplete'
  if (!isWritten || !(await isMaintenanceDue(deps.history, backupSet, nowMs))) return [run]
  if (deps.runner.isBusy(backupSet.repositoryId, 'maintenance')) return [run]
  return [run, await deps.runner.wait(deps.startMaintenance(backupSet))]
}

async function recordSkip(deps: SchedulerDeps, { id }: BackupSet, skipReason: SkipReason): Promise<JobRun[]> {
  const nowMs = deps.clock.nowMs()
  const last = (await deps.history.entries()).find(({ run }) => run.backupSetId === id)?.run
  const isSame = last?.outcome === 'skipped' && last.skipReason === skipReason
  if (isSame && nowMs - Date.parse(last.startedAt) < sameSkipEveryMs) return []
  const trigger = skipReason === 'missed' ? 'catch-up' : 'schedule'
  const run: JobRun = {
    ...reportOf(
      { kind: 'backup', trigger, startedAtMs: nowMs, endedAtMs: nowMs },
      { outcome: 'skipped', skipReason },
    ),
    id: newJobRunId(),
    backupSetId: id,
    deviceId: deps.profile.settings().device?.id ?? null,
  }
  await deps.history.add(run, null)
  deps.events.emit('run.ended', { run })
  return [run]
}
