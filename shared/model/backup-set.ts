import { z } from 'zod'
import { backupSetIdSchema, deviceIdSchema, instantSchema, keyIdSchema, repositoryIdSchema } from './ids.ts'
import { scheduleSchema } from './schedule.ts'

/** An absolute path of the computer that the set runs on. NUL can be in no path. */
const pathSchema = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]+$/)

const keepSchema = z.number().int().min(0).max(10_000)

/**
 * Which snapshots stay, in restic's terms (`forget --keep-*`). A snapshot that any rule keeps stays.
 * Zero means that the rule keeps nothing.
 */
export const retentionSchema = z
  .object({
    keepLastCount: keepSchema,
    keepHourlyCount: keepSchema,
    keepDailyCount: keepSchema,
    keepWeeklyCount: keepSchema,
    keepMonthlyCount: keepSchema,
    keepYearlyCount: keepSchema,
    /** Days; every snapshot younger than this stays. */
    keepWithinDays: z.number().int().min(0).max(36_500),
  })
  .refine((retention) => Object.values(retention).some((count) => count > 0), {
    message: 'A retention policy keeps something.',
  })
  .meta({ id: 'Retention' })
export type Retention = z.infer<typeof retentionSchema>

export const defaultRetention: Retention = {
  keepLastCount: 7,
  keepHourlyCount: 0,
  keepDailyCount: 30,
  keepWeeklyCount: 12,
  keepMonthlyCount: 12,
  keepYearlyCount: 3,
  keepWithinDays: 14,
}

/** Whether `next` could let a snapshot go that `previous` keeps: that needs a step-up. */
export function isShorterRetention(previous: Retention, next: Retention): boolean {
  return (Object.keys(previous) as (keyof Retention)[]).some((rule) => next[rule] < previous[rule])
}

const commandSchema = z.object({
  /** Program and arguments; never a shell line. */
  argv: z.array(z.string().max(4096)).min(1).max(64),
  timeoutSeconds: z.number().int().min(1).max(86_400).default(600),
  /** What a failure of the command means for the run. */
  onFailure: z.enum(['stop', 'continue']).default('stop'),
})

/** What, when, where and how long. */
export const backupSetDefinitionSchema = z
  .object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(/^[^\p{C}]*$/u),
    sources: z.array(pathSchema).min(1).max(500),
    /** restic's exclude patterns (`--exclude`). */
    exclusions: z
      .array(
        z
          .string()
          .min(1)
          .max(1024)
          .regex(/^[^\0\n]+$/),
      )
      .max(1000)
      .default([]),
    schedules: z.array(scheduleSchema).max(20).default([]),
    /** IANA name of the zone in which the schedule's wall clock runs. */
    timeZone: z.string().min(1).max(64).default('UTC'),
    isPaused: z.boolean().default(false),
    catchUpMissed: z.boolean().default(true),
    conditions: z
      .object({ notOnBattery: z.boolean().default(false), notOnMetered: z.boolean().default(false) })
      .prefault({}),
    retention: retentionSchema.default(defaultRetention),
    /** KiB/s as restic counts them; null = no limit. */
    uploadLimitKibPerSecond: z.number().int().min(1).nullable().default(null),
    downloadLimitKibPerSecond: z.number().int().min(1).nullable().default(null),
    preCommand: commandSchema.nullable().default(null),
    postCommand: commandSchema.nullable().default(null),
  })
  .meta({ id: 'BackupSetDefinition' })
export type BackupSetDefinition = z.infer<typeof backupSetDefinitionSchema>

export const backupSetSchema = z
  .object({
    id: backupSetIdSchema,
    /** The computer that runs it; null after a recovery, until a computer adopts it. */
    deviceId: deviceIdSchema.nullable(),
    repositoryId: repositoryIdSchema,
    keyId: keyIdSchema,
    definition: backupSetDefinitionSchema,
    /** Counts changes; an update names the version it edited. */
    version: z.number().int(),
    createdAt: instantSchema,
    storedBytes: z.number().int(),
    snapshotCount: z.number().int(),
    isBrakeTripped: z.boolean(),
    /** Set when deletion was asked for: until then it can be undone. */
    deletedAt: instantSchema.nullable(),
    purgeAfter: instantSchema.nullable(),
  })
  .meta({ id: 'BackupSet' })
export type BackupSet = z.infer<typeof backupSetSchema>
