import { z } from 'zod'
import { errorDetailsSchema } from '../errors.ts'
import { alertIdSchema, instantSchema } from './ids.ts'

/** What administrators are alerted of. */
export const alertKinds = [
  /** Four fifths of what the whole server may send in a day. */
  'message-budget-near',
  'message-budget-reached',
  /** Four fifths of what one country may get in a day. */
  'country-budget-near',
  'country-budget-reached',
  /** Many neighbouring numbers were entered and few of them proven: somebody earns by our messages. */
  'number-block-paused',
  'senders-changed',
  /** A provider refuses us: credentials, account or balance. */
  'sender-refused',
  /** A legacy client signed in without a second factor. */
  'legacy-sign-in',
  /** As many accounts on trial were registered as may be in a day. */
  'trials-used-up',
  /** A computer asked for more deletions than a day's retention does: somebody may be destroying a history. */
  'brake-tripped',
  /** A passkey signed with a counter that was seen before: there are two of it. */
  'passkey-copied',
  /** An administrator asks for what takes a second one. */
  'approval-requested',
  /** A group’s rule that takes two administrators was switched off. */
  'two-administrators-off',
  /** An account came to administer, or an administrator got a new way to sign in from another one. */
  'administrator-changed',
  /** Somebody signed everybody out. */
  'all-sessions-ended',
  /** An account is closed and will be erased. */
  'account-closed',
  /** The owner of a paired phone says that a request there was somebody else's: a password is known. */
  'request-denied',
] as const
export const alertKindSchema = z.enum(alertKinds)
export type AlertKind = z.infer<typeof alertKindSchema>

export const alertSchema = z
  .object({
    id: alertIdSchema,
    kind: alertKindSchema,
    /** Never a secret, never a whole telephone number. */
    details: errorDetailsSchema,
    /** How often its cause came up on this day. */
    count: z.number().int(),
    firstAt: instantSchema,
    lastAt: instantSchema,
    acknowledgedAt: instantSchema.nullable(),
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'Alert' })
export type Alert = z.infer<typeof alertSchema>
