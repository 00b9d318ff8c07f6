import type { ClientApi, RunUnderWay as ToldRun } from '../../shared/client-api.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { ask } from '../client/ask.ts'

/** A run under way; `progress` is null until the first report. */
export type RunUnderWay = Readonly<Pick<ToldRun, 'jobRunId' | 'backupSetId' | 'kind' | 'progress'>>

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
  /**
   * Asks core what runs: events that were told before this window opened, or while the way to core was
   * lost, do not come again.
   */
  readonly catchUp: () => Promise<void>
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
    catchUp: async () => {
      const before = state.underWay
      const { runs } = await ask(api, 'runs.underWay', {})
      const isGone = ({ jobRunId }: RunUnderWay) =>
        before.some((run) => run.jobRunId === jobRunId) && !runs.some((run) => run.jobRunId === jobRunId)
      set({ ...state, underWay: state.underWay.filter((run) => !isGone(run)) })
      for (const run of runs) {
        // An event that came meanwhile is newer.
        const known = state.underWay.find((each) => each.jobRunId === run.jobRunId)
        if (known === undefined || known.progress === null) put(run)
      }
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
