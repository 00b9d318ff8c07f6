import { z } from 'zod'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { sessionSchema, type Session, type SessionScope } from '../../shared/model/account.ts'
import type { DeviceId, SessionId, UserId } from '../../shared/model/ids.ts'
import type { Method } from '../../shared/model/policy.ts'
import { clientInfoSchema, type ClientInfo } from '../../shared/model/sign-in.ts'
import { isOpenAccount } from '../accounts/account-state.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { ServerDeps } from '../deps.ts'
import type { Origin, SessionCaller } from '../http/handler.ts'
import { maySkipAsLegacy } from '../legacy/standing.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { SessionRow } from '../store/tables.ts'
import { isProvenNetwork, noteNetwork, withProvenNetwork } from './networks.ts'

type SessionDeps = Pick<ServerDeps, 'store' | 'clock'>

/** `lastUsedAt` is written at most this often: a busy client would write with every request. */
const useGranularityMs = 30_000

/**
 * The session that a token belongs to, and its user. In a network in which its second factor was not proven
 * the session is not fresh, whatever is stored of it.
 *
 * @throws AppError SESSION_ENDED: unknown, signed out, idle for too long or past its end, its account
 *   suspended or expired, its computer revoked, a legacy client's permission over
 */
export async function authenticateSession(
  deps: SessionDeps,
  token: string,
  origin: Origin,
): Promise<SessionCaller> {
  const nowMs = deps.clock.nowMs()
  const session = await deps.store.db
    .selectFrom('sessions')
    .selectAll()
    .where('tokenHash', '=', tokenHash(token))
    .executeTakeFirst()
  if (session === undefined || !isOpen(session, nowMs)) throw sessionEnded()
  const user = await deps.store.db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', session.userId)
    .executeTakeFirst()
  if (user === undefined || !isOpenAccount(user, nowMs)) throw sessionEnded()
  if (session.scope === 'legacy') {
    const policy = await policyOfUser(deps.store.db, user.id)
    if (!(await maySkipAsLegacy(deps.store.db, user, policy, nowMs))) throw sessionEnded()
  }
  if (session.deviceId !== null) {
    const device = await deps.store.db
      .selectFrom('devices')
      .select('revokedAt')
      .where('id', '=', session.deviceId)
      .executeTakeFirst()
    if (device?.revokedAt !== null) throw sessionEnded()
  }
  await noteNetwork(deps, session, origin)
  const here = isProvenNetwork(session, origin) ? session : { ...session, freshUntil: null }
  if (nowMs - session.lastUsedAt < useGranularityMs) return { session: here, user }
  await deps.store.db
    .updateTable('sessions')
    .set({ lastUsedAt: nowMs })
    .where('id', '=', session.id)
    .where('endedAt', 'is', null)
    .execute()
  return { session: { ...here, lastUsedAt: nowMs }, user }
}

export function isOpen(session: SessionRow, nowMs: number): boolean {
  return (
    session.endedAt === null &&
    nowMs < session.expiresAt &&
    // A clock set back far would otherwise lengthen the session by as much.
    nowMs >= session.startedAt - 60_000 &&
    nowMs - session.lastUsedAt < session.idleMs
  )
}

/** @throws AppError STEP_UP_REQUIRED for `change-settings` when the session's second factor is not young */
export function requireFresh(deps: Pick<ServerDeps, 'clock'>, caller: SessionCaller): void {
  if (!isFresh(caller.session, deps.clock.nowMs())) throw stepUpRequired('change-settings')
}

export function isFresh(session: SessionRow, nowMs: number): boolean {
  return session.freshUntil !== null && session.freshUntil > nowMs
}

export function stepUpRequired(operation: string): AppError {
  return new AppError('STEP_UP_REQUIRED', 'This needs a fresh proof with a second factor.', {
    details: { operation },
  })
}

/** Opens a session; its token is returned this once. */
export async function createSession(
  tx: Tx,
  start: {
    readonly userId: UserId
    readonly scope: SessionScope
    readonly deviceId: DeviceId | null
    readonly provenBy: readonly ('password' | 'device' | Method)[]
    readonly freshUntil: number | null
    readonly client: ClientInfo
    readonly origin: Origin
    readonly nowMs: number
    readonly lifeMs: number
    readonly idleMs: number
  },
): Promise<{ session: SessionRow; token: string }> {
  const token = newToken()
  const session: SessionRow = {
    id: newId<SessionId>('ses'),
    tokenHash: tokenHash(token),
    userId: start.userId,
    scope: start.scope,
    deviceId: start.deviceId,
    provenBy: JSON.stringify(start.provenBy),
    freshUntil: start.freshUntil,
    client: JSON.stringify(start.client),
    address: start.origin.address,
    networks: withProvenNetwork(null, start.origin),
    startedAt: start.nowMs,
    lastUsedAt: start.nowMs,
    expiresAt: start.nowMs + start.lifeMs,
    idleMs: start.idleMs,
    endedAt: null,
  }
  await tx.insertInto('sessions').values(session).execute()
  return { session, token }
}

/** Ends all sessions of a user, or all but one. */
export async function endSessions(tx: Tx, userId: UserId, nowMs: number, except?: SessionId): Promise<void> {
  let query = tx
    .updateTable('sessions')
    .set({ endedAt: nowMs, freshUntil: null })
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
  if (except !== undefined) query = query.where('id', '!=', except)
  await query.execute()
}

/** Of a user, last used first. */
export async function openSessions(
  deps: SessionDeps,
  userId: UserId,
  current: SessionId | null,
): Promise<Session[]> {
  const rows = await deps.store.db
    .selectFrom('sessions')
    .selectAll()
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
    .orderBy('lastUsedAt', 'desc')
    .execute()
  const nowMs = deps.clock.nowMs()
  return rows.filter((row) => isOpen(row, nowMs)).map((row) => sessionView(row, current))
}

export function sessionView(row: SessionRow, current: SessionId | null): Session {
  const client = clientInfoSchema.parse(JSON.parse(row.client))
  return {
    id: row.id,
    scope: row.scope,
    startedAt: isoOf(row.startedAt),
    lastUsedAt: isoOf(row.lastUsedAt),
    expiresAt: isoOf(Math.min(row.expiresAt, row.lastUsedAt + row.idleMs)),
    freshUntil: row.freshUntil === null ? null : isoOf(row.freshUntil),
    provenBy: z.array(sessionSchema.shape.provenBy.element).parse(JSON.parse(row.provenBy)),
    clientName: client.name,
    hostName: client.hostName,
    address: row.address,
    isCurrent: row.id === current,
  }
}

export function sessionEnded(): AppError {
  return new AppError('SESSION_ENDED', 'The session is over; sign in again.')
}
