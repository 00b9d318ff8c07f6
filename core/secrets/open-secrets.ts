import type { SecretStoreKind } from '../../shared/client-api.ts'
import type { Clock } from '../../shared/clock.ts'
import { isAppError } from '../../shared/errors.ts'
import type { SecretName, SecretStore } from '../ports/secret-store.ts'
import type { Profile } from '../profile/profile.ts'
import { fileSecretStore } from './file-secret-store.ts'
import { installedKeytar, keytarProcess, type KeytarProcess } from './keytar-process.ts'
import { systemSecretStore } from './system-secret-store.ts'

/** The store that the profile's settings name; it follows when they change. */
export interface Secrets extends SecretStore {
  /**
   * Moves all secrets of this profile to the other kind of store and uses that from then on.
   * @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED; nothing has changed then
   */
  choose(kind: SecretStoreKind): Promise<void>
  /** @returns whether secrets can be used now, without throwing for a store that cannot be used. */
  state(): Promise<'ready' | 'locked' | 'unavailable'>
  close(): void
}

const deadlineMs = 5_000

export function openSecrets(
  profile: Profile,
  clock: Clock,
  findKeytar = installedKeytar,
  nodeProgram = process.execPath,
): Secrets {
  const stores: Partial<Record<SecretStoreKind, SecretStore>> = {}
  let keytar: KeytarProcess | undefined

  const systemStore = (): SecretStore => {
    keytar = keytarProcess({ clock, deadlineMs, findKeytar, nodeProgram })
    return systemSecretStore(profile.settings().profileId, keytar)
  }
  const store = (kind: SecretStoreKind): SecretStore =>
    (stores[kind] ??= kind === 'system' ? systemStore() : fileSecretStore(profile.folder))
  const current = (): SecretStore => store(profile.settings().secretStore)

  const choose = async (kind: SecretStoreKind): Promise<void> => {
    const from = current()
    if (from.kind === kind) return
    const to = store(kind)
    // Proves that the new place can be used before anything relies on it.
    await to.read('session')
    const names = secretNames(profile)
    for (const name of names) {
      const secret = await from.read(name)
      if (secret !== undefined) await to.write(name, secret)
    }
    await profile.update({ secretStore: kind })
    for (const name of names) await from.erase(name)
  }

  return {
    get kind() {
      return current().kind
    },
    get place() {
      return current().place
    },
    read: async (name) => current().read(name),
    write: async (name, secret) => current().write(name, secret),
    erase: async (name) => current().erase(name),
    choose,
    state: async () => {
      try {
        await current().read('session')
        return 'ready'
      } catch (error) {
        if (isAppError(error, 'SECRET_STORE_LOCKED')) return 'locked'
        if (isAppError(error, 'SECRET_STORE_UNAVAILABLE')) return 'unavailable'
        throw error
      }
    },
    close: () => keytar?.close(),
  }
}

/**
 * Every secret that this profile may have. A profile that nobody ever signed in with has none, so that the
 * first choice does not need the store that this computer may lack.
 */
function secretNames(profile: Profile): SecretName[] {
  const { loginName, device, key, importedKeyIds, hasProxyPassword } = profile.settings()
  const proxy: SecretName[] = hasProxyPassword ? ['proxy-password'] : []
  const keyIds = new Set([...(key === null ? [] : [key.keyId]), ...importedKeyIds])
  if (loginName === null && device === null && keyIds.size === 0) return proxy
  return [...proxy, 'session', 'device-key', ...[...keyIds].map((id): SecretName => `repository-key/${id}`)]
}
