import type { Kysely } from 'kysely'
import type { UserId } from '../../shared/model/ids.ts'
import type { Policy } from '../../shared/model/policy.ts'
import { needsPasskey } from '../passkeys/required-passkey.ts'
import { accountRule } from '../sign-in/account-rule.ts'
import type { Tables, UserRow } from '../store/tables.ts'

/** Events in an account's history that only a live proof leaves behind. */
const proofs = ['added', 'proven', 'used'] as const

/**
 * Whether this account's sign-in may skip the second factor, only to back up (docs/adr/0022). Everything is read
 * from the server's own records; nothing that a client says about itself counts:
 *
 * 1. a backup user, of a group that allows it, with an end that an administrator set and that is to come;
 * 2. imported with an older client's version;
 * 3. nothing was backed up since, by the report of a run or by a snapshot that arrived;
 * 4. a passkey is not what policy demands, which nothing may replace;
 * 5. no second factor was ever proven, not even one that was removed since.
 *
 * Asked at each request of such a session, so that whatever ends it ends the session at once.
 */
export async function maySkipAsLegacy(
  db: Kysely<Tables>,
  user: UserRow,
  policy: Policy,
  nowMs: number,
): Promise<boolean> {
  return (
    isPermitted(user, policy, nowMs) &&
    !needsPasskey(policy, user) &&
    user.legacyEndedAt === null &&
    !(await hasProvenFactor(db, user.id)) &&
    !(await hasSnapshot(db, user))
  )
}

/**
 * Whether an account that was imported as a legacy client may still be backed up by itself without a second
 * factor: until the end of the permission. Its first backup ends the skip, not the schedule.
 */
export async function maySchedule(
  db: Kysely<Tables>,
  user: UserRow,
  policy: Policy,
  nowMs: number,
): Promise<boolean> {
  return (
    user.legacyVersion === null ||
    isPermitted(user, policy, nowMs) ||
    (await accountRule(db, user, policy, nowMs)).rule === 'offered' ||
    (await hasProvenFactor(db, user.id))
  )
}

/** That an administrator may give the permission to this account: it is one, and still without a proof. */
export async function isLegacyClient(db: Kysely<Tables>, user: UserRow): Promise<boolean> {
  return (
    user.kind === 'backup' &&
    user.legacyVersion !== null &&
    user.legacyEndedAt === null &&
    !(await hasProvenFactor(db, user.id))
  )
}

function isPermitted(user: UserRow, policy: Policy, nowMs: number): boolean {
  return (
    user.kind === 'backup' &&
    policy.legacyClients &&
    user.legacyVersion !== null &&
    user.legacyImportedAt !== null &&
    user.legacyUntil !== null &&
    nowMs < user.legacyUntil &&
    // A clock that was set back must not lengthen it.
    nowMs >= user.legacyImportedAt - 60_000
  )
}

async function hasProvenFactor(db: Kysely<Tables>, userId: UserId): Promise<boolean> {
  const proven = await db
    .selectFrom('factors')
    .select('id')
    .where('userId', '=', userId)
    .where('isProven', '=', 1)
    .executeTakeFirst()
  if (proven !== undefined) return true
  const event = await db
    .selectFrom('factorEvents')
    .select('at')
    .where('userId', '=', userId)
    .where('event', 'in', proofs)
    .executeTakeFirst()
  return event !== undefined
}

/** A client could keep silent about its run; what it stored cannot. */
async function hasSnapshot(db: Kysely<Tables>, user: UserRow): Promise<boolean> {
  const row = await db
    .selectFrom('objects')
    .innerJoin('repositories', 'repositories.id', 'objects.repositoryId')
    .select('objects.name')
    .where('repositories.userId', '=', user.id)
    .where('objects.type', '=', 'snapshots')
    .where('objects.storedAt', '>=', user.legacyImportedAt ?? 0)
    .executeTakeFirst()
  return row !== undefined
}
