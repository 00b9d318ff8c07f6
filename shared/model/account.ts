import { z } from 'zod'
import { deviceIdSchema, factorIdSchema, instantSchema, sessionIdSchema, userIdSchema } from './ids.ts'
import { languageSchema } from './language.ts'
import { limitsSchema, methodSchema } from './policy.ts'

/** Login names are compared without case; what is stored keeps the spelling of its creation. */
export const loginNameSchema = z
  .string()
  .min(1)
  .max(128)
  // No control characters, no surrounding space: a name is shown in messages and logs.
  .regex(/^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u)

/** OWASP ASVS 5.0 6.2.1, 6.2.9: at least 8, no composition rules, up to 256 characters taken as they are. */
export const newPasswordSchema = z.string().min(8).max(256)
/** A password that is checked, not set: anything goes, so that the answer tells nothing about the rule. */
export const givenPasswordSchema = z.string().min(1).max(1024)

/** E.164 with the plus sign; whether the number can exist is checked with libphonenumber-js. */
export const phoneNumberSchema = z.string().regex(/^\+[1-9]\d{6,14}$/)
/** What people type: spaces, dots, dashes and brackets are accepted and dropped by the server. */
export const typedPhoneNumberSchema = z
  .string()
  .min(7)
  .max(32)
  .regex(/^\+[\d\s().-]+$/)

/** What a person types as proof: digits of a passcode or the letters of a backup code. */
export const typedCodeSchema = z.string().min(4).max(64)

export const labelSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{C}]*$/u)

/**
 * Who may do what (cbs-behaviour 6.3): everything; see everything; everything for own users; everything, for
 * programs; see everything, for programs.
 */
export const systemRoles = ['admin', 'read-only-admin', 'sub-admin', 'api', 'read-only-api'] as const
export const systemRoleSchema = z.enum(systemRoles)
export const userKindSchema = z.enum(['backup', 'system'])
export const userStatusSchema = z.enum(['enabled', 'suspended'])
/** Whether an account belongs to the organisation's own people or to its customers. */
export const audienceSchema = z.enum(['internal', 'external'])
export const subscriptionSchema = z.enum(['paid', 'trial'])
/** `required` and `offered` override the group for one user. */
export const secondFactorRuleSchema = z.enum(['required', 'offered'])
export type Audience = z.infer<typeof audienceSchema>
export type Subscription = z.infer<typeof subscriptionSchema>
export type SecondFactorRule = z.infer<typeof secondFactorRuleSchema>
export type UserKind = z.infer<typeof userKindSchema>
export type UserStatus = z.infer<typeof userStatusSchema>
export type SystemRole = (typeof systemRoles)[number]

export const factorSchema = z
  .object({
    id: factorIdSchema,
    method: methodSchema,
    label: z.string(),
    /** Phones: first digit and last four. Mail: first two characters and the domain (seed Q360). */
    maskedDestination: z.string().nullable(),
    /** False for a number that an administrator entered and nobody has proven yet. */
    isProven: z.boolean(),
    addedAt: instantSchema,
    lastUsedAt: instantSchema.nullable(),
    /** Backup codes only. */
    codesLeft: z.number().int().nullable(),
  })
  .meta({ id: 'Factor' })
export type Factor = z.infer<typeof factorSchema>

export const factorEventSchema = z
  .object({
    at: instantSchema,
    event: z.enum([
      'added',
      'proven',
      'removed',
      'used',
      'regenerated',
      'reset-by-administrator',
      'replaced-by-recovery',
      /** A second one of this passkey signed: which of the two is the owner's, nobody can tell. */
      'copied',
      /** A request on a phone was answered with "this was not me". */
      'denied',
    ]),
    method: methodSchema,
    label: z.string(),
    address: z.string().nullable(),
  })
  .meta({ id: 'FactorEvent' })
export type FactorEvent = z.infer<typeof factorEventSchema>

/** What a session may do: see `sessionSchema.scope`. */
export const sessionScopeSchema = z.enum(['full', 'limited', 'legacy'])
export type SessionScope = z.infer<typeof sessionScopeSchema>

export const sessionSchema = z
  .object({
    id: sessionIdSchema,
    /**
     * `limited`: view and back up only (kept signed in, or a trusted computer without a fresh factor).
     * `legacy`: a legacy client that skipped the second factor; it may set its computer up and back up, no more.
     */
    scope: sessionScopeSchema,
    startedAt: instantSchema,
    lastUsedAt: instantSchema,
    expiresAt: instantSchema,
    /** Until then settings may change without another second factor. */
    freshUntil: instantSchema.nullable(),
    provenBy: z.array(z.enum(['password', 'device', ...methodSchema.options])),
    clientName: z.string(),
    hostName: z.string(),
    address: z.string(),
    isCurrent: z.boolean(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof sessionSchema>

export const meSchema = z
  .object({
    userId: userIdSchema,
    loginName: z.string(),
    displayName: z.string(),
    kind: userKindSchema,
    /** In which the server writes to this user; null = its default. */
    language: languageSchema.nullable(),
    session: sessionSchema,
    /** What holds for this account now, over all settings. */
    secondFactor: secondFactorRuleSchema,
    /** From then on it is compulsory; null = it is already, or never. */
    compulsoryFrom: instantSchema.nullable(),
    /** Whether all methods may be removed at once (`optOut`). */
    mayOptOut: z.boolean(),
    /** What may be registered and used now. */
    methods: z.array(methodSchema),
    limits: limitsSchema,
    subscription: subscriptionSchema,
    /** End of the account; null = none. */
    expiresAt: instantSchema.nullable(),
    lastSignIn: z
      .object({ at: instantSchema, address: z.string(), clientName: z.string(), method: z.string() })
      .nullable(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof meSchema>

/** Raw Ed25519 public key (RFC 8032), 32 bytes in base64url without padding. */
export const publicKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** Ed25519 signature, 64 bytes in base64url without padding. */
export const signatureSchema = z.string().regex(/^[A-Za-z0-9_-]{86}$/)
/** The origin that a client knows the server by, as `URL.origin` spells it. */
export const serverAddressSchema = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^\s/?#@\\]+$/)

export const deviceSchema = z
  .object({
    id: deviceIdSchema,
    name: z.string(),
    platform: z.string(),
    enrolledAt: instantSchema,
    lastSeenAt: instantSchema.nullable(),
    lastAddress: z.string().nullable(),
    revokedAt: instantSchema.nullable(),
    trustedUntil: instantSchema.nullable(),
  })
  .meta({ id: 'Device' })
export type Device = z.infer<typeof deviceSchema>
