import { resolve } from 'node:path'
import type { ClientHandlers } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { SessionKeeper } from '../session/session-keeper.ts'
import type { AppliedPreconfiguration } from '../preconfiguration/apply-preconfiguration.ts'
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
  fixed,
}: Pick<CoreDeps, 'clock' | 'log' | 'profile' | 'secrets'> & {
  readonly session: SessionKeeper
  /** What the administrator of this computer allows nobody to change. */
  readonly fixed?: Pick<AppliedPreconfiguration, 'server' | 'proxy'>
}): Pick<ClientHandlers, 'server.connect'> {
  const { server: only, proxy: onlyWay } = fixed ?? { server: null, proxy: null }
  return {
    'server.connect': async (input) => {
      const { address: typed, allowInsecure } = input
      const caFile = input.caFile === null ? null : resolve(input.caFile)
      const proxy = await proposedProxy({ profile, secrets }, input.proxy)
      if (onlyWay !== null && !isSame(onlyWay, proxy.settings)) throw isFixed('proxy')
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
      const { address } = server
      if (only !== null) {
        const prepared = { ...only, address: serverAddress(only.address, only.allowInsecure) }
        if (!isSame(prepared, { address, allowInsecure, caFile })) throw isFixed('address')
      }
      const { info, skewMs } = await askServer(server, clock)
      const before = profile.settings().server?.address
      if (input.proxy !== undefined) await keepProxy({ profile, secrets }, proxy)
      await profile.update({ server: { address, allowInsecure, caFile } })
      if (before !== undefined && before !== address) await session.forget()
      return { address, name: info.name, version: info.version, clockSkewMs: skewMs }
    },
  }
}

function isSame(a: object, b: object): boolean {
  const text = (each: object): string =>
    JSON.stringify(Object.entries(each).sort(([first], [second]) => (first < second ? -1 : 1)))
  return text(a) === text(b)
}

function isFixed(path: 'address' | 'proxy'): AppError {
  return new AppError('NOT_ALLOWED', 'The administrator of this computer has fixed the way to the server.', {
    details: { paths: [path], reason: 'fixed' },
  })
}
