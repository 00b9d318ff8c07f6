import type { z } from 'zod'
import type { TokenScope } from './model/administration.ts'

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
 *
 * Administrators' routes say one of `adminPermissions`, and as `admin` what else they ask for.
 */
export type Permission = PersonalPermission | AdminPermission
type PersonalPermission = 'public' | 'transaction' | 'session' | 'fresh' | 'lease'

/**
 * What a system user's role must allow. Who may only see and change own users (sub-administrators) is
 * answered by the `…-users` ones as if there were no others.
 *
 * - `admin-read-users`: see users and what is theirs: every role.
 * - `admin-change-users`: change them: admin, sub-admin, api.
 * - `admin-read-server`: see what concerns the whole server: every role but sub-admin.
 * - `admin-change-server`: change it: admin, api.
 */
export const adminPermissions = [
  'admin-read-users',
  'admin-change-users',
  'admin-read-server',
  'admin-change-server',
] as const
export type AdminPermission = (typeof adminPermissions)[number]

/** What an administrators' route asks for beside the role. */
export interface AdminAccess {
  /** The scope that opens the route to an API token; null = only a person may. */
  readonly token: TokenScope | null
  /**
   * What a session must have proven: its sign-in, a second factor minutes ago, or one for this very operation
   * and target, whose grant the handler consumes together with what it permits.
   */
  readonly proof: 'session' | 'fresh' | 'grant'
}

export type Route = RouteParts &
  (
    | { readonly permission: PersonalPermission; readonly admin?: undefined }
    | { readonly permission: AdminPermission; readonly admin: AdminAccess }
  )

interface RouteParts {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api/v1`; parameters as `:name`. */
  readonly path: string
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
