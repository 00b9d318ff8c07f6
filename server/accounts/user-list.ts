import { sql, type Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { meSchema } from '../../shared/model/account.ts'
import type { Account, AccountFilter } from '../../shared/model/administration.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { ServerDeps } from '../deps.ts'
import { codeLane, passwordLane } from '../sign-in/lanes.ts'
import type { FactorRow, Tables, UserRow } from '../store/tables.ts'
import { loginKeyOf } from './login-key.ts'

export type ListDeps = Pick<ServerDeps, 'store' | 'clock' | 'serverKey'>

/** Which accounts somebody sees at all: null = every one, else those of this sub-administrator. */
export type Reach = UserId | null

export interface AccountQuery extends AccountFilter {
  /** Login name of the last account of the page before. */
  readonly after?: string | undefined
  /** Left out = all of them. */
  readonly limit?: number
  readonly userId?: UserId
}

/** Parameters of one statement that both databases take. */
const chunkSize = 500

/** Accounts by login name. */
export async function listUsers(
  deps: ListDeps,
  query: AccountQuery = {},
  reach: Reach = null,
): Promise<Account[]> {
  let select = filtered(deps.store.db, query, reach)
    .selectAll('users')
    .select('groups.name as groupName')
    .orderBy('users.loginKey')
  if (query.after !== undefined) select = select.where('users.loginKey', '>', loginKeyOf(query.after))
  if (query.limit !== undefined) select = select.limit(query.limit)
  const rows = await select.execute()
  const accounts: Account[] = []
  for (let start = 0; start < rows.length; start += chunkSize) {
    accounts.push(...(await accountsOf(deps, rows.slice(start, start + chunkSize))))
  }
  return accounts
}

/** How many accounts a filter finds, whatever the page. */
export async function countUsers(
  deps: Pick<ServerDeps, 'store'>,
  query: AccountQuery,
  reach: Reach,
): Promise<number> {
  const { count } = await filtered(deps.store.db, query, reach)
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** @throws AppError NOT_FOUND, also for accounts out of reach */
export async function readAccount(deps: ListDeps, userId: UserId, reach: Reach): Promise<Account> {
  const [account] = await listUsers(deps, { userId }, reach)
  if (account === undefined) throw noSuchUser()
  return account
}

/** @throws AppError NOT_FOUND, also for accounts out of reach */
export async function requireUserInReach(db: Kysely<Tables>, userId: UserId, reach: Reach): Promise<UserRow> {
  const user = await db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst()
  if (user === undefined || !isInReach(user, reach)) throw noSuchUser()
  return user
}

/** A sub-administrator reaches the backup users that are theirs. */
export function isInReach(user: Pick<UserRow, 'ownerId' | 'kind'>, reach: Reach): boolean {
  return reach === null || (user.ownerId === reach && user.kind === 'backup')
}

export function noSuchUser(): AppError {
  return new AppError('NOT_FOUND', 'There is no such user.')
}

function filtered(db: Kysely<Tables>, query: AccountQuery, reach: Reach) {
  let select = db.selectFrom('users').innerJoin('groups', 'groups.id', 'users.groupId')
  if (reach !== null) {
    select = select.where('users.ownerId', '=', reach).where('users.kind', '=', 'backup')
  }
  for (const name of ['groupId', 'status', 'kind', 'role', 'audience', 'subscription', 'ownerId'] as const) {
    const value = query[name]
    if (value !== undefined) select = select.where(`users.${name}`, '=', value)
  }
  if (query.userId !== undefined) select = select.where('users.id', '=', query.userId)
  if (query.isLegacy !== undefined) {
    const { isLegacy } = query
    select = select.where((eb) => {
      const proven = eb
        .selectFrom('factors')
        .select('factors.id')
        .whereRef('factors.userId', '=', 'users.id')
        .where('factors.isProven', '=', 1)
      const legacy = eb.and([
        eb('users.legacyVersion', 'is not', null),
        eb('users.legacyEndedAt', 'is', null),
        eb.not(eb.exists(proven)),
      ])
      return isLegacy ? legacy : eb.not(legacy)
    })
  }
  const { factorState, search } = query
  if (factorState !== undefined) {
    select = select.where((eb) => {
      const factors = eb
        .selectFrom('factors')
        .select('factors.id')
        .whereRef('factors.userId', '=', 'users.id')
        .where('factors.method', '!=', 'backup-code')
      const proven = eb.exists(factors.where('factors.isProven', '=', 1))
      switch (factorState) {
        case 'none':
          return eb.not(eb.exists(factors))
        case 'unproven':
          return eb.and([eb.exists(factors), eb.not(proven)])
        case 'proven':
          return proven
      }
    })
  }
  if (search !== undefined) {
    const pattern = `%${loginKeyOf(search).replace(/[\\%_]/g, '\\$&')}%`
    select = select.where((eb) =>
      eb.or(
        [eb.ref('users.loginKey'), eb.ref('users.displayName'), eb.ref('users.email')].map(
          (column) => sql<boolean>`lower(${column}) like ${pattern} escape '\\'`,
        ),
      ),
    )
  }
  return select
}

/** With what stands in other tables, in three queries for all of them. */
async function accountsOf(
  { store: { db }, clock, serverKey }: ListDeps,
  rows: readonly (UserRow & { readonly groupName: string })[],
): Promise<Account[]> {
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.id)
  const factors = await db
    .selectFrom('factors')
    .select(['userId', 'method', 'isProven'])
    .where('userId', 'in', ids)
    .orderBy('addedAt')
    .execute()
  const lanes = new Map(
    rows.map((row) => [row.id, [passwordLane(serverKey, row.loginName, null), codeLane(row.id, null)]]),
  )
  const paused = await db
    .selectFrom('throttles')
    .select('key')
    .where('key', 'in', [...lanes.values()].flat())
    .where('lockedUntil', '>', clock.nowMs())
    .execute()
  const nowMs = clock.nowMs()
  const pausedKeys = new Set(paused.map(({ key }) => key))
  return rows.map((row) =>
    accountOf(
      row,
      factors.filter((factor) => factor.userId === row.id),
      {
        isPaused: (lanes.get(row.id) ?? []).some((lane) => pausedKeys.has(lane)),
        isExpired: row.expiresAt !== null && nowMs >= row.expiresAt,
      },
    ),
  )
}

function accountOf(
  row: UserRow & { readonly groupName: string },
  factors: readonly Pick<FactorRow, 'method' | 'isProven'>[],
  states: Pick<Account, 'isPaused' | 'isExpired'>,
): Account {
  const methods = factors.map(({ method, isProven }) => ({ method, isProven: isProven === 1 }))
  return {
    id: row.id,
    loginName: row.loginName,
    displayName: row.displayName,
    kind: row.kind,
    role: row.role,
    groupId: row.groupId,
    groupName: row.groupName,
    status: row.status,
    hasPassword: row.passwordHash !== null,
    mustChangePassword: row.mustChangePassword === 1,
    methods,
    factorState: factorStateOf(methods),
    secondFactor: row.secondFactor,
    email: row.email,
    isEmailProven: row.emailProvenAt !== null,
    language: row.language,
    audience: row.audience,
    subscription: row.subscription,
    ownerId: row.ownerId,
    expiresAt: isoOrNull(row.expiresAt),
    quotaBytes: row.quotaBytes,
    legacyVersion: row.legacyVersion,
    legacyUntil: isoOrNull(row.legacyUntil),
    eraseAfter: isoOrNull(row.eraseAfter),
    ...states,
    lastSignIn: meSchema.shape.lastSignIn.parse(row.lastSignIn === null ? null : JSON.parse(row.lastSignIn)),
    createdAt: isoOf(row.createdAt),
    version: row.version,
  }
}

/** Backup codes alone are no method of their own. */
function factorStateOf(methods: Account['methods']): Account['factorState'] {
  const real = methods.filter(({ method }) => method !== 'backup-code')
  if (real.length === 0) return 'none'
  return real.some(({ isProven }) => isProven) ? 'proven' : 'unproven'
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : isoOf(ms)
}
