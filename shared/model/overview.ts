import { z } from 'zod'

const count = z.number().int()

/** Figures for a first look: is everybody protected, and does anything need a person? */
export const overviewSchema = z
  .object({
    users: z.object({
      total: count,
      suspended: count,
      expired: count,
      /** No second factor at all. */
      withoutFactor: count,
      /** Only a phone that an administrator entered. */
      unproven: count,
      proven: count,
      /** Wrong passwords or codes pause them. */
      paused: count,
      /** An import recorded an old client. */
      legacy: count,
      trial: count,
    }),
    devices: z.object({
      enrolled: count,
      trusted: count,
      /** Not seen for a week. */
      silent: count,
    }),
    storage: z.object({
      backupSets: count,
      storedBytes: z.number(),
      trashedBytes: z.number(),
      brakesTripped: count,
    }),
  })
  .meta({ id: 'Overview' })
export type Overview = z.infer<typeof overviewSchema>

/** What one run deleted and can still come back. */
export const trashGroupSchema = z
  .object({
    userId: z.string(),
    backupSetId: z.string().nullable(),
    repositoryId: z.string(),
    leaseId: z.string().nullable(),
    objectCount: count,
    snapshotCount: count,
    sizeBytes: z.number(),
    firstTrashedAt: z.iso.datetime(),
    lastTrashedAt: z.iso.datetime(),
    /** When the first of it may be erased. */
    releaseAt: z.iso.datetime(),
    isBrakeTripped: z.boolean(),
  })
  .meta({ id: 'TrashGroup' })
