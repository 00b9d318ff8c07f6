import { z } from 'zod'
import { instantSchema } from './ids.ts'

/** A recovery by phone that waits, as the account's owner sees it everywhere. */
export const pendingRecoverySchema = z
  .object({
    startedAt: instantSchema,
    /** From then on it can be finished; never before. */
    readyAt: instantSchema,
    endsAt: instantSchema,
    /** Where it was begun from. */
    address: z.string(),
    clientName: z.string(),
  })
  .meta({ id: 'PendingRecovery' })
export type PendingRecovery = z.infer<typeof pendingRecoverySchema>

/** What an account has for getting back in, and what is going on. */
export const accountRecoverySchema = z
  .object({
    /** Whether policy lets this account recover by phone. */
    isAllowed: z.boolean(),
    waitHours: z.number().int(),
    recoveryPhone: z.object({ maskedDestination: z.string(), addedAt: instantSchema }).nullable(),
    /** The proven mail address. */
    maskedEmail: z.string().nullable(),
    pending: pendingRecoverySchema.nullable(),
  })
  .meta({ id: 'AccountRecovery' })
export type AccountRecovery = z.infer<typeof accountRecoverySchema>

/** Random, single-use, and good for nothing but stopping one recovery. */
export const cancelTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** What a person typed as an account: a login name or a mail address. PostgreSQL takes no NUL to look for. */
export const typedAccountSchema = z
  .string()
  .trim()
  .min(1)
  .max(254)
  .regex(/^[^\p{Cc}]*$/u)
/** Groups of letters and digits from the mail; spaces and dashes do not matter. */
export const typedResetCodeSchema = z.string().min(10).max(64)
/** What people type; the server reads it as one mailbox. */
export const emailAddressSchema = z.string().trim().min(3).max(254)
