import type { z } from 'zod'

/**
 * Who may call a route. The server checks this before anything else; a route without one does not start.
 *
 * - `public`: anyone; the route carries its own proof or tells nothing.
 * - `transaction`: the client that holds the token of an open sign-in, step-up or enrolment.
 * - `session`: a signed-in user, also a `limited` one. For reading.
 * - `fresh`: a session whose second factor is young; a step-up for `change-settings` makes it young again.
 * - `lease`: the holder of a lease's secret.
 *
 * Routes that need a single-use grant say `session` and take the grant's token as an input, so that the
 * grant is consumed together with what it permits.
 */
export type Permission = 'public' | 'transaction' | 'session' | 'fresh' | 'lease'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api/v1`; parameters as `:name`. */
  readonly path: string
  readonly permission: Permission
  readonly summary: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Where a body may be larger than the 1 MiB of all others. Only where the caller is known before it is read. */
  readonly maxBodyBytes?: number
  readonly reply: z.ZodType
}

/** Path parameters, query and body of a route in one object, as a handler gets and a caller gives them. */
export type RouteInput<R extends Route> = Infer<R, 'params'> & Infer<R, 'query'> & Infer<R, 'body'>
export type RouteReply<R extends Route> = z.infer<R['reply']>
/** What a caller may leave out because the schema has a default. */
export type RouteCall<R extends Route> = In<R, 'params'> & In<R, 'query'> & In<R, 'body'>

type Infer<R, K extends string> = R extends { readonly [P in K]: z.ZodType } ? z.infer<R[K]> : unknown
type In<R, K extends string> = R extends { readonly [P in K]: z.ZodType } ? z.input<R[K]> : unknown

export function defineRoutes<const R extends Record<string, Route>>(routes: R): R {
  return routes
}
