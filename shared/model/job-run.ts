import { z } from 'zod'
import { errorCodes, type ErrorCode } from '../errors.ts'
import { backupSetIdSchema, deviceIdSchema, instantSchema, jobRunIdSchema, snapshotIdSchema } from './ids.ts'

/** Why a run that was due did not start. A skip is not a failure, and it is always recorded. */
export const skipReasons = [
  'paused',
  'on-battery',
  'on-metered',
  'already-running',
  'missed',
  'computer-asleep',
  /** The server let no run begin before the account has one: docs/adr/0022. */
  'second-factor-required',
] as const

export const outcomeSchema = z.enum(['complete', 'incomplete', 'failed', 'cancelled', 'skipped'])
export type Outcome = z.infer<typeof outcomeSchema>

export const leftOutSchema = z.object({ path: z.string(), reason: z.string() }).meta({ id: 'LeftOut' })
export type LeftOut = z.infer<typeof leftOutSchema>

/** One execution with its outcome. `incomplete`: the snapshot exists, `leftOut` names what it lacks. */
export const jobRunSchema = z
  .object({
    id: jobRunIdSchema,
    backupSetId: backupSetIdSchema,
    deviceId: deviceIdSchema.nullable(),
    kind: z.enum(['backup', 'maintenance', 'restore']),
    trigger: z.enum(['manual', 'schedule', 'catch-up']),
    outcome: outcomeSchema,
    startedAt: instantSchema,
    endedAt: instantSchema,
    errorCode: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]).nullable(),
    skipReason: z.enum(skipReasons).nullable(),
    snapshotId: snapshotIdSchema.nullable(),
    filesNew: z.number().int(),
    filesChanged: z.number().int(),
    filesUnmodified: z.number().int(),
    bytesProcessed: z.number().int(),
    bytesAdded: z.number().int(),
    leftOutCount: z.number().int(),
    /** At most the first 1,000. */
    leftOut: z.array(leftOutSchema).max(1000),
  })
  .meta({ id: 'JobRun' })
export type JobRun = z.infer<typeof jobRunSchema>

/** What a client reports at the end of a run; the server adds whose it was. */
export const runReportSchema = jobRunSchema
  .omit({ id: true, backupSetId: true, deviceId: true })
  .meta({ id: 'RunReport' })
export type RunReport = z.infer<typeof runReportSchema>
