import type { Clock } from '../../shared/clock.ts'
import type { ReplyOf } from '../../shared/routes.ts'
import type { ServerClient } from './server-client.ts'

/** From here on codes of an authenticator app may be refused: they change every 30 s (RFC 6238 5.2). */
export const harmfulSkewMs = 120_000

/**
 * Asks the server who it is, and compares the clocks.
 *
 * @returns `skewMs` positive when the server's clock is ahead; exact to half the request's duration
 */
export async function askServer(
  server: ServerClient,
  clock: Clock,
): Promise<{ info: ReplyOf<'serverInfo'>; skewMs: number }> {
  const before = clock.nowMs()
  const info = await server.call('serverInfo', {}, { kind: 'none' })
  const middle = (before + clock.nowMs()) / 2
  return { info, skewMs: Math.round(Date.parse(info.now) - middle) }
}
