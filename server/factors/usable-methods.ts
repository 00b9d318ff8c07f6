import type { Kysely } from 'kysely'
import type { Method, Policy } from '../../shared/model/policy.ts'
import type { ServerSettings } from '../../shared/model/server-settings.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { relyingPartyOf } from '../passkeys/relying-party.ts'
import { authenticatorOf } from '../push/authenticator.ts'
import type { Channel } from '../senders/messages.ts'
import { serverSettings } from '../settings.ts'
import type { Tables, UserRow } from '../store/tables.ts'

/** What methods depend on beside policy. */
export interface Surroundings {
  readonly mode: ServerSettings['mode']
  /** What is sent needs somebody who sends. */
  readonly channels: ReadonlySet<Channel>
  /** Passkeys need the address that they are made for. */
  readonly hasPasskeys: boolean
  /** Phones are paired by the page of the server. */
  readonly hasAuthenticator: boolean
}

/** The families of methods that exclude each other; mail belongs to neither. Backup codes are in every mode. */
const modes: Record<ServerSettings['mode'], readonly Method[] | null> = {
  any: null,
  sms: ['sms', 'voice', 'backup-code'],
  mobile: ['totp', 'push', 'passkey', 'backup-code'],
}

/** Policy ∩ the server's mode ∩ available: what this account could use or register now. */
export async function usableMethods(
  { config, messages }: Pick<AuthDeps, 'config' | 'messages'>,
  db: Kysely<Tables>,
  policy: Pick<Policy, 'methods'>,
  user: Pick<UserRow, 'kind'>,
): Promise<Method[]> {
  const { settings } = await serverSettings(db)
  return methodsIn(policy, user, {
    mode: settings.mode,
    channels: await messages.channels(db),
    hasPasskeys: relyingPartyOf(config) !== null,
    hasAuthenticator: authenticatorOf(config) !== null,
  })
}

/**
 * As `usableMethods`, from what is known already. Mail never signs in an administrator, whatever policy says: a
 * mailbox is taken over with a password.
 */
export function methodsIn(
  policy: Pick<Policy, 'methods'>,
  user: Pick<UserRow, 'kind'>,
  { channels, hasAuthenticator, hasPasskeys, mode }: Surroundings,
): Method[] {
  return policy.methods.filter((method) => {
    if (modes[mode]?.includes(method) === false) return false
    if (method === 'passkey') return hasPasskeys
    if (method === 'push') return hasAuthenticator
    if (method === 'email' && user.kind === 'system') return false
    return !isChannel(method) || channels.has(method)
  })
}

function isChannel(method: Method): method is Channel {
  return method === 'sms' || method === 'voice' || method === 'email'
}
