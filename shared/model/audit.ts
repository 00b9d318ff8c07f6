import { z } from 'zod'
import { instantSchema } from './ids.ts'

/** `refused`: it was not permitted. `failed`: it was permitted and did not come about. */
export const auditOutcomeSchema = z.enum(['ok', 'refused', 'failed'])

/** One thing that happened, as administrators see it. */
export const auditViewSchema = z
  .object({
    sequence: z.number().int(),
    at: instantSchema,
    /** `user:<id>`, `token:<id>`, `device:<id>`, `command:<who>`, `server`, or `unknown:<mac>`. */
    actor: z.string(),
    action: z.string(),
    outcome: auditOutcomeSchema,
    target: z.string().optional(),
    address: z.string().optional(),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
      .optional(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditView = z.infer<typeof auditViewSchema>

/** Free text of the log's own vocabulary: names, ids, subjects. */
const term = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}]*$/u)

export const auditFilterSchema = z.object({
  actor: term.optional(),
  /** An action such as `user.suspended`, or a subject such as `user.` with everything below it. */
  action: term.optional(),
  outcome: auditOutcomeSchema.optional(),
  target: term.optional(),
  since: instantSchema.optional(),
  until: instantSchema.optional(),
})
export type AuditFilter = z.infer<typeof auditFilterSchema>

/** An entry as the chain has it, so that another program can check the chain too. */
export const chainedEntrySchema = z
  .object({
    sequence: z.number().int(),
    /** Canonical JSON; `hash` = SHA-256 of `previousHash`, `sequence` and this, parted by line feeds, in hex. */
    entry: z.string(),
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'ChainedAuditEntry' })
