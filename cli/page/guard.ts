import type { IncomingMessage } from 'node:http'

/** What a request is refused for, before anything of it is read. */
export type Refusal = 'host' | 'origin' | 'site'

/**
 * Checks where a request wants to go and where it comes from.
 *
 * Host: a name that an attacker points at 127.0.0.1 (DNS rebinding) makes the browser treat our page as the
 * attacker's own origin; only the names that we were started with are answered. Origin and Sec-Fetch-Site: a
 * page of another site, or of another port of this computer, must not send us anything.
 *
 * @param names `host:port` in lower case
 */
export function refusalOf(
  request: Pick<IncomingMessage, 'headers' | 'method'>,
  names: ReadonlySet<string>,
  isTls: boolean,
): Refusal | undefined {
  const host = request.headers.host?.toLowerCase()
  if (host === undefined || !names.has(host)) return 'host'
  const own = `${isTls ? 'https' : 'http'}://${host}`
  const { origin } = request.headers
  const isWrite = request.method !== 'GET' && request.method !== 'HEAD'
  // Browsers send Origin with every POST; what has none is no page of ours.
  if (origin === undefined ? isWrite : origin.toLowerCase() !== own) return 'origin'
  const site = request.headers['sec-fetch-site']
  // A link or a bookmark may open the page; nothing else comes from elsewhere.
  const isOpening = !isWrite && request.headers['sec-fetch-mode'] === 'navigate'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isOpening) return 'site'
  return undefined
}
