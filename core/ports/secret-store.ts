/**
 * Where secrets rest on this computer. Every call ends within a deadline.
 *
 * 1. "Never stored" (undefined) is told apart from "cannot be read" (an error).
 * 2. A resolved `write` can be read back, by this process and by the next.
 * 3. There is no fallback to another place and no default value.
 */
export interface SecretStore {
  readonly kind: 'system' | 'file'
  /** In words or as a path, for people. */
  readonly place: string
  /** @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
  read(name: SecretName): Promise<string | undefined>
  /** @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
  write(name: SecretName, secret: string): Promise<void>
  /** Erasing what is not there is no error. @throws AppError SECRET_STORE_UNAVAILABLE, SECRET_STORE_LOCKED */
  erase(name: SecretName): Promise<void>
}

/** Profiles on one computer keep apart: the store's account name is `<profile id>/<name>`. */
export type SecretName = 'device-key' | 'session' | 'proxy-password' | `repository-key/${string}`
