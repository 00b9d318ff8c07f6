import type { ClientApi, RunProgress } from '../../shared/client-api.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'

/** A run under way; `progress` is null until the first report. */
export interface RunUnderWay {
  readonly jobRunId: JobRunId
  readonly backupSetId: RunProgress['backupSetId']
  readonly kind: RunProgress['kind']
  readonly progress: RunProgress | null
}

export interface RunsState {
  readonly underWay: readonly RunUnderWay[]
  /** Runs that ended while this window was open, the newest first. */
  readonly ended: readonly JobRun[]
}

export interface RunsStore {
  readonly get: () => RunsState
  readonly subscribe: (changed: () => void) => () => void
  /** Begins to listen and returns the function that stops it. */
  readonly listen: (onEnded: (run: JobRun) => void) => () => void
}

/** What the events of core say about runs, kept for all screens. */
export function createRunsStore(api: ClientApi): RunsStore {
  let state: RunsState = { underWay: [], ended: [] }
  const listeners = new Set<() => void>()
  const set = (next: RunsState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const put = (run: RunUnderWay) => {
    // Reports may be in flight when the end is told.
    if (state.ended.some((each) => each.id === run.jobRunId)) return
    const others = state.underWay.filter((each) => each.jobRunId !== run.jobRunId)
    set({ ...state, underWay: [...others, run] })
  }
  const end = (run: JobRun) =>
    set({
      underWay: state.underWay.filter((each) => each.jobRunId !== run.id),
      ended: [run, ...state.ended].slice(0, 50),
    })
  return {
    get: () => state,
    subscribe: (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    listen: (onEnded) => {
      const stops = [
        api.on('run.started', ({ jobRunId, backupSetId, kind }) =>
          put({ jobRunId, backupSetId, kind, progress: null }),
        ),
        api.on('run.progress', (progress) =>
          put({
            jobRunId: progress.jobRunId,
            backupSetId: progress.backupSetId,
            kind: progress.kind,
            progress,
          }),
        ),
        api.on('run.ended', ({ run }) => {
          end(run)
          onEnded(run)
        }),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}
