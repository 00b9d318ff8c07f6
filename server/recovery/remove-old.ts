import type { AuthDeps } from '../accounts/auth-deps.ts'

const dayMs = 86_400_000
/** Long enough for looking into an incident, and for counting the starts of 30 days. */
const keptMs = 90 * dayMs

/** Forgets what is long over. Idempotent. */
export async function removeOldRecoveries({
  clock,
  store,
}: Pick<AuthDeps, 'clock' | 'store'>): Promise<void> {
  const { db } = store
  const before = clock.nowMs() - keptMs
  const old = db.selectFrom('recoveries').select('id').where('endsAt', '<', before)
  await db.deleteFrom('recoveryNotices').where('recoveryId', 'in', old).execute()
  await db.deleteFrom('recoveryCancelTokens').where('recoveryId', 'in', old).execute()
  await db.deleteFrom('recoveries').where('endsAt', '<', before).execute()
  await db
    .deleteFrom('passwordResets')
    .where('expiresAt', '<', clock.nowMs() - dayMs)
    .execute()
}
