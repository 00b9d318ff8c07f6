import { useMemo, useSyncExternalStore } from 'react'
import { hashOf, routeOf, type Route } from './route.ts'

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return useMemo(() => routeOf(hash), [hash])
}

export function go(route: Route): void {
  location.hash = hashOf(route)
}
