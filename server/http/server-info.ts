import { isoOf } from '../../shared/clock.ts'
import { productVersion } from '../../shared/version.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { offerOf, openTrial } from '../trials/offer.ts'
import type { Handlers } from './handler.ts'

export function serverInfoHandlers(
  deps: Pick<AuthDeps, 'clock' | 'config' | 'messages' | 'store'>,
): Pick<Handlers, 'serverInfo'> {
  return {
    serverInfo: async () => ({
      product: 'Holdfast',
      version: productVersion,
      apiVersion: 1,
      name: deps.config.name,
      now: isoOf(deps.clock.nowMs()),
      trial: offerOf(await openTrial(deps, deps.store.db)),
    }),
  }
}
