import { createContext, use, useSyncExternalStore } from 'react'
import type { RunsState, RunsStore } from './runs-store.ts'

export const RunsContext = createContext<RunsStore | null>(null)

export function useRuns(): RunsState {
  const store = use(RunsContext)
  if (store === null) throw new Error('Runs were asked for outside of RunsProvider.')
  return useSyncExternalStore(store.subscribe, store.get)
}
