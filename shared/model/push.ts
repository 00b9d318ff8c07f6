import { z } from 'zod'
import { signatureSchema } from './account.ts'
import { challengeIdSchema, instantSchema, phoneRequestIdSchema } from './ids.ts'

/** The two digits that the waiting screen shows and the phone's owner types, so that nobody agrees unseen. */
export const matchingNumberSchema = z.string().regex(/^[1-9]\d$/)

/** An open request on a paired phone, or one that waits for a phone to be paired, as the waiting client shows it. */
export const phoneApprovalSchema = z
  .object({
    challengeId: challengeIdSchema,
    label: z.string(),
    number: matchingNumberSchema,
    /** The authenticator's page; while a phone is paired with its single-use token after the `#`. */
    address: z.string(),
    expiresAt: instantSchema,
    /** How often to ask whether it was answered. */
    pollSeconds: z.number().int(),
    canChooseAnother: z.boolean(),
  })
  .meta({ id: 'PhoneApproval' })
export type PhoneApproval = z.infer<typeof phoneApprovalSchema>

/** An uncompressed point of P-256 (SEC 1 2.3.3), 65 bytes in base64url. */
export const phonePublicKeySchema = z.string().regex(/^B[A-Za-z0-9_-]{86}$/)
/** SHA-256 of that point in base64url: names a key and proves nothing. */
export const phoneKeyIdSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** 256 random bits in base64url. */
export const pairTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** ECDSA over P-256 and SHA-256, 64 bytes (IEEE P1363) in base64url. */
export const phoneSignatureSchema = signatureSchema

/** Where a push service takes messages for one browser (RFC 8030), and the keys that they are sealed to (RFC 8291). */
export const pushSubscriptionSchema = z.object({
  endpoint: z.string().max(1000),
  p256dh: phonePublicKeySchema,
  auth: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
})
export type PushSubscription = z.infer<typeof pushSubscriptionSchema>

export const phoneAnswerSchema = z
  .discriminatedUnion('answer', [
    z.object({
      answer: z.literal('approve'),
      keyId: phoneKeyIdSchema,
      requestId: phoneRequestIdSchema,
      number: z.string().regex(/^\d{2}$/),
      signature: phoneSignatureSchema,
    }),
    z.object({
      answer: z.literal('deny'),
      keyId: phoneKeyIdSchema,
      requestId: phoneRequestIdSchema,
      signature: phoneSignatureSchema,
    }),
  ])
  .meta({ id: 'PhoneAnswer' })
export type PhoneAnswer = z.infer<typeof phoneAnswerSchema>
