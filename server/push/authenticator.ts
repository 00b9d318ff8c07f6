import type { ServerConfig } from '../config.ts'

export const authenticatorPath = '/authenticator'

/** The Holdfast authenticator: a page of this server that a phone opens and may install. */
export interface Authenticator {
  /** What every signature of a phone names. */
  readonly origin: string
  readonly address: string
}

/**
 * Null where phones cannot be paired: without a public address nobody knows which page is ours, and browsers
 * keep keys for secure origins only. Nothing of a request (`Host`, `Origin`) is ever asked.
 */
export function authenticatorOf({
  publicAddress,
}: Pick<ServerConfig, 'publicAddress'>): Authenticator | null {
  if (publicAddress === null) return null
  const { origin } = new URL(publicAddress)
  return { origin, address: `${origin}${authenticatorPath}` }
}
