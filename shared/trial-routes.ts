import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { newPasswordSchema } from './model/account.ts'
import { displayNameSchema } from './model/administration.ts'
import { instantSchema } from './model/ids.ts'
import { emailAddressSchema, typedResetCodeSchema } from './model/recovery.ts'
import { clientInfoSchema } from './model/sign-in.ts'

/** Registering an account on trial, where the server offers it (`serverInfo.trial`); elsewhere NOT_ALLOWED. */
export const trialRoutes = defineRoutes({
  askForTrial: {
    method: 'POST',
    path: '/trials/ask',
    permission: 'public',
    summary: 'Ask for a mail with a single-use code for registering; the answer is always the same',
    body: z.object({
      email: emailAddressSchema,
      /** Where `serverInfo.trial.needsInvitation`. */
      invitationCode: z.string().max(200).optional(),
      client: clientInfoSchema,
    }),
    reply: z.object({ done: z.literal(true) }),
  },
  registerTrial: {
    method: 'POST',
    path: '/trials/register',
    permission: 'public',
    summary: 'Make the account with the mailed code; gives no session, signing in comes next',
    body: z.object({
      email: emailAddressSchema,
      code: typedResetCodeSchema,
      newPassword: newPasswordSchema,
      displayName: displayNameSchema.optional(),
      client: clientInfoSchema,
    }),
    reply: z.object({ loginName: z.string(), expiresAt: instantSchema }),
  },
})
