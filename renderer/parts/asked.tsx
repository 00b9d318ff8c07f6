import type { UseQueryResult } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { Loading } from './loading.tsx'
import { ProblemNote } from './problem-note.tsx'

interface AskedProps<T> {
  readonly query: UseQueryResult<T>
  readonly lines?: number
  readonly children: (value: T) => ReactNode
}

/** What was asked for: while it loads, when it failed (with another try), and when it is there. */
export function Asked<T>({ query, lines, children }: AskedProps<T>) {
  // Another try forgets the failure of the last one; on the screen it stays until there is an answer.
  const [failure, setFailure] = useState<Error | null>(null)
  if (query.error !== null && query.error !== failure) setFailure(query.error)
  if (query.data !== undefined) return children(query.data)
  if (failure !== null) return <ProblemNote error={failure} onRetry={() => void query.refetch()} />
  return <Loading {...(lines === undefined ? {} : { lines })} />
}
