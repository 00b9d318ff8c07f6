import { z } from 'zod'
import { instantSchema, snapshotIdSchema } from './ids.ts'

export const snapshotSchema = z
  .object({
    id: snapshotIdSchema,
    takenAt: instantSchema,
    /** By how much the clock of the computer that took it was ahead of UTC: retention counts its days. */
    utcOffsetMinutes: z.number().int().default(0),
    hostName: z.string(),
    paths: z.array(z.string()),
    tags: z.array(z.string()),
    /** Null for snapshots of restic before 0.17, which did not record it. */
    fileCount: z.number().int().nullable(),
    sizeBytes: z.number().int().nullable(),
  })
  .meta({ id: 'Snapshot' })
export type Snapshot = z.infer<typeof snapshotSchema>

export const nodeKindSchema = z.enum(['file', 'folder', 'symlink', 'other'])

/** A file or folder inside a snapshot. */
export const nodeSchema = z
  .object({
    /** Absolute, with forward slashes, as restic prints it. */
    path: z.string(),
    name: z.string(),
    kind: nodeKindSchema,
    sizeBytes: z.number().int(),
    modifiedAt: z.string(),
    /** Unix permission bits. */
    mode: z.number().int(),
  })
  .meta({ id: 'Node' })
export type Node = z.infer<typeof nodeSchema>
