import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { Call, Handlers } from '../http/handler.ts'
import {
  answerChangePassword,
  answerChooseAnother,
  answerChooseMethod,
  answerResend,
  answerSkipEnrolment,
  answerStartEnrolment,
  cancel,
  type Answering,
} from './answers.ts'
import type { Verdict } from './decide.ts'
import { beginEnrolment, beginStepUp, type Begun } from './from-session.ts'
import { prove } from './prove.ts'
import { answerRecoveryNumber, answerStartRecovery } from '../recovery/recover-answers.ts'
import { returnGrant } from '../sessions/grants.ts'
import { settle } from './settle.ts'
import { startSignIn } from './start.ts'

type SignInRoutes =
  | 'signInStart'
  | 'signInChangePassword'
  | 'chooseMethod'
  | 'chooseAnother'
  | 'resend'
  | 'prove'
  | 'startEnrolment'
  | 'skipEnrolment'
  | 'cancelTransaction'
  | 'stepUp'
  | 'enrolFactor'
  | 'startRecovery'
  | 'recoveryNumber'

/** Signing in, step-up and registering: one state machine (ARCHITECTURE §4). */
export function signInHandlers(deps: AuthDeps): Pick<Handlers, SignInRoutes> {
  async function answered(
    call: Call<'transaction'>,
    work: (answering: Answering) => Promise<Verdict>,
  ): Promise<{ step: Awaited<ReturnType<typeof settle>> }> {
    const { transaction } = call.caller
    const verdict = await work({ transaction, origin: call.origin })
    return { step: await settle(deps, transaction, verdict) }
  }

  async function begun({ token, transaction, verdict }: Begun) {
    return { transactionToken: token, step: await settle(deps, transaction, verdict) }
  }

  return {
    signInStart: async (input, { origin }) => await begun(await startSignIn(deps, input, origin)),
    signInChangePassword: async ({ newPassword }, call) =>
      await answered(call, (to) => answerChangePassword(deps, to, newPassword)),
    chooseMethod: async ({ factorId, channel }, call) =>
      await answered(call, (to) => answerChooseMethod(deps, to, factorId, channel)),
    chooseAnother: async (_input, call) => await answered(call, (to) => answerChooseAnother(deps, to)),
    resend: async ({ channel }, call) =>
      await answered(call, (to) => answerResend(deps, to, channel ?? null)),
    prove: async (input, call) => await answered(call, (to) => prove(deps, to, input)),
    startEnrolment: async (input, call) =>
      await answered(call, (to) => answerStartEnrolment(deps, to, input)),
    skipEnrolment: async ({ dontShowAgain }, call) =>
      await answered(call, (to) => answerSkipEnrolment(deps, to, dontShowAgain)),
    cancelTransaction: async (_input, call) => {
      await cancel(deps, { transaction: call.caller.transaction, origin: call.origin })
      return { done: true }
    },
    startRecovery: async (_input, call) => await answered(call, (to) => answerStartRecovery(deps, to)),
    recoveryNumber: async ({ phoneNumber }, call) =>
      await answered(call, (to) => answerRecoveryNumber(deps, to, phoneNumber)),
    stepUp: async ({ operation }, call) => await begun(await beginStepUp(deps, call, operation)),
    enrolFactor: async ({ enrolment, grantToken }, call) => {
      const enrolling = await beginEnrolment(deps, call, enrolment, grantToken)
      try {
        return await begun(enrolling)
      } catch (error) {
        // Its token was never given out: nobody can finish it, and the grant is still owed.
        await cancel(deps, { transaction: enrolling.transaction, origin: call.origin })
        if (enrolling.usedGrant !== null) await returnGrant(deps, call.caller, enrolling.usedGrant)
        throw error
      }
    },
  }
}
