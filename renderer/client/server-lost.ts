import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { isAppError } from '../../shared/errors.ts'
import { useAsk } from './use-ask.ts'

/** The way to the server is gone for now; what it answers once it is back may be all well. */
export function isServerLost(error: unknown): boolean {
  return (
    isAppError(error, 'SERVER_UNREACHABLE') ||
    isAppError(error, 'SERVER_BUSY') ||
    isAppError(error, 'PROXY_UNREACHABLE')
  )
}

/**
 * Whether the server was lost. Noticed when anything fails that way, never by asking while all is well, which would
 * keep an idle session alive; from then on one question is asked again and again (createQueries), and when it is
 * answered everything on the screen is asked anew.
 */
export function useIsServerLost(): boolean {
  const queries = useQueryClient()
  const probe = useAsk('account.me', {})
  const [isLost, setLost] = useState(false)
  if (!isLost && isServerLost(probe.error)) setLost(true)
  if (isLost && probe.status === 'success') setLost(false)

  useEffect(
    () =>
      queries.getQueryCache().subscribe((event) => {
        const failed =
          event.type === 'updated' && event.action.type === 'error' && isServerLost(event.action.error)
        const [request] = event.query.queryKey as readonly unknown[]
        if (failed && request !== 'account.me') {
          void queries.invalidateQueries({ queryKey: ['account.me'] })
        }
      }),
    [queries],
  )
  useEffect(() => {
    if (!isLost) return undefined
    return () => void queries.invalidateQueries()
  }, [isLost, queries])
  return isLost
}
