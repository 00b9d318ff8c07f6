import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Loading } from './loading.tsx'
import { ProblemNote } from './problem-note.tsx'

interface AskedProps<T> {
  readonly query: UseQueryResult<T>
  readonly lines?: number
  readonly children: (value: T) => ReactNode
}

/** What was asked for: while it loads, when it failed (with another try), and when it is there. */
export function Asked<T>({ query, lines, children }: AskedProps<T>) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
  return <Loading {...(lines === undefined ? {} : { lines })} />
}
