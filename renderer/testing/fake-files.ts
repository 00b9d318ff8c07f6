import type { ClientHandlers, RunProgress } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { isShorterRetention, type BackupSet } from '../../shared/model/backup-set.ts'
import type { BackupSetId, JobRunId } from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { needGrant } from './fake-account.ts'
import type { PreviewRequest } from './fake-previews.ts'
import type { FakeDeps } from './fake-state.ts'
import { allNodes, dayMs, fakeLog, fakeNodes, fakeRun, fakeSet, runId } from './fake-data.ts'

type Handlers = Omit<
  Pick<
    ClientHandlers,
    Extract<
      keyof ClientHandlers,
      | `sets.${string}`
      | `backup.${string}`
      | `run.${string}`
      | `runs.${string}`
      | `maintenance.${string}`
      | `schedule.${string}`
      | `snapshots.${string}`
      | `restore.${string}`
    >
  >,
  PreviewRequest
>

const stepMs = 400
const stepCount = 12

export function fakeFilesHandlers({ state, clock, emit }: FakeDeps): Handlers {
  const { account } = state
  const cancelled = new Set<string>()
  const ends = new Map<string, Promise<JobRun>>()
  let made = 0

  const find = (id: BackupSetId): BackupSet => {
    const set = account.sets.find((each) => each.id === id)
    if (set === undefined) throw new AppError('NOT_FOUND', 'No such set.')
    return set
  }
  const change = (id: BackupSetId, part: Partial<BackupSet>) => {
    const backupSet = { ...find(id), ...part }
    account.sets = account.sets.map((each) => (each.id === id ? backupSet : each))
    return Promise.resolve({ backupSet })
  }
  const start = (set: BackupSet, kind: JobRun['kind']) => {
    const jobRunId = runId(`live${made++}`)
    state.status = { ...state.status, running: [...state.status.running, jobRunId] }
    emit('run.started', { jobRunId, backupSetId: set.id, kind, trigger: 'manual' })
    ends.set(jobRunId, live(set, jobRunId, kind))
    return Promise.resolve({ jobRunId })
  }
  const live = async (set: BackupSet, jobRunId: JobRunId, kind: JobRun['kind']): Promise<JobRun> => {
    const startedMs = clock.nowMs()
    for (let step = 0; step < stepCount && !cancelled.has(jobRunId); step++) {
      await clock.sleep(stepMs)
      const progress = fakeProgress(set, jobRunId, kind, step / stepCount)
      state.underWay.set(jobRunId, progress)
      emit('run.progress', progress)
    }
    const run = fakeRun(set, jobRunId.slice(4), startedMs, {
      id: jobRunId,
      kind,
      trigger: 'manual',
      outcome: cancelled.has(jobRunId) ? 'cancelled' : 'complete',
      errorCode: cancelled.has(jobRunId) ? 'CANCELLED' : null,
      endedAt: isoOf(clock.nowMs()),
    })
    account.runs = [...account.runs, run]
    state.underWay.delete(jobRunId)
    state.status = { ...state.status, running: state.status.running.filter((id) => id !== jobRunId) }
    emit('run.ended', { run })
    return run
  }

  return {
    'sets.list': () => Promise.resolve({ backupSets: account.sets }),
    'sets.create': ({ definition }) => {
      if (state.kit !== 'confirmed') throw new AppError('KIT_NOT_CONFIRMED', 'Save the kit.')
      const backupSet = {
        ...fakeSet(`new${account.sets.length}`, clock.nowMs(), definition),
        storedBytes: 0,
        snapshotCount: 0,
      }
      account.sets = [...account.sets, backupSet]
      return Promise.resolve({ backupSet })
    },
    'sets.update': ({ backupSetId, definition, version }) => {
      const set = find(backupSetId)
      if (set.version !== version) throw new AppError('VERSION_CONFLICT', 'Changed meanwhile.')
      const isShorter = isShorterRetention(set.definition.retention, definition.retention)
      needGrant(state, isShorter ? 'shorten-retention' : 'change-settings')
      return change(backupSetId, { definition, version: version + 1 })
    },
    'sets.delete': ({ backupSetId }) => {
      needGrant(state, 'delete-set')
      const nowMs = clock.nowMs()
      return change(backupSetId, { deletedAt: isoOf(nowMs), purgeAfter: isoOf(nowMs + 30 * dayMs) })
    },
    'sets.undelete': ({ backupSetId }) => change(backupSetId, { deletedAt: null, purgeAfter: null }),
    'sets.adopt': ({ backupSetId }) => change(backupSetId, { deviceId: state.status.device?.id ?? null }),
    'sets.resumeBrake': ({ backupSetId }) => {
      needGrant(state, 'resume-brake')
      return change(backupSetId, { isBrakeTripped: false })
    },
    'backup.start': ({ backupSetId }) => start(find(backupSetId), 'backup'),
    'maintenance.start': ({ backupSetId }) => start(find(backupSetId), 'maintenance'),
    'run.cancel': ({ jobRunId }) => {
      cancelled.add(jobRunId)
      return Promise.resolve({ wasRunning: state.status.running.includes(jobRunId) })
    },
    'run.wait': async ({ jobRunId }) => {
      const run = await ends.get(jobRunId)
      if (run === undefined) throw new AppError('NOT_FOUND', 'No such run.')
      return { run }
    },
    'runs.list': ({ backupSetId, limit }) =>
      Promise.resolve({
        runs: account.runs
          .filter((run) => backupSetId === undefined || run.backupSetId === backupSetId)
          .slice(-limit),
      }),
    'runs.underWay': () =>
      Promise.resolve({
        runs: Array.from(state.underWay.values(), (progress) => ({
          jobRunId: progress.jobRunId,
          backupSetId: progress.backupSetId,
          kind: progress.kind,
          trigger: 'manual' as const,
          startedAt: isoOf(clock.nowMs() - 60_000),
          progress,
        })),
      }),
    'runs.log': ({ jobRunId }) => {
      const run = account.runs.find(({ id }) => id === jobRunId)
      if (run === undefined) throw new AppError('NOT_FOUND', 'No log.')
      return Promise.resolve({ log: fakeLog(run) })
    },
    'schedule.refresh': () => Promise.resolve({ done: true }),
    'schedule.runDue': () => Promise.resolve({ runs: [] }),
    'snapshots.list': ({ backupSetId }) =>
      Promise.resolve({ snapshots: account.snapshots.get(backupSetId) ?? [] }),
    'snapshots.browse': ({ folder }) => Promise.resolve({ nodes: fakeNodes(folder, clock.nowMs()) }),
    'snapshots.search': ({ backupSetId, pattern }) => {
      const name = new RegExp(
        `^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`,
        'i',
      )
      const found = allNodes(clock.nowMs()).filter((node) => name.test(node.name))
      const snapshots = (account.snapshots.get(backupSetId) ?? []).slice(0, 3)
      const matches = found.flatMap((node) =>
        snapshots.map((snapshot, age) => ({
          snapshotId: snapshot.id,
          node: {
            ...node,
            sizeBytes: node.sizeBytes - age * 120,
            modifiedAt: isoOf(Date.parse(node.modifiedAt) - age * 4 * dayMs),
          },
        })),
      )
      return Promise.resolve({ matches })
    },
    'restore.plan': ({ paths, targetFolder }) =>
      Promise.resolve({
        fileCount: paths.length === 0 ? 48_165 : paths.length * 14,
        sizeBytes: paths.length === 0 ? 48_730_000_000 : paths.length * 8_400_000,
        freeBytes: 212_000_000_000,
        conflicts:
          targetFolder === null
            ? ['/home/anna/Documents/notes.txt', '/home/anna/Documents/accounts 2026.ods']
            : [],
        conflictCount: targetFolder === null ? 2 : 0,
      }),
    'restore.start': ({ backupSetId }) => {
      needGrant(state, 'restore')
      return start(find(backupSetId), 'restore')
    },
  }
}

export function fakeProgress(
  set: BackupSet,
  jobRunId: JobRunId,
  kind: JobRun['kind'],
  doneFraction: number,
): RunProgress {
  return {
    jobRunId,
    backupSetId: set.id,
    kind,
    stage: doneFraction === 0 ? 'scanning' : 'transferring',
    doneFraction,
    filesDone: Math.round(48_165 * doneFraction),
    filesTotal: 48_165,
    bytesDone: Math.round(48_730_000_000 * doneFraction),
    bytesTotal: 48_730_000_000,
    bytesPerSecond: 87_400_000,
    secondsLeft: Math.round(540 * (1 - doneFraction)),
    currentFiles: ['/home/anna/Pictures/2025 Lisbon/IMG_4711.jpg', '/home/anna/Documents/accounts 2026.ods'],
    leftOutCount: 0,
  }
}
