import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { instantSchema } from './model/ids.ts'
import { codeVerifierSchema, handOffSchema, handOffStartSchema, handOffWaySchema } from './model/passkey.ts'
import { operationSchema, stepSchema } from './model/sign-in.ts'

/** What the page shows before a passkey is touched: who asks for what, from where. */
export const handOffViewSchema = z
  .object({
    way: handOffWaySchema,
    /** Registers a passkey; else uses one. */
    isNew: z.boolean(),
    serverName: z.string(),
    loginName: z.string(),
    purpose: z.enum(['sign-in', 'step-up', 'enrol', 'password-reset']),
    operation: operationSchema.nullable(),
    clientName: z.string(),
    hostName: z.string(),
    address: z.string(),
    startedAt: instantSchema,
    /** Whether the page was opened from the network that the request came from. */
    isSameNetwork: z.boolean(),
    expiresAt: instantSchema,
  })
  .meta({ id: 'HandOffView' })
export type HandOffView = z.infer<typeof handOffViewSchema>

const pageKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** Where the page goes next, on the client's own loopback address; null where the client asks by itself. */
const leaving = z.object({ redirect: z.string().nullable() })
/** Base64url of whatever an authenticator gave; its meaning is checked where it is used. */
const bytes = z
  .string()
  .max(65_536)
  .regex(/^[A-Za-z0-9_-]*$/)
const credential = { id: bytes, rawId: bytes, type: z.literal('public-key') }

/** What a browser makes of a passkey's answer (`PublicKeyCredential.toJSON`), as far as it is read. */
export const passkeyAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('use'),
    ...credential,
    response: z.object({
      clientDataJSON: bytes,
      authenticatorData: bytes,
      signature: bytes,
      userHandle: bytes.nullish(),
    }),
  }),
  z.object({
    kind: z.literal('register'),
    ...credential,
    response: z.object({
      clientDataJSON: bytes,
      attestationObject: bytes,
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  }),
])
export type PasskeyAnswer = z.infer<typeof passkeyAnswerSchema>

/**
 * Passkeys are used in a browser on a page of the server, for a transaction of a client that is none. The
 * first three routes are the client's; the others are the page's, which has no other credential than the
 * secret that it was opened with.
 */
export const passkeyRoutes = defineRoutes({
  startHandOff: {
    method: 'POST',
    path: '/transaction/hand-off',
    permission: 'transaction',
    summary: 'Hand the open request for a passkey to a browser; an earlier hand-off of it ends',
    body: handOffStartSchema,
    reply: z.object({ handOff: handOffSchema }),
  },
  finishHandOff: {
    method: 'POST',
    path: '/transaction/hand-off/finish',
    permission: 'transaction',
    summary: 'Take what the browser proved; needs the verifier, and on this computer the code that came back',
    body: z.object({
      codeVerifier: codeVerifierSchema,
      /** From the redirect; `this-computer` only. */
      code: z
        .string()
        .regex(/^[A-Za-z0-9_-]{43}$/)
        .optional(),
      trustDevice: z.boolean().default(false),
    }),
    /** Null while the other device is not done. */
    reply: z.object({ step: stepSchema.nullable() }),
  },
  cancelHandOff: {
    method: 'DELETE',
    path: '/transaction/hand-off',
    permission: 'transaction',
    summary: 'Take the hand-off back; the request for the passkey stays open',
    reply: z.object({ done: z.literal(true) }),
  },
  openHandOff: {
    method: 'POST',
    path: '/passkey/open',
    permission: 'public',
    summary: 'Open a hand-off with the token of its address or with its code; works once',
    body: z.union([
      z.object({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
      z.object({ userCode: z.string().min(8).max(20) }),
    ]),
    reply: z.object({ pageKey, handOff: handOffViewSchema }),
  },
  passkeyOptions: {
    method: 'POST',
    path: '/passkey/options',
    permission: 'public',
    summary: 'A new challenge for the page’s passkey; the one before ends',
    body: z.object({ pageKey }),
    /** The options of WebAuthn in their JSON form. */
    reply: z.object({ options: z.record(z.string(), z.unknown()) }),
  },
  answerPasskey: {
    method: 'POST',
    path: '/passkey/answer',
    permission: 'public',
    summary: 'Give what the passkey answered',
    body: z.object({ pageKey, answer: passkeyAnswerSchema }),
    reply: leaving,
  },
  declineHandOff: {
    method: 'POST',
    path: '/passkey/decline',
    permission: 'public',
    summary: 'Say no on the page',
    body: z.object({ pageKey }),
    reply: leaving,
  },
})
