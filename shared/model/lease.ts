import { z } from 'zod'
import { errorCodes, type ErrorCode } from '../errors.ts'
import { backupSetSchema } from './backup-set.ts'
import { instantSchema, leaseIdSchema } from './ids.ts'

/**
 * - `backup`: add objects of one repository; read indexes and metadata, no file data.
 * - `maintenance`: the same, and request deletions, which go to the trash.
 * - `browse`: read indexes and metadata of one repository, no file data. From a session.
 * - `restore`: read one repository. From a session and a step-up grant.
 */
export const leaseKindSchema = z.enum(['backup', 'maintenance', 'browse', 'restore'])
export type LeaseKind = z.infer<typeof leaseKindSchema>

/** A permission for one run on one repository. Dies `expiresAt` unless a heartbeat moves that. */
export const leaseSchema = z
  .object({
    id: leaseIdSchema,
    kind: leaseKindSchema,
    /** Basic-auth password at the storage endpoint (user name: the lease id). Shown this once. */
    secret: z.string(),
    expiresAt: instantSchema,
    heartbeatSeconds: z.number().int(),
    /** Path of the restic REST repository below the server's address; ends in a slash. */
    repositoryPath: z.string(),
    /** Whether the repository holds a restic config already. */
    isInitialised: z.boolean(),
    backupSet: backupSetSchema,
  })
  .meta({ id: 'Lease' })
export type Lease = z.infer<typeof leaseSchema>

/** What the server tells a running client. `problem`: why requests are being refused, so that it can stop. */
export const heartbeatReplySchema = z
  .object({
    expiresAt: instantSchema,
    problem: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]).nullable(),
  })
  .meta({ id: 'HeartbeatReply' })
export type HeartbeatReply = z.infer<typeof heartbeatReplySchema>
