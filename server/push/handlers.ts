import type { pushRoutes } from '../../shared/push-routes.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Call, Handlers } from '../http/handler.ts'
import type { Answering } from '../sign-in/answers.ts'
import { settle } from '../sign-in/settle.ts'
import { askPhone, awaitPhone } from './client-side.ts'
import { answerPhoneRequest, pairPhone } from './phone-side.ts'
import { phoneRequests, subscribePhone, unpairPhone } from './registration.ts'

const done = { done: true } as const

/** Approving on a telephone (docs/adr/0034): the waiting client's side, and the authenticator page's. */
export function pushHandlers(deps: AuthDeps): Pick<Handlers, keyof typeof pushRoutes> {
  const answering = ({ caller, origin }: Call<'transaction'>): Answering => ({
    transaction: caller.transaction,
    origin,
  })
  return {
    awaitPhone: async (given, call) => {
      const verdict = await awaitPhone(deps, answering(call), given)
      return { step: verdict === null ? null : await settle(deps, call.caller.transaction, verdict) }
    },
    askPhone: async (_input, call) => {
      const verdict = await askPhone(deps, answering(call))
      return { step: await settle(deps, call.caller.transaction, verdict) }
    },
    pairPhone: async (given, { origin }) => await pairPhone(deps, origin, given),
    phoneRequests: async (signed, { origin }) => await phoneRequests(deps, origin, signed),
    answerPhoneRequest: async (answer, { origin }) => {
      await answerPhoneRequest(deps, origin, answer)
      return done
    },
    subscribePhone: async (signed) => {
      await subscribePhone(deps, signed)
      return done
    },
    unpairPhone: async (signed, { origin }) => {
      await unpairPhone(deps, origin, signed)
      return done
    },
  }
}
