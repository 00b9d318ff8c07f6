import type { Route } from '../../shared/contract.ts'
import { apiPrefix } from '../../shared/routes.ts'
import type { Credentials } from './server-client.ts'

/** A request's path with its query, and the JSON of its body. */
export interface RequestParts {
  readonly path: string
  readonly body: string | undefined
}

/** Puts each field of an input where the route's schemas say it belongs. */
export function requestParts(route: Route, input: Readonly<Record<string, unknown>>): RequestParts {
  const rest = new Map(Object.entries(input))
  /** Paths and queries hold ids and numbers only. */
  const take = (name: string): string | undefined => {
    const value = rest.get(name)
    rest.delete(name)
    if (value === undefined || typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
    throw new Error(`The field "${name}" can be in no address.`)
  }
  const path = route.path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(take(name) ?? ''))
  const query = new URLSearchParams()
  for (const name of Object.keys(route.query?.shape ?? {})) {
    const value = take(name)
    if (value !== undefined) query.set(name, value)
  }
  const suffix = query.size === 0 ? '' : `?${query.toString()}`
  return {
    path: `${apiPrefix}${path}${suffix}`,
    body: route.body === undefined ? undefined : JSON.stringify(Object.fromEntries(rest)),
  }
}

/** RFC 6750 and RFC 7617; a lease's id has no colon. */
export function authorization(credentials: Credentials): string | undefined {
  switch (credentials.kind) {
    case 'none':
      return undefined
    case 'bearer':
      return `Bearer ${credentials.token}`
    case 'lease':
      return `Basic ${Buffer.from(`${credentials.leaseId}:${credentials.secret}`).toString('base64')}`
  }
}
