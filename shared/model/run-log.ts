import { z } from 'zod'
import { instantSchema } from './ids.ts'

/** One thing that Holdfast, restic or a command of the set said during a run. Free of secrets. */
export const runLogEntrySchema = z.object({
  at: instantSchema,
  source: z.enum(['holdfast', 'restic']),
  level: z.enum(['info', 'warning', 'error']),
  text: z.string(),
})
export type RunLogEntry = z.infer<typeof runLogEntrySchema>

export const runLogSchema = z.object({
  entries: z.array(runLogEntrySchema),
  /** How many entries from the middle of a long log were not kept. */
  omittedCount: z.number().int(),
})
export type RunLog = z.infer<typeof runLogSchema>

/** A log as lines of text, for a terminal and for a file. */
export function runLogLines({ entries, omittedCount }: RunLog): string[] {
  const lines = entries.map(({ at, source, level, text }) => `${at} ${source} ${level}: ${text}`)
  return omittedCount === 0 ? lines : [...lines, `(${omittedCount} lines were not kept)`]
}
