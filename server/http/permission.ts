import { isIP } from 'node:net'
import type { FastifyRequest, RouteOptions } from 'fastify'
import type { AdminAccess, AdminPermission, Permission } from '../../shared/contract.ts'
import { AppError, assertNever } from '../../shared/errors.ts'
import { isLegacySession, requireSignInNetwork } from '../legacy/session-limits.ts'
import type { LeaseRow, TransactionRow } from '../store/tables.ts'
import type { AdminCaller, Origin, SessionCaller } from './handler.ts'
import { requireScope } from './legacy-scope.ts'
import { isLoopback } from './origin.ts'

/**
 * What a route of the whole server may ask for. Beside the contract's permissions:
 *
 * - `loopback`: only a caller on this computer that no proxy speaks for (metrics, documentation).
 * - `storage`: a lease, checked by the storage endpoint itself because it also decides about the object.
 */
export type RoutePermission = Permission | 'loopback' | 'storage'

/** Everybody whom a permission check can find. */
export type Caller =
  | SessionCaller
  | AdminCaller
  | { readonly transaction: TransactionRow }
  | { readonly lease: LeaseRow }
  | undefined

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without one stops the server from starting. */
    permission?: RoutePermission
    /** What an administrators' route asks for beside the role; without it such a route refuses everybody. */
    admin?: AdminAccess
    /** Its name in the contract, where it has one. */
    routeName?: string
  }
  interface FastifyInstance {
    /** Every route that was registered, as it was registered. */
    readonly allRoutes: readonly RouteOptions[]
  }
  interface FastifyRequest {
    caller: Caller
    origin: Origin
    problemCode: string | undefined
    errorId: string | undefined
  }
}

/** How tokens become callers. Each throws the AppError that says what the caller lacks. */
export interface Credentials {
  session(token: string, origin: Origin): Promise<SessionCaller>
  /** @throws AppError STEP_UP_REQUIRED */
  fresh(caller: SessionCaller): Promise<void> | void
  transaction(token: string): Promise<TransactionRow>
  lease(leaseId: string, secret: string): Promise<LeaseRow>
  admin(token: string, wanted: AdminRoute, origin: Origin): Promise<AdminCaller>
}

/** What an administrators' route says about who may call it. */
export interface AdminRoute {
  readonly permission: AdminPermission
  readonly access: AdminAccess
  readonly name: string
}

/** Finds out who calls, before anything else of the request is read. */
export async function callerOf(
  permission: RoutePermission,
  request: FastifyRequest,
  credentials: Credentials,
): Promise<Caller> {
  const header = request.headers.authorization
  switch (permission) {
    case 'public':
    case 'storage':
      return undefined
    case 'loopback':
      if (!isLocalCaller(request)) {
        throw new AppError('NOT_ALLOWED', 'Only programs on the server’s own computer may ask for this.')
      }
      return undefined
    case 'session':
    case 'fresh': {
      const caller = await credentials.session(bearerToken(header, 'SESSION_ENDED'), request.origin)
      requireScope(caller, request.routeOptions.config.routeName)
      if (permission === 'session') return caller
      // What a legacy session may change is its own computer's first set-up, which its routes see to.
      if (isLegacySession(caller)) requireSignInNetwork(caller, request.origin)
      else await credentials.fresh(caller)
      return caller
    }
    case 'transaction':
      return { transaction: await credentials.transaction(bearerToken(header, 'SIGN_IN_ENDED')) }
    case 'lease': {
      const { user, password } = basicCredentials(header)
      return { lease: await credentials.lease(user, password) }
    }
    case 'admin-read-users':
    case 'admin-change-users':
    case 'admin-read-server':
    case 'admin-change-server': {
      const { admin: access, routeName: name = '' } = request.routeOptions.config
      if (access === undefined) throw new Error(`${name} does not say what it asks of administrators.`)
      const token = bearerToken(header, 'SESSION_ENDED')
      return await credentials.admin(token, { permission, access, name }, request.origin)
    }
    default:
      return assertNever(permission)
  }
}

/** The token of `Authorization: Bearer …` (RFC 6750). */
export function bearerToken(header: string | undefined, missing: 'SESSION_ENDED' | 'SIGN_IN_ENDED'): string {
  const token = /^bearer +([A-Za-z0-9._~+/=-]{1,512})$/i.exec(header ?? '')?.[1]
  if (token === undefined) throw new AppError(missing, 'This request needs a token, and has none.')
  return token
}

/**
 * User name and password of `Authorization: Basic …` (RFC 7617).
 *
 * @throws AppError LEASE_ENDED when there are none.
 */
export function basicCredentials(header: string | undefined): { user: string; password: string } {
  const encoded = /^basic +([A-Za-z0-9+/_-]{1,1024}={0,2})$/i.exec(header ?? '')?.[1]
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) throw new AppError('LEASE_ENDED', 'This request needs a lease, and names none.')
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * The caller sits on this computer and speaks for itself. A reverse proxy beside the server also connects
 * from loopback, and a web page that rebinds its name to 127.0.0.1 does so through the user's browser.
 */
function isLocalCaller(request: FastifyRequest): boolean {
  const isProxied = request.headers['x-forwarded-for'] ?? request.headers.forwarded ?? request.headers.via
  const host = request.hostname.replace(/^\[|\]$/g, '')
  return (
    isProxied === undefined &&
    isLoopback(request.socket.remoteAddress ?? '') &&
    (host === 'localhost' || isIP(host) !== 0)
  )
}
