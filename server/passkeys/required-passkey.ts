import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Method, Policy } from '../../shared/model/policy.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { ServerConfig } from '../config.ts'
import type { RegisteredFactor } from '../factors/factors.ts'
import type { Tables, TransactionRow, UserRow } from '../store/tables.ts'
import { relyingPartyOf } from './relying-party.ts'

/** Whether only a passkey completes this user's sign-ins and step-ups (docs/adr/0017). */
export function needsPasskey(
  policy: Pick<Policy, 'phishingResistant'>,
  user: Pick<UserRow, 'kind'>,
): boolean {
  switch (policy.phishingResistant) {
    case 'off':
      return false
    case 'system-users':
      return user.kind === 'system'
    case 'everybody':
      return true
  }
}

/**
 * Of the methods that could be used, those that may be used for this purpose. Where a passkey is required,
 * that is a passkey alone. Until the account has one, and the policy's time has not come, signing in may
 * begin with another method, which opens nothing but the registration of a passkey.
 */
export function countingMethods(
  about: {
    readonly policy: Policy
    readonly user: Pick<UserRow, 'kind'>
    readonly purpose: TransactionRow['purpose']
    readonly nowMs: number
  },
  factors: readonly RegisteredFactor[],
  usable: readonly Method[],
): Method[] {
  const { nowMs, policy, purpose, user } = about
  if (!needsPasskey(policy, user)) return [...usable]
  if (!usable.includes('passkey')) return []
  if (factors.some((factor) => factor.method === 'passkey')) return ['passkey']
  const { firstPasskeyUntil } = policy
  const isInTime = firstPasskeyUntil === null || nowMs < Date.parse(firstPasskeyUntil)
  return purpose === 'sign-in' && isInTime ? [...usable] : []
}

/** What may be registered: where a passkey is required, nothing before the first one. */
export function registrableMethods(
  about: { readonly policy: Policy; readonly user: Pick<UserRow, 'kind'> },
  factors: readonly RegisteredFactor[],
  usable: readonly Method[],
): Method[] {
  const isOpen =
    !needsPasskey(about.policy, about.user) || factors.some((factor) => factor.method === 'passkey')
  return usable.filter((method) => method !== 'backup-code' && (isOpen || method === 'passkey'))
}

/** Backup codes come with a first method, unless only passkeys count: there they would open nothing. */
export async function getsBackupCodes(db: Kysely<Tables>, userId: UserId): Promise<boolean> {
  const policy = await policyOfUser(db, userId)
  const user = await db.selectFrom('users').select('kind').where('id', '=', userId).executeTakeFirstOrThrow()
  return policy.methods.includes('backup-code') && !needsPasskey(policy, user)
}

/**
 * A rule that nobody could keep would lock everybody out; it is refused while it can still be changed.
 *
 * @throws AppError INPUT_INVALID
 */
export function checkPasskeyRule(policy: Policy, config: Pick<ServerConfig, 'name' | 'publicAddress'>): void {
  if (policy.phishingResistant === 'off') return
  const refuse = (message: string, path: string): never => {
    throw new AppError('INPUT_INVALID', message, { details: { paths: [path] } })
  }
  if (!policy.methods.includes('passkey')) {
    refuse('Passkeys cannot be required where they are not among the methods.', 'methods')
  }
  if (relyingPartyOf(config) === null) {
    refuse(
      'Passkeys cannot be required before publicAddress in holdfast.json names this server.',
      'phishingResistant',
    )
  }
}
