import { z } from 'zod'
import { groupIdSchema, instantSchema } from './ids.ts'

/** A whole number inside hard bounds that no administrator can leave, with its default. */
/** A whole number within bounds, which its description tells. */
export function bounded(min: number, max: number, fallback: number, description: string) {
  return z
    .number()
    .int()
    .min(min)
    .max(max)
    .default(fallback)
    .meta({ description: `${description} (${min}–${max}, default ${fallback})` })
}

/** Methods that end in typing a code. */
export const codeMethods = ['sms', 'voice', 'email', 'totp', 'backup-code'] as const
/** `sms` and `voice` are two ways to the same registered phone, which is kept as `sms`. */
export const codeMethodSchema = z.enum(codeMethods)
export type CodeMethod = z.infer<typeof codeMethodSchema>
export const methodSchema = z.enum([...codeMethods, 'passkey', 'push'])
export type Method = z.infer<typeof methodSchema>

/** The two ways to a registered phone. */
export const phoneChannelSchema = z.enum(['sms', 'voice'])
export type PhoneChannel = z.infer<typeof phoneChannelSchema>

/** Which authenticator app people are shown (cbs-behaviour 6.1); whatever they then use makes the same codes. */
export const authenticatorPresetSchema = z.enum(['any', 'microsoft', 'google', 'third-party'])
export type AuthenticatorPreset = z.infer<typeof authenticatorPresetSchema>

/**
 * All limits of signing in. The bounds are part of the product's promise: an administrator may be
 * stricter or milder inside them and never outside (ARCHITECTURE §4; NIST SP 800-63B-4; OWASP ASVS 5.0 6.5, 6.6).
 */
export const limitsSchema = z
  .object({
    passcodeDigits: bounded(6, 10, 6, 'Digits of a passcode that is sent; below 6 it can be guessed'),
    passcodeMinutes: bounded(
      5,
      10,
      5,
      'Minutes a sent passcode is valid; delivery takes time, NIST ends it at 10',
    ),
    triesPerChallenge: bounded(3, 10, 5, 'Wrong codes until the challenge ends and signing in starts again'),
    failuresBeforeLock: bounded(
      5,
      20,
      10,
      'Wrong codes in a row, over all methods, until the account pauses',
    ),
    lockMinutes: bounded(1, 60, 15, 'Minutes of the first pause; it doubles up to one hour'),
    failuresHardStop: bounded(20, 100, 100, 'Wrong codes in a row until an administrator must unlock'),
    resendCooldownSeconds: bounded(
      15,
      300,
      30,
      'Seconds until a passcode can be sent again; doubles each time',
    ),
    resendsPerChallenge: bounded(1, 10, 3, 'How often one challenge may send again'),
    sendsPerNumberPer10Minutes: bounded(1, 10, 5, 'Messages to one number in ten minutes'),
    sendsPerNumberPerDay: bounded(1, 50, 10, 'Messages to one number in a day'),
    sendsPerNetworkPerHour: bounded(
      1,
      1000,
      30,
      'Messages caused by one source network in an hour (IPv6: its /64)',
    ),
    sendsPerCountryPerDay: bounded(
      1,
      100_000,
      500,
      'Messages to one country calling code in a day; known computers have as many again for themselves',
    ),
    sendsPerPrefixPerDay: bounded(
      1,
      10_000,
      200,
      'Messages in a day to numbers that differ in their last four digits only',
    ),
    pumpingNumbers: bounded(
      5,
      1000,
      20,
      'Neighbouring numbers that somebody began to register in a day from which on they are looked at',
    ),
    pumpingProvenPercent: bounded(
      1,
      80,
      20,
      'Share of those that must have been proven; below it the block of numbers pauses, because somebody earns by our messages',
    ),
    prefixPauseHours: bounded(1, 168, 24, 'Hours in which no number of such a block can be registered'),
    sendsPerServerPerDay: bounded(
      1,
      1_000_000,
      2000,
      'Messages of the whole server in a day; known computers have as many again for themselves',
    ),
    passwordFailuresBeforeLock: bounded(
      5,
      50,
      10,
      'Wrong passwords in a row for one login name until a pause',
    ),
    signInsPerNetworkPerMinute: bounded(
      5,
      10_000,
      60,
      'Attempts to sign in from one source network in a minute',
    ),
    trustedDeviceHours: bounded(
      0,
      720,
      48,
      'Hours a computer stays trusted after a second factor, sliding; 0 = off',
    ),
    trustedDeviceMaxDays: bounded(
      1,
      90,
      30,
      'Days after which a trusted computer proves a second factor again, however often it is used',
    ),
    pairingMinutes: bounded(
      2,
      10,
      10,
      'Minutes in which a new authenticator app must show its first code; a key left on a screen can be copied',
    ),
    pushMinutes: bounded(1, 5, 2, 'Minutes in which a request on a phone must be approved'),
    pushesPer10Minutes: bounded(
      1,
      10,
      5,
      'Requests on the phones of one account in ten minutes; each known computer has as many for itself',
    ),
    sessionIdleMinutes: bounded(5, 1440, 30, 'Minutes without a request until a session ends'),
    sessionMaxHours: bounded(1, 24, 12, 'Hours until a session ends however busy it is'),
    keepSignedInDays: bounded(
      0,
      90,
      30,
      'Days of a view-and-back-up session that the user asked to keep; 0 = off',
    ),
    freshMinutes: bounded(
      1,
      30,
      10,
      'Minutes after a second factor in which settings may change without another',
    ),
    grantMinutes: bounded(1, 20, 10, 'Minutes in which a step-up must be used'),
    requestsPerMinute: bounded(
      60,
      100_000,
      1200,
      'Requests of one session, computer or API token in a minute; backup data not counted',
    ),
  })
  .meta({ id: 'Limits' })
export type Limits = z.infer<typeof limitsSchema>

export const protectionSchema = z
  .object({
    retentionLockDays: bounded(1, 3650, 30, 'Days that deleted objects stay recoverable on the server'),
    undeclaredReadMegabytes: bounded(
      0,
      64,
      4,
      'Megabytes of file data that backups may read a day and repository; a backup needs none, a thief wants all',
    ),
    brakeSnapshotPercent: bounded(
      10,
      100,
      50,
      'Share of a repository’s snapshots deleted in a day that trips the brake',
    ),
    brakeSnapshotMinimum: bounded(
      3,
      1000,
      10,
      'Snapshots deleted in a day below which the brake never trips',
    ),
    maintenanceAllowed: z.boolean().default(true).meta({
      description:
        'Whether a computer may request deletions (retention) on its own; they always land in the trash',
    }),
    twoAdministrators: z.boolean().default(false).meta({
      description:
        'Whether a second administrator must approve before an administrator deletes an account with its backups',
    }),
    quotaBytes: z
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .nullable()
      .default(null)
      .meta({ description: 'Bytes one user may store, trash included; null = no limit' }),
  })
  .meta({ id: 'Protection' })
export type Protection = z.infer<typeof protectionSchema>

/** How an account comes back whose second factors are lost (ASVS 5.0 6.4.4; docs/adr). */
export const recoverySchema = z
  .object({
    byPhone: z.boolean().default(true).meta({
      description:
        'Whether a recovery phone that its owner registered lets the account register a new second factor after the waiting time; never for system users',
    }),
    waitHours: bounded(
      24,
      336,
      72,
      'Hours between the right passcode on the recovery phone and the new second factor; below a day an owner who sleeps could not stop a thief',
    ),
    windowHours: bounded(24, 336, 72, 'Hours after the waiting time in which the recovery must be finished'),
    startsPer30Days: bounded(1, 10, 3, 'Recoveries that one account may begin in 30 days'),
    twoAdministrators: z.boolean().default(false).meta({
      description:
        'Whether a second administrator must approve before an administrator resets a user’s second factors',
    }),
    approvalHours: bounded(1, 72, 24, 'Hours in which the second administrator may approve'),
  })
  .meta({ id: 'Recovery' })
export type RecoveryPolicy = z.infer<typeof recoverySchema>

/** Named settings applied to a set of users. */
export const policySchema = z
  .object({
    secondFactor: z.enum(['required', 'offered']).default('required').meta({
      description: 'Whether a second factor is compulsory; settings of the server can only make it so',
    }),
    mayDismissOffer: z.boolean().default(true).meta({
      description: 'Whether people may tick "do not show this again" where a second factor is only offered',
    }),
    mayOptOut: z.boolean().default(true).meta({
      description: 'Whether people may switch their second factor off again where it is not compulsory',
    }),
    enrolBy: instantSchema.nullable().default(null).meta({
      description:
        'Until then a second factor is offered at every sign-in, from then on it is compulsory; null = no such date',
    }),
    graceDays: z.number().int().min(0).max(30).default(0).meta({
      description:
        'Days after the first sign-in that demands a second factor in which it may still be put off, never for system users (0–30, default 0)',
    }),
    trustedDevices: z.enum(['many', 'one']).default('many').meta({
      description:
        'Whether a user may trust several computers, or a new one ends the trust in the one before',
    }),
    authenticatorApp: authenticatorPresetSchema.default('any').meta({
      description: 'The authenticator app that the pairing screen names',
    }),
    authenticatorName: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .regex(/^[^\p{C}]*$/u)
      .nullable()
      .default(null)
      .meta({
        description: 'How the pairing screen calls a third-party app (MyAuthenticator); null = no name',
      }),
    methods: z
      .array(methodSchema)
      .min(1)
      .default(['sms', 'totp', 'push', 'passkey', 'backup-code'])
      .meta({ description: 'Which methods may be registered and used' }),
    phishingResistant: z.enum(['off', 'system-users', 'everybody']).default('off').meta({
      description:
        'Whose sign-ins and step-ups only a passkey completes: nobody’s (off), those of accounts that administer (system-users), or everybody’s. Needs passkey among the methods and the server’s publicAddress',
    }),
    firstPasskeyUntil: instantSchema.nullable().default(null).meta({
      description:
        'Where a passkey is required: until when another method may be used to register the first one at sign-in; later only accounts without any method may, new ones or after a reset. null = no end',
    }),
    passkeyOnOtherDevice: z.boolean().default(false).meta({
      description:
        'Whether a passkey may be used on another device after typing a code there. Whoever is talked into typing somebody else’s code lets them in, so it does not count where a passkey is required',
    }),
    legacyClients: z.boolean().default(false).meta({
      description:
        'Whether accounts that were imported with an old client may skip the second factor, only to back up, until their first backup or the end that an administrator set for each',
    }),
    limits: limitsSchema.prefault({}),
    protection: protectionSchema.prefault({}),
    recovery: recoverySchema.prefault({}),
  })
  .meta({ id: 'Policy' })
export type Policy = z.infer<typeof policySchema>

export const groupSchema = z
  .object({
    id: groupIdSchema,
    name: z.string().min(1).max(100),
    policy: policySchema,
    version: z.number().int(),
  })
  .meta({ id: 'Group' })
export type Group = z.infer<typeof groupSchema>

export const defaultPolicy: Policy = policySchema.parse({})
