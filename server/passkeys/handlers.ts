import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Call, Handlers } from '../http/handler.ts'
import type { Answering } from '../sign-in/answers.ts'
import { settle } from '../sign-in/settle.ts'
import type { passkeyRoutes } from '../../shared/passkey-routes.ts'
import { cancelHandOff, finishHandOff, startHandOff } from './client-side.ts'
import { answerPasskey, declineHandOff, newOptions, openHandOff } from './page-side.ts'

/** Passkeys: a client hands its request to a browser, whose page proves it (docs/adr/0016). */
export function passkeyHandlers(deps: AuthDeps): Pick<Handlers, keyof typeof passkeyRoutes> {
  const answering = ({ caller, origin }: Call<'transaction'>): Answering => ({
    transaction: caller.transaction,
    origin,
  })
  return {
    startHandOff: async (start, call) => ({ handOff: await startHandOff(deps, answering(call), start) }),
    finishHandOff: async (given, call) => {
      const verdict = await finishHandOff(deps, answering(call), given)
      return { step: verdict === null ? null : await settle(deps, call.caller.transaction, verdict) }
    },
    cancelHandOff: async (_input, call) => {
      await cancelHandOff(deps, answering(call))
      return { done: true }
    },
    openHandOff: async (by, { origin }) => await openHandOff(deps, origin, by),
    passkeyOptions: async ({ pageKey }, { origin }) => ({
      options: { ...(await newOptions(deps, origin, pageKey)) },
    }),
    answerPasskey: async ({ pageKey, answer }, { origin }) => ({
      redirect: await answerPasskey(deps, origin, pageKey, answer),
    }),
    declineHandOff: async ({ pageKey }, { origin }) => ({
      redirect: await declineHandOff(deps, origin, pageKey),
    }),
  }
}
