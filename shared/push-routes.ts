import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { challengeIdSchema, instantSchema, phoneRequestIdSchema } from './model/ids.ts'
import {
  pairTokenSchema,
  phoneAnswerSchema,
  phoneKeyIdSchema,
  phonePublicKeySchema,
  phoneSignatureSchema,
  pushSubscriptionSchema,
} from './model/push.ts'
import { operationSchema, stepSchema } from './model/sign-in.ts'

const done = z.object({ done: z.literal(true) })
const nonce = z.string().min(1).max(200)
const signedNonce = { keyId: phoneKeyIdSchema, nonce, signature: phoneSignatureSchema }

/** What the phone shows before its owner agrees: who asks for what, from where. Everything is shown as text. */
export const phoneRequestViewSchema = z
  .object({
    requestId: phoneRequestIdSchema,
    challengeId: challengeIdSchema,
    /** Pairs this phone; else one that is paired is asked. */
    isNew: z.boolean(),
    loginName: z.string(),
    purpose: z.enum(['sign-in', 'step-up', 'enrol', 'password-reset']),
    operation: operationSchema.nullable(),
    clientName: z.string(),
    hostName: z.string(),
    address: z.string(),
    /** Whether phone and client are in the same network, as the server sees them. */
    isSameNetwork: z.boolean(),
    startedAt: instantSchema,
    expiresAt: instantSchema,
  })
  .meta({ id: 'PhoneRequestView' })
export type PhoneRequestView = z.infer<typeof phoneRequestViewSchema>

/**
 * Approving on a telephone. The first two routes are the client's, which waits; the others are those of the
 * authenticator's page, which holds no session: each call is signed with a key that never leaves that phone.
 */
export const pushRoutes = defineRoutes({
  awaitPhone: {
    method: 'POST',
    path: '/transaction/phone',
    permission: 'transaction',
    summary: 'Ask whether the phone has approved, and take that',
    body: z.object({ trustDevice: z.boolean().default(false) }),
    /** Null while it has not been answered. */
    reply: z.object({ step: stepSchema.nullable() }),
  },
  askPhone: {
    method: 'POST',
    path: '/transaction/phone/ask',
    permission: 'transaction',
    summary: 'Ask the phone anew, with another number; the request before ends',
    reply: z.object({ step: stepSchema }),
  },
  pairPhone: {
    method: 'POST',
    path: '/authenticator/pair',
    permission: 'public',
    summary: 'Give a phone’s new key for the token of its address; works once, and counts after an approval',
    body: z.object({
      token: pairTokenSchema,
      publicKey: phonePublicKeySchema,
      /** What the phone calls itself; a label, and believed nowhere. */
      label: z
        .string()
        .min(1)
        .max(60)
        .regex(/^[^\p{C}]*$/u),
      signature: phoneSignatureSchema,
    }),
    reply: z.object({ keyId: phoneKeyIdSchema, request: phoneRequestViewSchema }),
  },
  phoneRequests: {
    method: 'POST',
    path: '/authenticator/requests',
    permission: 'public',
    summary: 'What waits for this phone',
    body: z.object(signedNonce),
    reply: z.object({
      /** `removed`: no account has this key, or not any more. */
      state: z.enum(['paired', 'pairing', 'removed']),
      requests: z.array(phoneRequestViewSchema),
      /** The server’s key for notifications (RFC 8292); null = it sends none. */
      pushKey: z.string().nullable(),
      hasSubscription: z.boolean(),
    }),
  },
  answerPhoneRequest: {
    method: 'POST',
    path: '/authenticator/answer',
    permission: 'public',
    summary: 'Approve with the number that the waiting screen shows, or deny',
    body: phoneAnswerSchema,
    reply: done,
  },
  subscribePhone: {
    method: 'POST',
    path: '/authenticator/subscribe',
    permission: 'public',
    summary: 'Where notifications for this phone go; null = nowhere',
    body: z.object({ ...signedNonce, subscription: pushSubscriptionSchema.nullable() }),
    reply: done,
  },
  unpairPhone: {
    method: 'POST',
    path: '/authenticator/unpair',
    permission: 'public',
    summary: 'Take this phone off its account, unless it is all that the account has',
    body: z.object(signedNonce),
    reply: done,
  },
})
