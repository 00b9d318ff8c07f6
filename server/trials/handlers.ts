import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Handlers } from '../http/handler.ts'
import { askForTrial } from './asking.ts'
import { registerTrial } from './registering.ts'

/** Registering an account on trial: a mail to the address, then its code with a password. */
export function trialHandlers(deps: AuthDeps): Pick<Handlers, 'askForTrial' | 'registerTrial'> {
  return {
    askForTrial: async (input, { origin }) => {
      await askForTrial(deps, input, origin)
      return { done: true }
    },
    registerTrial: async (input, { origin }) => await registerTrial(deps, input, origin),
  }
}
