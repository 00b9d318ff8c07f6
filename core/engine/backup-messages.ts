import { z } from 'zod'

/** One JSON object per line; anything else (restic also prints sentences) is no message and no failure. */
export function jsonLine(line: string): unknown {
  if (!line.startsWith('{') && !line.startsWith('[')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const count = z.number().int().nonnegative()

const statusSchema = z.object({
  message_type: z.literal('status'),
  percent_done: z.number().default(0),
  total_files: count.default(0),
  files_done: count.default(0),
  total_bytes: count.default(0),
  bytes_done: count.default(0),
  seconds_remaining: z.number().optional(),
  current_files: z.array(z.string()).nullish(),
})

const summarySchema = z.object({
  message_type: z.literal('summary'),
  files_new: count,
  files_changed: count,
  files_unmodified: count,
  data_added: count,
  total_bytes_processed: count,
  /** Short (8 digits) in restic 0.14. */
  snapshot_id: z.string().regex(/^[0-9a-f]{8,64}$/),
})

const errorSchema = z.object({
  message_type: z.literal('error'),
  error: z.object({ message: z.string().optional(), Err: z.number().int().optional() }).nullish(),
  during: z.string(),
  item: z.string(),
})

const messageSchema = z.discriminatedUnion('message_type', [statusSchema, summarySchema, errorSchema])

export type BackupStatus = z.infer<typeof statusSchema>
export type BackupSummary = z.infer<typeof summarySchema>
export type BackupError = z.infer<typeof errorSchema>

/** A message of `restic backup --json`; undefined for kinds that this program does not know. */
export function parseBackupMessage(line: string): z.infer<typeof messageSchema> | undefined {
  const parsed = messageSchema.safeParse(jsonLine(line))
  return parsed.success ? parsed.data : undefined
}
