import { isoOf } from '../../shared/clock.ts'
import { AppError, inputError } from '../../shared/errors.ts'
import { loginNameSchema, type SystemRole, type UserKind } from '../../shared/model/account.ts'
import type { GroupId, UserId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { ServerDeps } from '../deps.ts'
import { factorsOf } from '../factors/factors.ts'
import { newId } from '../server-key.ts'
import { endSessions } from '../sessions/sessions.ts'
import { endOpenTransactions } from '../sign-in/transactions.ts'
import { codeLane, passwordLane } from '../sign-in/lanes.ts'
import { forgetFailures, lockedUntil } from '../sign-in/throttles.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import type { HashPool } from './hash-pool.ts'
import { loginKeyOf } from './login-key.ts'
import { checkNewPassword, newOneTimePassword, oneTimePasswordMs } from './passwords.ts'
import { defaultGroupName } from './policies.ts'
import { ensureDefaultGroup } from './groups.ts'

/** What administration by command needs. `by` names who acts, as the audit log shows it (`command:root`). */
export type UserDeps = Pick<ServerDeps, 'store' | 'clock' | 'serverKey'> & { readonly hashes: HashPool }

/** A password made by the server, to be told to its owner this once (ASVS 5.0 6.4.1, 6.4.6). */
export interface OneTimePassword {
  readonly oneTimePassword: string
  /** ISO 8601. */
  readonly expiresAt: string
}

export interface UserSummary {
  readonly id: UserId
  readonly loginName: string
  readonly displayName: string
  readonly kind: UserKind
  readonly role: SystemRole | null
  readonly groupName: string
  readonly status: UserRow['status']
  readonly mustChangePassword: boolean
  /** `sms`, `totp`, `backup-code`; unproven ones carry a question mark. */
  readonly methods: readonly string[]
  /** Whether wrong passwords or codes pause this account for computers that are not known. */
  readonly isPaused: boolean
  readonly createdAt: string
}

export interface NewUser {
  readonly loginName: string
  readonly displayName?: string
  readonly kind: UserKind
  readonly role?: SystemRole
  /** The built-in group when left out. */
  readonly groupName?: string
  /** Instead of a generated one. Also ends after 72 hours and must be changed. */
  readonly oneTimePassword?: string
}

/**
 * Makes a user with a one-time password, which ends after 72 hours and must be changed at the first sign-in.
 *
 * @throws AppError CONFLICT when the name is taken, NOT_FOUND (group), INPUT_INVALID
 */
export async function createUser(
  deps: UserDeps,
  input: NewUser,
  by: string,
): Promise<OneTimePassword & { readonly userId: UserId }> {
  const loginName = loginNameSchema.safeParse(input.loginName)
  if (!loginName.success) throw inputError(loginName.error)
  if ((input.kind === 'system') !== (input.role !== undefined)) {
    throw new AppError('INPUT_INVALID', 'System users have a role, backup users have none.', {
      details: { paths: ['role'] },
    })
  }
  const { password, ...once } = await oneTime(deps, input.oneTimePassword)
  const loginKey = loginKeyOf(loginName.data)
  const userId = newId<UserId>('usr')
  await deps.store.transact([`login:${loginKey}`, 'audit'], async (tx) => {
    const groupId = await groupIdOf(tx, input.groupName ?? defaultGroupName)
    const taken = await tx
      .selectFrom('users')
      .select('id')
      .where('loginKey', '=', loginKey)
      .executeTakeFirst()
    if (taken !== undefined) throw new AppError('CONFLICT', 'There is a user of that name already.')
    await tx
      .insertInto('users')
      .values({
        id: userId,
        loginName: loginName.data,
        loginKey,
        displayName: input.displayName ?? loginName.data,
        kind: input.kind,
        role: input.role ?? null,
        groupId,
        ...password,
        status: 'enabled',
        offerDismissed: 0,
        createdAt: deps.clock.nowMs(),
        lastSignIn: null,
      })
      .execute()
    await record(deps, tx, by, 'user.created', userId)
  })
  return { userId, ...once }
}

/** By login name. */
export async function listUsers(deps: UserDeps): Promise<UserSummary[]> {
  const { db } = deps.store
  const rows = await db
    .selectFrom('users')
    .innerJoin('groups', 'groups.id', 'users.groupId')
    .selectAll('users')
    .select('groups.name as groupName')
    .orderBy('users.loginKey')
    .execute()
  const nowMs = deps.clock.nowMs()
  const summaries: UserSummary[] = []
  for (const row of rows) {
    const lanes = [passwordLane(deps.serverKey, row.loginName, null), codeLane(row.id, null)]
    const pauses = await Promise.all(lanes.map((lane) => lockedUntil(db, lane, nowMs)))
    const factors = await factorsOf(db, row.id)
    summaries.push({
      id: row.id,
      loginName: row.loginName,
      displayName: row.displayName,
      kind: row.kind,
      role: row.role,
      groupName: row.groupName,
      status: row.status,
      mustChangePassword: row.mustChangePassword === 1,
      methods: factors.map((factor) => (factor.isProven === 1 ? factor.method : `${factor.method}?`)),
      isPaused: pauses.some((until) => until !== null),
      createdAt: isoOf(row.createdAt),
    })
  }
  return summaries
}

/** @throws AppError NOT_FOUND */
export async function findUser(deps: Pick<UserDeps, 'store'>, loginName: string): Promise<UserRow> {
  const row = await deps.store.db
    .selectFrom('users')
    .selectAll()
    .where('loginKey', '=', loginKeyOf(loginName))
    .executeTakeFirst()
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no user of that name.')
  return row
}

/** Ends all sessions and begun sign-ins; nothing of the user works until it is enabled again. */
export async function suspendUser(deps: UserDeps, userId: UserId, by: string): Promise<void> {
  await change(deps, userId, by, 'user.suspended', async (tx) => {
    await tx.updateTable('users').set({ status: 'suspended' }).where('id', '=', userId).execute()
    await endEverything(deps, tx, userId)
  })
}

export async function enableUser(deps: UserDeps, userId: UserId, by: string): Promise<void> {
  await change(deps, userId, by, 'user.enabled', async (tx) => {
    await tx.updateTable('users').set({ status: 'enabled' }).where('id', '=', userId).execute()
  })
}

/** Ends every pause of the account, also the one that only an administrator ends, in all its lanes. */
export async function unlockUser(deps: UserDeps, userId: UserId, by: string): Promise<void> {
  await change(deps, userId, by, 'user.unlocked', async (tx) => {
    const { loginName } = await tx
      .selectFrom('users')
      .select('loginName')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    const devices = await tx.selectFrom('devices').select('id').where('userId', '=', userId).execute()
    const lanes = [null, ...devices.map((device) => device.id)].flatMap((deviceId) => [
      passwordLane(deps.serverKey, loginName, deviceId),
      codeLane(userId, deviceId),
    ])
    await forgetFailures(tx, lanes)
  })
}

/** Replaces a forgotten password. The second factor stays what it was (ASVS 5.0 6.4.3). */
export async function issueOneTimePassword(
  deps: UserDeps,
  userId: UserId,
  by: string,
  chosen?: string,
): Promise<OneTimePassword> {
  const { password, ...once } = await oneTime(deps, chosen)
  await change(deps, userId, by, 'user.one-time-password', async (tx) => {
    await tx.updateTable('users').set(password).where('id', '=', userId).execute()
    await endEverything(deps, tx, userId)
  })
  return once
}

export async function moveUserToGroup(
  deps: UserDeps,
  userId: UserId,
  groupName: string,
  by: string,
): Promise<void> {
  await change(deps, userId, by, 'user.moved-to-group', async (tx) => {
    const groupId = await groupIdOf(tx, groupName)
    await tx.updateTable('users').set({ groupId }).where('id', '=', userId).execute()
  })
}

/**
 * First start: the built-in group, and an administrator with a one-time password where there is no system
 * user yet (no default account with a known password: ASVS 5.0 6.3.2).
 *
 * @returns null when there is one already
 */
export async function ensureFirstAdministrator(
  deps: UserDeps,
): Promise<(OneTimePassword & { readonly loginName: string }) | null> {
  await ensureDefaultGroup(deps)
  const existing = await deps.store.db
    .selectFrom('users')
    .select('id')
    .where('kind', '=', 'system')
    .executeTakeFirst()
  if (existing !== undefined) return null
  const loginName = 'admin'
  const { oneTimePassword, expiresAt } = await createUser(
    deps,
    { loginName, displayName: 'Administrator', kind: 'system', role: 'admin' },
    'server',
  )
  return { loginName, oneTimePassword, expiresAt }
}

/** Changes one user under its lock and records it. */
export async function change(
  deps: Pick<UserDeps, 'store' | 'clock'>,
  userId: UserId,
  by: string,
  action: string,
  work: (tx: Tx) => Promise<void>,
): Promise<void> {
  await deps.store.transact([`user:${userId}`, 'audit'], async (tx) => {
    const user = await tx.selectFrom('users').select('id').where('id', '=', userId).executeTakeFirst()
    if (user === undefined) throw new AppError('NOT_FOUND', 'There is no such user.')
    await work(tx)
    await record(deps, tx, by, action, userId)
  })
}

export async function endEverything(deps: Pick<UserDeps, 'clock'>, tx: Tx, userId: UserId): Promise<void> {
  const nowMs = deps.clock.nowMs()
  await endSessions(tx, userId, nowMs)
  await endOpenTransactions(tx, userId, nowMs)
  await tx.updateTable('devices').set({ trustedUntil: null }).where('userId', '=', userId).execute()
}

/** A fresh one-time password: what the row gets, and what is shown. */
export async function oneTime(
  deps: Pick<UserDeps, 'clock' | 'hashes'>,
  chosen?: string,
): Promise<
  OneTimePassword & {
    readonly password: Pick<UserRow, 'passwordHash' | 'mustChangePassword' | 'passwordExpiresAt'>
  }
> {
  if (chosen !== undefined) checkNewPassword(chosen, ['holdfast'])
  const oneTimePassword = chosen ?? newOneTimePassword()
  const passwordHash = await deps.hashes.hash(oneTimePassword)
  const passwordExpiresAt = deps.clock.nowMs() + oneTimePasswordMs
  return {
    oneTimePassword,
    expiresAt: isoOf(passwordExpiresAt),
    password: { passwordHash, mustChangePassword: 1, passwordExpiresAt },
  }
}

async function groupIdOf(tx: Tx, name: string): Promise<GroupId> {
  const group = await tx.selectFrom('groups').select('id').where('name', '=', name).executeTakeFirst()
  if (group === undefined) throw new AppError('NOT_FOUND', 'There is no group of that name.')
  return group.id
}

async function record(
  deps: Pick<UserDeps, 'clock'>,
  tx: Tx,
  by: string,
  action: string,
  target: UserId,
): Promise<void> {
  await appendAudit(tx, { at: deps.clock.nowMs(), actor: by, action, outcome: 'ok', target })
}
