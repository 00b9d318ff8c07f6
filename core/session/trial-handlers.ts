import type { ClientHandlers } from '../../shared/client-api.ts'
import type { CoreDeps } from '../core-deps.ts'

/** Registering an account on trial; nobody is signed in by it. */
export function trialHandlers({
  server,
}: Pick<CoreDeps, 'server'>): Pick<ClientHandlers, 'trial.offer' | 'trial.ask' | 'trial.register'> {
  return {
    'trial.offer': async () => ({
      offer: (await server().call('serverInfo', {}, { kind: 'none' })).trial,
    }),
    'trial.ask': (input) => server().call('askForTrial', input, { kind: 'none' }),
    'trial.register': (input) => server().call('registerTrial', input, { kind: 'none' }),
  }
}
