import { isIP } from 'node:net'
import type { Origin } from './handler.ts'

/** Where a request came from, in the one spelling that limits and records use. */
export function originOf(claimed: string | undefined, socketAddress: string | undefined): Origin {
  // A trusted proxy may pass on what its own client invented; what is no address is not believed.
  const stated = plainAddress(claimed ?? '')
  const address = isIP(stated) === 0 ? plainAddress(socketAddress ?? '') : stated
  return { address, network: networkOf(address) }
}

/**
 * Browsers cannot leave these out, and no script in a page can set them (Fetch Standard, forbidden request
 * headers). Their absence proves nothing; Node's own fetch sends `Sec-Fetch-Mode`, so that one says nothing.
 */
export function isFromBrowser(headers: { readonly [name: string]: string | string[] | undefined }): boolean {
  return headers['origin'] !== undefined || headers['sec-fetch-site'] !== undefined
}

export function isLoopback(address: string): boolean {
  const plain = plainAddress(address)
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'))
}

/** Whether a server that listens there is reachable from this computer only. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host)
}

/** Without zone, and IPv4 in its own form where a dual-stack socket wraps it (`::ffff:192.0.2.1`). */
function plainAddress(address: string): string {
  const zoneless = address.split('%')[0] ?? ''
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(zoneless)?.[1] ?? zoneless.toLowerCase()
}

/** One customer has at least a /64 of IPv6, so that counting single addresses would limit nobody. */
function networkOf(address: string): string {
  if (isIP(address) !== 6) return address
  // An IPv4 tail fills the last two groups, which the /64 does not contain.
  const [head = '', tail] = address.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split('::')
  const groups = head === '' ? [] : head.split(':')
  const last = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - last.length
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...last]
  const prefix = all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}
