import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { SessionScope } from '../../shared/model/account.ts'
import { useServices } from '../client/services.tsx'
import { useAsk } from '../client/use-ask.ts'
import { Loading } from '../parts/loading.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SignInScreen } from '../sign-in/sign-in-screen.tsx'
import { fetchShell, ShellPart } from './shell-part.tsx'
import { usePresets } from './use-presets.ts'

/** Signed in or not: which of the two worlds is shown is what core says, nothing else. */
export function Gate() {
  const { api } = useServices()
  const queries = useQueryClient()
  const status = useAsk('app.status', {})
  usePresets(status.data)
  const [isUnderWay, setUnderWay] = useState(false)
  const [lastScope, setLastScope] = useState<SessionScope | null>(null)

  useEffect(
    () =>
      api.on('session.changed', ({ isSignedIn }) => {
        if (isSignedIn) void queries.invalidateQueries()
        else void queries.invalidateQueries({ queryKey: ['app.status'] })
      }),
    [api, queries],
  )

  const isKnown = status.data !== undefined
  useEffect(() => {
    if (isKnown) void fetchShell(queries)
  }, [isKnown, queries])

  const isSignedIn = status.data !== undefined && status.data.session !== null
  const scope = status.data?.session?.scope ?? null
  if (scope !== null && scope !== lastScope) setLastScope(scope)

  useEffect(() => {
    if (isKnown && !isSignedIn) forgetAnswers(queries)
  }, [isKnown, isSignedIn, queries])

  if (status.data === undefined) {
    return (
      <main className="hf-gate">
        <h1 className="hf-visually-hidden">Holdfast</h1>
        {status.error === null ? (
          <Loading />
        ) : (
          <ProblemNote error={status.error} onRetry={() => void status.refetch()} />
        )}
      </main>
    )
  }
  if (!isSignedIn || isUnderWay) {
    return (
      <SignInScreen
        status={status.data}
        endedScope={lastScope}
        onUnderWay={(next) => {
          setUnderWay(next)
          if (!next) void queries.invalidateQueries()
        }}
      />
    )
  }
  return <ShellPart status={status.data} onSignedOut={() => setLastScope(null)} />
}

/** Whoever signs in next may be somebody else, and none of it, a shown key included, stays in memory. */
function forgetAnswers(queries: QueryClient): void {
  queries.removeQueries({ type: 'inactive', predicate: ({ queryKey: [name] }) => name !== 'part' })
  const mutations = queries.getMutationCache()
  for (const mutation of mutations.getAll()) {
    if (mutation.state.status !== 'pending') mutations.remove(mutation)
  }
}
