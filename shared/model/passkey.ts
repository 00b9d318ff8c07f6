import { z } from 'zod'
import { challengeIdSchema, instantSchema } from './ids.ts'

/**
 * How a client, which is no browser, has a passkey used: on a page of the server in a browser of this
 * computer, which comes back to it on loopback, or on a page in any browser, where a short code is typed.
 */
export const handOffWays = ['this-computer', 'other-device'] as const
export const handOffWaySchema = z.enum(handOffWays)
export type HandOffWay = z.infer<typeof handOffWaySchema>

/** An open request for a passkey. */
export const passkeyRequestSchema = z
  .object({
    challengeId: challengeIdSchema,
    label: z.string(),
    /** What policy permits; the first is the one to propose. */
    ways: z.array(handOffWaySchema).min(1),
    expiresAt: instantSchema,
    canChooseAnother: z.boolean(),
  })
  .meta({ id: 'PasskeyRequest' })
export type PasskeyRequest = z.infer<typeof passkeyRequestSchema>

/** 256 random bits or their SHA-256, in base64url. */
const secret256Schema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** RFC 7636: the verifier stays with the client, its SHA-256 goes ahead. */
export const codeVerifierSchema = secret256Schema
export const codeChallengeSchema = secret256Schema

export const handOffStartSchema = z
  .discriminatedUnion('way', [
    z.object({
      way: z.literal('this-computer'),
      codeChallenge: codeChallengeSchema,
      /** Where the client listens on 127.0.0.1 (RFC 8252 7.3). */
      port: z.number().int().min(1024).max(65_535),
      /** Comes back beside the code, so that the client knows its own answer. */
      state: secret256Schema,
    }),
    z.object({ way: z.literal('other-device'), codeChallenge: codeChallengeSchema }),
  ])
  .meta({ id: 'HandOffStart' })

export const handOffSchema = z
  .object({
    /** The page to open: with its single-use token after the `#`, or without, where the code is typed. */
    address: z.string(),
    /** To be typed on the page; other devices only. */
    userCode: z.string().nullable(),
    expiresAt: instantSchema,
    pollSeconds: z.number().int(),
  })
  .meta({ id: 'HandOff' })
export type HandOff = z.infer<typeof handOffSchema>
