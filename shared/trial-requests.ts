import { z } from 'zod'
import { newPasswordSchema } from './model/account.ts'
import { displayNameSchema } from './model/administration.ts'
import { instantSchema } from './model/ids.ts'
import { languageSchema } from './model/language.ts'
import { emailAddressSchema, typedResetCodeSchema } from './model/recovery.ts'
import { trialOfferSchema } from './model/trial.ts'

/** What a user interface may ask about registering an account on trial; part of `clientRequests`. */
export const trialRequests = {
  /** Whether the server of this computer offers it; null = no. */
  'trial.offer': { input: z.object({}), output: z.object({ offer: trialOfferSchema.nullable() }) },
  /** Asks for a mail with a code; the answer is the same whatever there is. */
  'trial.ask': {
    input: z.object({
      email: emailAddressSchema,
      invitationCode: z.string().max(200).optional(),
      /** Of the mail with the code; whoever has an account already hears of it in the account's own. */
      language: languageSchema.optional(),
    }),
    output: z.object({ done: z.literal(true) }),
  },
  /** With the code of that mail. Gives no session: signing in comes next. */
  'trial.register': {
    input: z.object({
      email: emailAddressSchema,
      code: typedResetCodeSchema,
      newPassword: newPasswordSchema,
      displayName: displayNameSchema.optional(),
      /** Of every message to the account; absent = the server's. */
      language: languageSchema.optional(),
    }),
    output: z.object({ loginName: z.string(), expiresAt: instantSchema }),
  },
} as const
