import { z } from 'zod'
import { typedPhoneNumberSchema } from './model/account.ts'
import {
  accountRecoverySchema,
  cancelTokenSchema,
  emailAddressSchema,
  typedAccountSchema,
  typedResetCodeSchema,
} from './model/recovery.ts'
import { clientStepSchema, fromPageSchema } from './model/sign-in.ts'

const nothing = z.object({})
const done = z.object({ done: z.literal(true) })
const stepReply = z.object({ step: clientStepSchema })

/** What a user interface may ask about getting back into an account; part of `clientRequests`. */
export const recoveryRequests = {
  /** "I can't use any of these": answers `choose-method` where it says `canRecover`. */
  'transaction.startRecovery': { input: nothing, output: stepReply },
  'transaction.recoveryNumber': {
    input: z.object({ phoneNumber: typedPhoneNumberSchema }),
    output: stepReply,
  },

  'recovery.get': { input: nothing, output: z.object({ recovery: accountRecoverySchema }) },
  /** Stops the recovery that waits; any session may. */
  'recovery.cancel': { input: nothing, output: z.object({ wasWaiting: z.boolean() }) },
  /** Stops a recovery with the token of a notice; nobody need be signed in. */
  'recovery.cancelByToken': {
    input: z.object({ cancelToken: cancelTokenSchema }),
    output: z.object({ wasWaiting: z.boolean() }),
  },
  /** Needs a step-up for `change-factors`, as does removing it. Ends in `contact-proven`. */
  'recovery.setPhone': { input: z.object({ phoneNumber: typedPhoneNumberSchema }), output: stepReply },
  'recovery.removePhone': { input: nothing, output: done },

  /** Needs a step-up for `change-factors` where the account has a second factor. Ends in `contact-proven`. */
  'account.setEmail': { input: z.object({ email: emailAddressSchema }), output: stepReply },

  /** Asks for a mail; the answer is the same whatever there is. */
  'password.forgot': { input: z.object({ account: typedAccountSchema }), output: done },
  /** With the code of that mail; ends in `password-changed`. */
  'password.startReset': {
    input: z.object({ resetCode: typedResetCodeSchema, fromPage: fromPageSchema }),
    output: stepReply,
  },
} as const
