import { resolve } from 'node:path'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import { proxyRoute } from '../proxy/proxy-route.ts'
import { keepProxy, proposedProxy } from '../proxy/proxy-settings.ts'
import { serverAddress } from './address.ts'
import { askServer } from './clock-skew.ts'
import { createServerClient } from './create-server-client.ts'

/**
 * Chooses the server and the way there, after it has answered as one. Another address ends the session of this computer: a
 * token is never shown to a server that did not give it. The enrolment stays, because a server may move.
 */
export function connectHandlers({
  clock,
  log,
  profile,
  secrets,
  session,
  fixedServer,
}: Pick<CoreDeps, 'clock' | 'log' | 'profile' | 'secrets'> & {
  readonly session: SessionKeeper
  /** The only address that the administrator of this computer allows. */
  readonly fixedServer?: string | undefined
}): Pick<ClientHandlers, 'server.connect'> {
  return {
    'server.connect': async (input) => {
      const { address: typed, allowInsecure } = input
      const caFile = input.caFile === null ? null : resolve(input.caFile)
      const proxy = await proposedProxy({ profile, secrets }, input.proxy)
      const server = createServerClient({
        address: typed,
        allowInsecure,
        caFile,
        clock,
        log,
        route: () => {
          const target = new URL(server.address)
          return Promise.resolve(proxyRoute(target, proxy.settings, proxy.password, process.env))
        },
      })
      if (fixedServer !== undefined && server.address !== serverAddress(fixedServer, allowInsecure)) {
        throw new AppError('NOT_ALLOWED', 'The administrator of this computer has fixed the server.')
      }
      const { info, skewMs } = await askServer(server, clock)
      const { address } = server
      const before = profile.settings().server?.address
      if (input.proxy !== undefined) await keepProxy({ profile, secrets }, proxy)
      await profile.update({ server: { address, allowInsecure, caFile } })
      if (before !== undefined && before !== address) await session.forget()
      return { address, name: info.name, version: info.version, clockSkewMs: skewMs }
    },
  }
}
