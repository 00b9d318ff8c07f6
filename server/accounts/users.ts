import { isoOf } from '../../shared/clock.ts'
import { AppError, inputError } from '../../shared/errors.ts'
import {
  loginNameSchema,
  type Audience,
  type SecondFactorRule,
  type Subscription,
  type SystemRole,
  type UserKind,
} from '../../shared/model/account.ts'
import type { GroupId, UserId } from '../../shared/model/ids.ts'
import type { Language } from '../../shared/model/language.ts'
import type { ServerDeps } from '../deps.ts'
import { recordNotice } from '../factors/recorded-notices.ts'
import { newId } from '../server-key.ts'
import { codeLane, passwordLane } from '../sign-in/lanes.ts'
import { forgetFailures } from '../sign-in/throttles.ts'
import type { UserRow } from '../store/tables.ts'
import type { By } from './acting.ts'
import { requireAnotherAdministrator } from './administrators.ts'
import {
  change,
  endEverything,
  groupIdOf,
  msOrNull,
  ownerOf,
  recordUserChange,
  requireGroup,
} from './changing-users.ts'
import { noteHandOver, noteReopening } from './handing-over.ts'
import type { HashPool } from './hash-pool.ts'
import { insertUser } from './insert-user.ts'
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

export interface NewUser {
  readonly loginName: string
  readonly displayName?: string
  readonly kind: UserKind
  readonly role?: SystemRole
  readonly email?: string | null
  readonly language?: Language | null
  readonly audience?: Audience
  readonly subscription?: Subscription
  readonly secondFactor?: SecondFactorRule | null
  readonly expiresAt?: string | null
  readonly quotaBytes?: number | null
  /** A sub-administrator; who acts decides where it is left out. */
  readonly ownerId?: UserId | null
  /** The built-in group when left out, named in either way. */
  readonly groupName?: string
  readonly groupId?: GroupId
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
  by: By,
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
    const groupId = input.groupId ?? (await groupIdOf(tx, input.groupName ?? defaultGroupName))
    await requireGroup(tx, groupId, by)
    const ownerId = await ownerOf(tx, input, by)
    if (typeof by !== 'string') await by.permit(tx)
    await insertUser(tx, {
      id: userId,
      loginName: loginName.data,
      displayName: input.displayName ?? loginName.data,
      kind: input.kind,
      role: input.role ?? null,
      groupId,
      ownerId,
      email: input.email ?? null,
      language: input.language ?? null,
      audience: input.audience ?? 'external',
      subscription: input.subscription ?? 'paid',
      secondFactor: input.secondFactor ?? null,
      expiresAt: msOrNull(input.expiresAt),
      quotaBytes: input.quotaBytes ?? null,
      ...password,
      createdAt: deps.clock.nowMs(),
    })
    const made = { id: userId, kind: input.kind, loginName: loginName.data }
    await noteHandOver(tx, deps.clock.nowMs(), made, 'created', by)
    await recordUserChange(deps, tx, by, 'user.created', userId, {
      kind: input.kind,
      role: input.role ?? null,
    })
  })
  return { userId, ...once }
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
export async function suspendUser(deps: UserDeps, userId: UserId, by: By): Promise<void> {
  await change(deps, userId, by, 'user.suspended', async (tx, user) => {
    await requireAnotherAdministrator(tx, user)
    const notice = { userId, what: 'suspended', label: '', exceptFactorId: null } as const
    if (user.status === 'enabled') await recordNotice(tx, deps.clock.nowMs(), notice, 'mail')
    const status = 'suspended' as const
    // Whose deletion is taken back stays suspended.
    const later = user.eraseAfter === null ? {} : { statusBeforeDeletion: status }
    await tx
      .updateTable('users')
      .set({ status, ...later })
      .where('id', '=', userId)
      .execute()
    await endEverything(deps, tx, userId)
  })
}

export async function enableUser(deps: UserDeps, userId: UserId, by: By): Promise<void> {
  await change(deps, userId, by, 'user.enabled', async (tx, user) => {
    if (user.eraseAfter !== null) {
      throw new AppError('CONFLICT', 'This account is being deleted: take that back instead.')
    }
    const status = 'enabled'
    await noteReopening(tx, deps.clock.nowMs(), user, { status }, by)
    await tx.updateTable('users').set({ status }).where('id', '=', userId).execute()
  })
}

/** Ends every pause of the account, also the one that only an administrator ends, in all its lanes. */
export async function unlockUser(deps: UserDeps, userId: UserId, by: By): Promise<void> {
  await change(deps, userId, by, 'user.unlocked', async (tx, { loginName }) => {
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
  by: By,
  chosen?: string,
): Promise<OneTimePassword> {
  const { password, ...once } = await oneTime(deps, chosen)
  await change(deps, userId, by, 'user.one-time-password', async (tx, user) => {
    const nowMs = deps.clock.nowMs()
    await noteHandOver(tx, nowMs, user, 'password', by)
    await recordNotice(tx, nowMs, { userId, what: 'one-time-password', label: '', exceptFactorId: null })
    await tx.updateTable('users').set(password).where('id', '=', userId).execute()
    await endEverything(deps, tx, userId)
  })
  return once
}

/** Signs an account out everywhere; its computers are trusted no more, and their backups go on. */
export async function endUserSessions(deps: UserDeps, userId: UserId, by: By): Promise<void> {
  await change(deps, userId, by, 'user.sessions-ended', async (tx) => {
    await endEverything(deps, tx, userId)
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
