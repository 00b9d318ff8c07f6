import { isoOf } from '../../shared/clock.ts'
import { productVersion } from '../../shared/version.ts'
import type { ServerDeps } from '../deps.ts'
import type { Handlers } from './handler.ts'

export function serverInfoHandlers(deps: Pick<ServerDeps, 'clock' | 'config'>): Pick<Handlers, 'serverInfo'> {
  return {
    serverInfo: () =>
      Promise.resolve({
        product: 'Holdfast',
        version: productVersion,
        apiVersion: 1,
        name: deps.config.name,
        now: isoOf(deps.clock.nowMs()),
      }),
  }
}
