import type { AuthDeps } from '../accounts/auth-deps.ts'

/** Forgets codes for registering that are over. Idempotent. */
export async function removeOldRegistrations({
  clock,
  store,
}: Pick<AuthDeps, 'clock' | 'store'>): Promise<void> {
  await store.db.deleteFrom('registrations').where('expiresAt', '<', clock.nowMs()).execute()
}
