import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import type { PendingRecovery } from '../../shared/model/recovery.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Policy } from '../../shared/model/policy.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { needsPasskey } from '../passkeys/required-passkey.ts'
import type { Channel } from '../senders/messages.ts'
import { serverSettings } from '../settings.ts'
import type { RecoveryPhoneRow, RecoveryRow } from '../store/recovery-tables.ts'
import type { Tables, UserRow } from '../store/tables.ts'

/** Clocks are corrected by a little all the time. */
const clockToleranceMs = 60_000

export async function recoveryPhoneOf(
  db: Kysely<Tables>,
  userId: UserId,
): Promise<RecoveryPhoneRow | undefined> {
  return await db.selectFrom('recoveryPhones').selectAll().where('userId', '=', userId).executeTakeFirst()
}

/** The recovery of the user that waits or can be finished now; one whose window closed is none. */
export async function waitingRecovery(
  db: Kysely<Tables>,
  userId: UserId,
  nowMs: number,
): Promise<RecoveryRow | undefined> {
  const row = await db
    .selectFrom('recoveries')
    .selectAll()
    .where('userId', '=', userId)
    .where('status', '=', 'waiting')
    .executeTakeFirst()
  return row === undefined || nowMs >= row.endsAt ? undefined : row
}

/**
 * Whether the waiting time is over. A clock that was set back makes it longer, never shorter, and nobody who
 * could not be told has waited.
 */
export function isReady(recovery: RecoveryRow, nowMs: number): boolean {
  return (
    recovery.status === 'waiting' &&
    recovery.toldAt !== null &&
    nowMs >= recovery.startedAt - clockToleranceMs &&
    nowMs >= recovery.readyAt &&
    nowMs < recovery.endsAt
  )
}

/** By what the server reaches people; after the switch to mobile mode phones are not among it, whoever could send. */
export async function recoveryChannels(
  { messages }: Pick<AuthDeps, 'messages'>,
  db: Kysely<Tables>,
): Promise<ReadonlySet<Channel>> {
  const channels = await messages.channels(db)
  const { settings } = await serverSettings(db)
  return settings.mode === 'mobile' ? new Set([...channels].filter((each) => each === 'email')) : channels
}

/** Where a passkey is required, a phone is no way around it (docs/adr/0017). */
export function permitsRecovery(user: Pick<UserRow, 'kind'>, policy: Policy): boolean {
  return policy.recovery.byPhone && user.kind === 'backup' && !needsPasskey(policy, user)
}

export function mayHaveRecoveryPhone(
  user: Pick<UserRow, 'kind'>,
  policy: Policy,
  channels: ReadonlySet<Channel>,
): boolean {
  return permitsRecovery(user, policy) && channels.has('sms')
}

/**
 * Recovery by phone is for backup users whose group allows it, who registered a recovery phone, and who can
 * be warned elsewhere than on that phone: by another phone, by mail or on an enrolled computer. A number that
 * was taken over would otherwise be all that anybody hears from.
 */
export async function canRecover(
  db: Kysely<Tables>,
  user: Pick<UserRow, 'id' | 'kind'>,
  policy: Policy,
  channels: ReadonlySet<Channel>,
): Promise<boolean> {
  if (!mayHaveRecoveryPhone(user, policy, channels)) return false
  const phone = await recoveryPhoneOf(db, user.id)
  if (phone === undefined) return false
  const others = await recipientsOf(db, user.id, channels)
  return others.some(({ recipient }) => recipient !== phone.phoneNumber) || (await hasDevice(db, user.id))
}

export interface Recipient {
  readonly channel: 'sms' | 'email'
  readonly recipient: string
}

/** Every proven phone and mail address of the account, its recovery phone included. */
export async function recipientsOf(
  db: Kysely<Tables>,
  userId: UserId,
  channels: ReadonlySet<Channel>,
): Promise<Recipient[]> {
  const factors = await db
    .selectFrom('factors')
    .select(['phoneNumber', 'emailAddress'])
    .where('userId', '=', userId)
    .where('isProven', '=', 1)
    .execute()
  const user = await db
    .selectFrom('users')
    .select(['email', 'emailProvenAt'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const phones = [
    ...factors.map((each) => each.phoneNumber),
    (await recoveryPhoneOf(db, userId))?.phoneNumber,
  ]
  const mails = [...factors.map((each) => each.emailAddress), user.emailProvenAt === null ? null : user.email]
  return [
    ...(channels.has('sms')
      ? distinct(phones).map((recipient) => ({ channel: 'sms' as const, recipient }))
      : []),
    ...(channels.has('email')
      ? distinct(mails).map((recipient) => ({ channel: 'email' as const, recipient }))
      : []),
  ]
}

export function pendingView(recovery: RecoveryRow): PendingRecovery {
  return {
    startedAt: isoOf(recovery.startedAt),
    readyAt: isoOf(recovery.readyAt),
    endsAt: isoOf(recovery.endsAt),
    address: recovery.address,
    clientName: recovery.clientName,
  }
}

async function hasDevice(db: Kysely<Tables>, userId: UserId): Promise<boolean> {
  const device = await db
    .selectFrom('devices')
    .select('id')
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  return device !== undefined
}

function distinct(values: readonly (string | null | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== null && value !== undefined))]
}
