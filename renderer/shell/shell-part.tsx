import { useQuery, type QueryClient, type UseQueryOptions } from '@tanstack/react-query'
import type { AppStatus } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { Loading } from '../parts/loading.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import type { Shell } from './shell.tsx'

const shellPart: UseQueryOptions<typeof Shell> = {
  queryKey: ['part', 'shell'],
  queryFn: async () => {
    const part = await import('./shell.tsx').catch((cause: unknown) => {
      // The page's own failure, as when a request does not arrive.
      const details = { reason: 'CLIENT_UNREACHABLE' }
      throw new AppError('UNEXPECTED', 'A part of the page could not be fetched.', { details, cause })
    })
    return part.Shell
  },
  staleTime: Infinity,
  gcTime: Infinity,
}

/** Fetches what a signed-in person sees, which is the larger part of the interface, before it is needed. */
export function fetchShell(queries: QueryClient): Promise<void> {
  return queries.prefetchQuery(shellPart)
}

interface ShellPartProps {
  readonly status: AppStatus
  readonly onSignedOut: () => void
}

/** The shell as soon as it is there: nobody who signs in has waited for it. */
export function ShellPart(props: ShellPartProps) {
  const part = useQuery(shellPart)
  if (part.data !== undefined) return <part.data {...props} />
  return (
    <main className="hf-gate">
      <h1 className="hf-visually-hidden">Holdfast</h1>
      {part.error === null ? (
        <Loading />
      ) : (
        <ProblemNote error={part.error} onRetry={() => void part.refetch()} />
      )}
    </main>
  )
}
