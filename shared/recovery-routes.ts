import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { typedPhoneNumberSchema } from './model/account.ts'
import {
  accountRecoverySchema,
  cancelTokenSchema,
  emailAddressSchema,
  typedAccountSchema,
  typedResetCodeSchema,
} from './model/recovery.ts'
import { clientInfoSchema, stepSchema } from './model/sign-in.ts'

const done = z.object({ done: z.literal(true) })
const grantToken = z.string().min(1).max(200)
const stepReply = z.object({ step: stepSchema })
const transactionReply = z.object({ transactionToken: z.string(), step: stepSchema })

/** Getting back into an account: recovery by phone, the account's mail address, a forgotten password. */
export const recoveryRoutes = defineRoutes({
  startRecovery: {
    method: 'POST',
    path: '/transaction/recover',
    permission: 'transaction',
    summary: 'Say that no registered method can be used; leads to the recovery phone where policy allows it',
    reply: stepReply,
  },
  recoveryNumber: {
    method: 'POST',
    path: '/transaction/recovery-number',
    permission: 'transaction',
    summary: 'Name the recovery phone in full; the right number gets a passcode',
    body: z.object({ phoneNumber: typedPhoneNumberSchema }),
    reply: stepReply,
  },
  recovery: {
    method: 'GET',
    path: '/recovery',
    permission: 'session',
    summary: 'The recovery phone, the mail address and a recovery that waits',
    reply: z.object({ recovery: accountRecoverySchema }),
  },
  cancelOwnRecovery: {
    method: 'POST',
    path: '/recovery/cancel',
    permission: 'session',
    summary: 'Stop the recovery of this account that waits',
    reply: z.object({ wasWaiting: z.boolean() }),
  },
  cancelRecovery: {
    method: 'POST',
    path: '/recoveries/cancel',
    permission: 'public',
    summary: 'Stop a recovery with the token of a notice; the token can do nothing else',
    body: z.object({ cancelToken: cancelTokenSchema }),
    reply: z.object({ wasWaiting: z.boolean() }),
  },
  startRecoveryPhone: {
    method: 'POST',
    path: '/recovery/phone',
    permission: 'session',
    summary: 'Start registering the recovery phone; it counts after a live proof and replaces the old one',
    body: z.object({ phoneNumber: typedPhoneNumberSchema, grantToken }),
    reply: transactionReply,
  },
  removeRecoveryPhone: {
    method: 'DELETE',
    path: '/recovery/phone',
    permission: 'session',
    summary: 'Remove the recovery phone; a recovery that waits ends',
    body: z.object({ grantToken }),
    reply: done,
  },
  startEmailChange: {
    method: 'POST',
    path: '/email',
    permission: 'session',
    summary: 'Start changing the account’s mail address; it counts after a live proof',
    body: z.object({
      email: emailAddressSchema,
      /** Needed by every account that has a second factor. */
      grantToken: grantToken.optional(),
    }),
    reply: transactionReply,
  },
  forgotPassword: {
    method: 'POST',
    path: '/password/forgot',
    permission: 'public',
    summary: 'Ask for a mail with a single-use code for a new password; the answer is always the same',
    body: z.object({ account: typedAccountSchema }),
    reply: done,
  },
  startPasswordReset: {
    method: 'POST',
    path: '/password/reset',
    permission: 'public',
    summary: 'Start replacing a forgotten password with the mailed code; the second factor is proven next',
    body: z.object({ resetCode: typedResetCodeSchema, client: clientInfoSchema }),
    reply: transactionReply,
  },
})
