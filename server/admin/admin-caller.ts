import type { AdminPermission } from '../../shared/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { SystemRole } from '../../shared/model/account.ts'
import { auditLater } from '../audit/audit-later.ts'
import type { ServerDeps } from '../deps.ts'
import type { AdminCaller, Origin } from '../http/handler.ts'
import type { AdminRoute } from '../http/permission.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { isProvenNetwork } from '../sessions/networks.ts'
import { authenticateSession, requireFresh, sessionView, stepUpRequired } from '../sessions/sessions.ts'
import { apiTokenPrefix, authenticateApiToken, recordTokenUse } from './api-tokens.ts'

type CallerDeps = Pick<ServerDeps, 'store' | 'clock' | 'log'>

/** What each role may at all (cbs-behaviour 6.3). API users act by tokens, which have scopes beside. */
const rolesOf: Readonly<Record<AdminPermission, readonly SystemRole[]>> = {
  'admin-read-users': ['admin', 'read-only-admin', 'sub-admin', 'api', 'read-only-api'],
  'admin-change-users': ['admin', 'sub-admin', 'api'],
  'admin-read-server': ['admin', 'read-only-admin', 'api', 'read-only-api'],
  'admin-change-server': ['admin', 'api'],
}

/**
 * Who administers by this request. A refusal is audited, at most once a minute for each caller and route.
 *
 * @throws AppError SESSION_ENDED (unknown, ended or expired), NOT_ALLOWED (role, scope, network, or a sign-in
 *   without a second factor), STEP_UP_REQUIRED (`change-settings`),
 *   RATE_LIMITED
 */
export async function authenticateAdmin(
  deps: CallerDeps,
  limits: RequestLimits,
  token: string,
  wanted: AdminRoute,
  origin: Origin,
): Promise<AdminCaller> {
  return token.startsWith(apiTokenPrefix)
    ? await byToken(deps, limits, token, wanted, origin)
    : await bySession(deps, limits, token, wanted, origin)
}

async function bySession(
  deps: CallerDeps,
  limits: RequestLimits,
  sessionToken: string,
  { permission, access, name }: AdminRoute,
  origin: Origin,
): Promise<AdminCaller> {
  const { session, user } = await authenticateSession(deps, sessionToken, origin)
  await limits.take(`session:${session.id}`, user.id)
  const actor = `user:${user.id}`
  const { address } = origin
  const refuse = (message: string): AppError => {
    auditLater(deps, { at: deps.clock.nowMs(), actor, action: `admin.${name}`, outcome: 'refused', address })
    return new AppError('NOT_ALLOWED', message)
  }
  const { role } = user
  if (user.kind !== 'system' || role === null) throw refuse('Only administrators may do this.')
  if (role === 'api' || role === 'read-only-api') throw refuse('API users administer with an API token only.')
  if (!rolesOf[permission].includes(role)) throw refuse('Your role does not allow this.')
  // Neither the trust of a computer nor a session that was kept counts as the administrator's presence.
  const { provenBy } = sessionView(session, session.id)
  const hasFactor = provenBy.some((each) => each !== 'password' && each !== 'device')
  if (session.scope !== 'full' || !hasFactor) throw refuse('Sign in again with your second factor.')
  if (access.proof === 'fresh') requireFresh(deps, { session, user })
  // Whoever stole an administrator's token must not even look around with it.
  if (!isProvenNetwork(session, origin)) throw stepUpRequired('change-settings')
  const reach = role === 'sub-admin' ? user.id : null
  return { user, role, reach, by: { kind: 'session', session }, actor }
}

async function byToken(
  deps: CallerDeps,
  limits: RequestLimits,
  text: string,
  { permission, access, name }: AdminRoute,
  origin: Origin,
): Promise<AdminCaller> {
  const { token, user, role, scopes, isFromItsNetworks } = await authenticateApiToken(deps, text, origin)
  await limits.take(`token:${token.id}`, user.id)
  const actor = `token:${token.id}`
  const isAllowed =
    isFromItsNetworks &&
    access.token !== null &&
    scopes.includes(access.token) &&
    rolesOf[permission].includes(role)
  if (!isAllowed) {
    auditLater(deps, {
      at: deps.clock.nowMs(),
      actor,
      action: `admin.${name}`,
      outcome: 'refused',
      address: origin.address,
      details: { reason: isFromItsNetworks ? 'scope' : 'network' },
    })
    throw new AppError('NOT_ALLOWED', 'This API token may not be used for this, or not from here.')
  }
  await recordTokenUse(deps, token, name, origin)
  return { user, role, reach: null, by: { kind: 'token', token }, actor }
}
