/**
 * Where browsers' push services answer (RFC 8030). A subscription is an address that a browser hands in: only
 * these are ever asked, so that nobody makes the server ask what stands behind it in its own network.
 */
const knownServices = [
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
] as const

/** @param further host names that administrators added */
export function isKnownPushService(endpoint: string, further: readonly string[]): boolean {
  if (!URL.canParse(endpoint)) return false
  const { hostname, password, port, protocol, username } = new URL(endpoint)
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '') return false
  return [...knownServices, ...further].some((known) => hostname === known || hostname.endsWith(`.${known}`))
}
