import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import {
  readingScopes,
  tokenScopeSchema,
  type ApiToken,
  type NewApiToken,
  type TokenScope,
} from '../../shared/model/administration.ts'
import type { ApiTokenId, UserId } from '../../shared/model/ids.ts'
import { auditedBy, type By } from '../accounts/acting.ts'
import { isOpenAccount } from '../accounts/account-state.ts'
import { change } from '../accounts/changing-users.ts'
import { appendAudit } from '../audit/audit.ts'
import { auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import type { ServerDeps } from '../deps.ts'
import type { Origin } from '../http/handler.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import type { ApiTokenRow, UserRow } from '../store/tables.ts'

type TokenDeps = Pick<ServerDeps, 'store' | 'clock'>

/** Tells a token from a session's, and lets scanners of source code find one that leaked. */
export const apiTokenPrefix = 'holdfast_api_'

const dayMs = 86_400_000
/** The last use is written at most this often. */
const useGranularityMs = 30_000
const maxTokensPerUser = 50

/**
 * Makes a token for an API user; it is returned this once.
 *
 * @throws AppError NOT_FOUND, CONFLICT (no API user, or too many), INPUT_INVALID (a scope that a reading user
 *   cannot have), NOT_ALLOWED
 */
export async function makeApiToken(
  deps: TokenDeps,
  userId: UserId,
  input: NewApiToken,
  by: By,
): Promise<{ readonly secret: string; readonly token: ApiToken }> {
  const secret = `${apiTokenPrefix}${newToken()}`
  const nowMs = deps.clock.nowMs()
  const row: ApiTokenRow = {
    id: newId<ApiTokenId>('tok'),
    tokenHash: tokenHash(secret),
    userId,
    name: input.name,
    scopes: JSON.stringify([...new Set(input.scopes)]),
    networks: JSON.stringify(input.networks),
    createdAt: nowMs,
    expiresAt: nowMs + input.days * dayMs,
    lastUsedAt: null,
    lastAddress: null,
    revokedAt: null,
  }
  let loginName = ''
  await change(deps, userId, by, 'token.made', async (tx, user) => {
    loginName = user.loginName
    requireApiUser(user, input.scopes)
    const { count } = await tx
      .selectFrom('apiTokens')
      .select(({ fn }) => fn.countAll<number | string>().as('count'))
      .where('userId', '=', userId)
      .where('revokedAt', 'is', null)
      .where('expiresAt', '>', nowMs)
      .executeTakeFirstOrThrow()
    if (Number(count) >= maxTokensPerUser) throw new AppError('CONFLICT', 'Revoke older tokens first.')
    await tx.insertInto('apiTokens').values(row).execute()
    return { token: row.id, scopes: [...input.scopes], networks: input.networks, days: input.days }
  })
  return { secret, token: tokenView({ ...row, loginName }) }
}

/** Newest first, those that are over as well. */
export async function listApiTokens(deps: Pick<ServerDeps, 'store'>): Promise<ApiToken[]> {
  const rows = await deps.store.db
    .selectFrom('apiTokens')
    .innerJoin('users', 'users.id', 'apiTokens.userId')
    .selectAll('apiTokens')
    .select('users.loginName')
    .orderBy('apiTokens.createdAt', 'desc')
    .orderBy('apiTokens.id')
    .execute()
  return rows.map(tokenView)
}

/**
 * From the next request on nobody gets in with it. Idempotent.
 *
 * @throws AppError NOT_FOUND
 */
export async function revokeApiToken(deps: TokenDeps, id: ApiTokenId, by: By): Promise<void> {
  await deps.store.transact([`token:${id}`, 'audit'], async (tx) => {
    const row = await tx.selectFrom('apiTokens').select('revokedAt').where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such API token.')
    if (row.revokedAt !== null) return
    const at = deps.clock.nowMs()
    await tx.updateTable('apiTokens').set({ revokedAt: at }).where('id', '=', id).execute()
    await appendAudit(tx, { at, ...auditedBy(by), action: 'token.revoked', outcome: 'ok', target: id })
  })
}

/**
 * The token that a request shows, and the API user it acts as.
 *
 * @throws AppError SESSION_ENDED: unknown, expired or revoked, or its user is suspended, expired or no API user
 *   any more
 */
export async function authenticateApiToken(
  deps: TokenDeps,
  text: string,
  origin: Origin,
): Promise<{
  readonly token: ApiTokenRow
  readonly user: UserRow
  readonly role: 'api' | 'read-only-api'
  readonly scopes: readonly TokenScope[]
  readonly isFromItsNetworks: boolean
}> {
  const nowMs = deps.clock.nowMs()
  const { db } = deps.store
  const token = await db
    .selectFrom('apiTokens')
    .selectAll()
    .where('tokenHash', '=', tokenHash(text))
    .executeTakeFirst()
  const isAlive =
    token !== undefined &&
    token.revokedAt === null &&
    nowMs < token.expiresAt &&
    // A clock that was set back far must not lengthen it.
    nowMs >= token.createdAt - 60_000
  if (!isAlive) throw tokenEnded()
  const user = await db.selectFrom('users').selectAll().where('id', '=', token.userId).executeTakeFirst()
  if (user === undefined || !isOpenAccount(user, nowMs)) throw tokenEnded()
  const { role } = user
  if (role !== 'api' && role !== 'read-only-api') throw tokenEnded()
  const scopes = scopesOf(token)
  return {
    token,
    user,
    role,
    scopes: role === 'api' ? scopes : scopes.filter((scope) => readingScopes.includes(scope)),
    isFromItsNetworks: isInNetworks(origin.address, networksOf(token)),
  }
}

/** When and from where it was used last; in the audit log at most once a minute for each route. */
export async function recordTokenUse(
  deps: TokenDeps,
  token: ApiTokenRow,
  route: string,
  { address }: Origin,
): Promise<void> {
  const at = deps.clock.nowMs()
  const key = `token:${token.id}:${route}`
  const action = `admin.${route}`
  await auditOnceAMinuteAlone(deps, key, { at, actor: `token:${token.id}`, action, outcome: 'ok', address })
  if (token.lastUsedAt !== null && at - token.lastUsedAt < useGranularityMs && token.lastAddress === address)
    return
  await deps.store.db
    .updateTable('apiTokens')
    .set({ lastUsedAt: at, lastAddress: address })
    .where('id', '=', token.id)
    .execute()
}

/** @param networks addresses and CIDR; none = any */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true
  const family = isIP(address)
  if (family === 0) return false
  const list = new BlockList()
  for (const network of networks) {
    const [base = '', prefix] = network.split('/')
    const kind = isIP(base) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(base, prefix === undefined ? (kind === 'ipv6' ? 128 : 32) : Number(prefix), kind)
  }
  return list.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function requireApiUser(user: UserRow, scopes: readonly TokenScope[]): void {
  if (user.role !== 'api' && user.role !== 'read-only-api') {
    throw new AppError('CONFLICT', 'Tokens are for API users only; people sign in.')
  }
  if (user.role === 'read-only-api' && !scopes.every((scope) => readingScopes.includes(scope))) {
    throw new AppError('INPUT_INVALID', 'A read-only API user’s token only reads.', {
      details: { paths: ['scopes'], reason: 'read-only' },
    })
  }
}

function tokenView(row: ApiTokenRow & { readonly loginName: string }): ApiToken {
  return {
    id: row.id,
    userId: row.userId,
    loginName: row.loginName,
    name: row.name,
    scopes: scopesOf(row),
    networks: networksOf(row),
    createdAt: isoOf(row.createdAt),
    expiresAt: isoOf(row.expiresAt),
    lastUsedAt: row.lastUsedAt === null ? null : isoOf(row.lastUsedAt),
    lastAddress: row.lastAddress,
    revokedAt: row.revokedAt === null ? null : isoOf(row.revokedAt),
  }
}

function scopesOf(row: ApiTokenRow): TokenScope[] {
  return z.array(tokenScopeSchema).parse(JSON.parse(row.scopes))
}

function networksOf(row: ApiTokenRow): string[] {
  return z.array(z.string()).parse(JSON.parse(row.networks))
}

function tokenEnded(): AppError {
  return new AppError('SESSION_ENDED', 'This API token is unknown, expired or revoked.')
}
