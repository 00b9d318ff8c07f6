/** The screens and what stands in their address (after `#`). */
export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'new-set' }
  | { readonly screen: 'set'; readonly backupSetId: string }
  | { readonly screen: 'run'; readonly jobRunId: string }
  | { readonly screen: 'restore'; readonly backupSetId: string | null }
  | { readonly screen: 'activity' }
  | { readonly screen: 'account' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'about' }
  | { readonly screen: 'recover' }

const plain = ['activity', 'account', 'settings', 'about', 'recover'] as const

/** The route of an address; an unknown one is the home screen. */
export function routeOf(hash: string): Route {
  const [first = '', second = ''] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decodeURIComponent)
  if (first === 'sets' && second === 'new') return { screen: 'new-set' }
  if (first === 'sets' && second !== '') return { screen: 'set', backupSetId: second }
  if (first === 'runs' && second !== '') return { screen: 'run', jobRunId: second }
  if (first === 'restore') return { screen: 'restore', backupSetId: second === '' ? null : second }
  const screen = plain.find((each) => each === first)
  return screen === undefined ? { screen: 'home' } : { screen }
}

export function hashOf(route: Route): string {
  switch (route.screen) {
    case 'home':
      return '#/'
    case 'new-set':
      return '#/sets/new'
    case 'set':
      return `#/sets/${encodeURIComponent(route.backupSetId)}`
    case 'run':
      return `#/runs/${encodeURIComponent(route.jobRunId)}`
    case 'restore':
      return route.backupSetId === null ? '#/restore' : `#/restore/${encodeURIComponent(route.backupSetId)}`
    case 'activity':
    case 'account':
    case 'settings':
    case 'about':
    case 'recover':
      return `#/${route.screen}`
  }
}
