import { isIP } from 'node:net'
import type { ServerConfig } from '../config.ts'

/** For whom passkeys are made: they work for this domain, and only on pages of this origin (WebAuthn 5.1.2). */
export interface RelyingParty {
  /** The host of the public address; a passkey is bound to it for good. */
  readonly id: string
  readonly origin: string
  readonly name: string
}

/**
 * The relying party of the configured public address, or null where passkeys are not offered: without an
 * address nobody knows which pages are ours, and an IP address cannot be one's domain. Nothing of a request
 * (`Host`, `Origin`) is ever asked.
 */
export function relyingPartyOf(config: Pick<ServerConfig, 'name' | 'publicAddress'>): RelyingParty | null {
  if (config.publicAddress === null) return null
  const { hostname, origin } = new URL(config.publicAddress)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return null
  return { id: hostname, origin, name: config.name }
}
