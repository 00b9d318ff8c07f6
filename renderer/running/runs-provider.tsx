import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, type ReactNode } from 'react'
import { useServices } from '../client/services.tsx'
import { createRunsStore } from './runs-store.ts'
import { RunsContext } from './use-runs.ts'

/** Listens to the runs of core for as long as the interface is there. */
export function RunsProvider({ children }: { children: ReactNode }) {
  const { api } = useServices()
  const queries = useQueryClient()
  const store = useMemo(() => createRunsStore(api), [api])
  useEffect(
    () =>
      store.listen(() => {
        for (const name of ['app.status', 'runs.list', 'sets.list', 'snapshots.list'] as const) {
          void queries.invalidateQueries({ queryKey: [name] })
        }
      }),
    [store, queries],
  )
  useQuery({
    queryKey: ['runs.underWay'],
    queryFn: async () => {
      await store.catchUp()
      return true
    },
  })
  return <RunsContext value={store}>{children}</RunsContext>
}
