import { z } from 'zod'
import { approvalIdSchema, instantSchema, userIdSchema } from './ids.ts'

/** The reset of one user’s second factors, which one administrator asks for and another one approves. */
export const approvalSchema = z
  .object({
    id: approvalIdSchema,
    targetUserId: userIdSchema,
    targetLoginName: z.string(),
    requestedBy: z.string(),
    requestedAt: instantSchema,
    /** Until then it must be approved and carried out. */
    expiresAt: instantSchema,
    status: z.enum(['waiting', 'approved', 'carried-out', 'cancelled', 'expired']),
    /** Who approved or cancelled it. */
    decidedBy: z.string().nullable(),
    decidedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Approval' })
export type Approval = z.infer<typeof approvalSchema>
