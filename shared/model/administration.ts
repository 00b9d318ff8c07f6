import { z } from 'zod'
import {
  audienceSchema,
  factorSchema,
  labelSchema,
  loginNameSchema,
  meSchema,
  secondFactorRuleSchema,
  subscriptionSchema,
  systemRoleSchema,
  userKindSchema,
  userStatusSchema,
} from './account.ts'
import { languageSchema } from './language.ts'
import { apiTokenIdSchema, groupIdSchema, instantSchema, userIdSchema } from './ids.ts'

/** How many users one request may change: what a person can look over before proving a second factor. */
export const bulkMax = 500

/** For how long a legacy client may be let in without a second factor, in days from now. */
export const legacyDaysMax = 90

/** What an API token may be for. Each route names the one that opens it, or none. */
export const tokenScopes = {
  read: 'See users, devices, sessions, groups, settings, trash and figures',
  audit: 'See and export the audit log',
  users: 'Make, import and change backup users; suspend them; end sessions; revoke computers',
  passwords: 'Give backup users one-time passwords',
  policy: 'Change groups, policies and settings',
  backups: 'Bring deleted backups back',
} as const
export type TokenScope = keyof typeof tokenScopes
export const tokenScopeSchema = z.enum(Object.keys(tokenScopes) as [TokenScope, ...TokenScope[]])
/** All that a read-only API user's token may be for. */
export const readingScopes: readonly TokenScope[] = ['read', 'audit']

export const displayNameSchema = labelSchema.max(100)
export const emailSchema = z.email().max(254)

/** Whether an account has a second factor: `unproven` is a phone that only an administrator entered. */
export const factorStateSchema = z.enum(['none', 'unproven', 'proven'])

/** An account as administrators see it. No secret, and no destination in full. */
export const accountSchema = z
  .object({
    id: userIdSchema,
    loginName: z.string(),
    displayName: z.string(),
    kind: userKindSchema,
    role: systemRoleSchema.nullable(),
    groupId: groupIdSchema,
    groupName: z.string(),
    status: userStatusSchema,
    /** False: nobody can sign in before a one-time password is issued. */
    hasPassword: z.boolean(),
    mustChangePassword: z.boolean(),
    methods: z.array(factorSchema.pick({ method: true, isProven: true })),
    factorState: factorStateSchema,
    /** Overrides the group for this user; null = as the group says. */
    secondFactor: secondFactorRuleSchema.nullable(),
    email: z.string().nullable(),
    isEmailProven: z.boolean(),
    /** In which the server writes to this user; null = its default. */
    language: languageSchema.nullable(),
    audience: audienceSchema,
    subscription: subscriptionSchema,
    /** The sub-administrator whose user this is. */
    ownerId: userIdSchema.nullable(),
    expiresAt: instantSchema.nullable(),
    /** Bytes this user may store; the group's limit holds as well. Null = only the group's. */
    quotaBytes: z.number().int().nullable(),
    /** Client version that an import recorded. */
    legacyVersion: z.string().nullable(),
    legacyUntil: instantSchema.nullable(),
    /** Wrong passwords or codes pause this account for computers that are not known. */
    isPaused: z.boolean(),
    /** Null = not being deleted; else it is closed, and erased with its backups after this. */
    eraseAfter: instantSchema.nullable(),
    /** Past `expiresAt`. */
    isExpired: z.boolean(),
    lastSignIn: meSchema.shape.lastSignIn,
    createdAt: instantSchema,
    version: z.number().int(),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof accountSchema>

/** What is looked for: no control characters, which no name has and PostgreSQL does not take. */
export const searchTextSchema = z
  .string()
  .max(128)
  .regex(/^[^\p{C}]*$/u)

export const accountFilterSchema = z.object({
  /** Part of a login name, display name or e-mail address, in any case. */
  search: searchTextSchema.min(1).optional(),
  groupId: groupIdSchema.optional(),
  status: userStatusSchema.optional(),
  kind: userKindSchema.optional(),
  role: systemRoleSchema.optional(),
  factorState: factorStateSchema.optional(),
  audience: audienceSchema.optional(),
  subscription: subscriptionSchema.optional(),
  ownerId: userIdSchema.optional(),
  isLegacy: z.stringbool().optional(),
})
export type AccountFilter = z.infer<typeof accountFilterSchema>

/** What can be said about an account when it is made and changed later. Null = none. */
export const accountFieldsSchema = z.object({
  displayName: displayNameSchema.meta({ description: 'Name as people read it' }),
  email: emailSchema
    .nullable()
    .meta({ description: 'For notices, and for passcodes where policy allows it' }),
  language: languageSchema
    .nullable()
    .meta({ description: 'In which the server writes to this user; null = its default' }),
  audience: audienceSchema.meta({ description: 'Own people (internal) or customers (external)' }),
  subscription: subscriptionSchema.meta({ description: 'Paid or on trial' }),
  groupId: groupIdSchema.meta({ description: 'Policy group' }),
  secondFactor: secondFactorRuleSchema
    .nullable()
    .meta({ description: 'Overrides the group for this user; null = as the group says' }),
  expiresAt: instantSchema.nullable().meta({ description: 'From then on the account works no more' }),
  ownerId: userIdSchema.nullable().meta({ description: 'The sub-administrator whose user this is' }),
  quotaBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().meta({
    description:
      'Bytes this user may store, trash included, beside the limit of the group; null = no other limit',
  }),
})
export type AccountFields = z.infer<typeof accountFieldsSchema>

export const newAccountSchema = accountFieldsSchema
  .partial()
  .extend({
    loginName: loginNameSchema,
    /** Makes a system user; needs a grant. */
    role: systemRoleSchema.optional(),
  })
  .meta({ id: 'NewAccount' })

export const oneTimePasswordSchema = z.object({
  /** Shown this once. */
  oneTimePassword: z.string(),
  expiresAt: instantSchema,
})

export const apiTokenSchema = z
  .object({
    id: apiTokenIdSchema,
    userId: userIdSchema,
    loginName: z.string(),
    name: z.string(),
    scopes: z.array(tokenScopeSchema),
    /** Networks it may be used from, in CIDR; empty = any. */
    networks: z.array(z.string()),
    createdAt: instantSchema,
    expiresAt: instantSchema,
    lastUsedAt: instantSchema.nullable(),
    lastAddress: z.string().nullable(),
    revokedAt: instantSchema.nullable(),
  })
  .meta({ id: 'ApiToken' })
export type ApiToken = z.infer<typeof apiTokenSchema>

/** Longer-lived ones are forgotten until they leak. */
export const tokenDaysMax = 366

export const newApiTokenSchema = z.object({
  name: labelSchema,
  scopes: z.array(tokenScopeSchema).min(1),
  networks: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(50)
    .default([]),
  days: z.number().int().min(1).max(tokenDaysMax).default(90),
})
export type NewApiToken = z.infer<typeof newApiTokenSchema>
