import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { jobRunIdSchema } from '../../shared/model/ids.ts'
import { jobRunSchema, type JobRun } from '../../shared/model/job-run.ts'
import { readIfThere } from '../profile/owner-only.ts'
import { writeWhole } from '../profile/write-whole.ts'

const entrySchema = z.object({
  run: jobRunSchema,
  /** The server's id of the same run; null until it was told. */
  serverRunId: jobRunIdSchema.nullable(),
  /** False when the server refused the report for good. */
  isWaiting: z.boolean(),
})
export type HistoryEntry = z.infer<typeof entrySchema>

/** The runs of this computer, kept in the profile: also those that never reached the server. */
export interface RunHistory {
  /** Newest first. */
  entries(): Promise<readonly HistoryEntry[]>
  add(run: JobRun, serverRunId: JobRun['id'] | null): Promise<void>
  /** The server knows it now, or (null) refused it for good. */
  settle(id: JobRun['id'], serverRunId: JobRun['id'] | null): Promise<void>
}

const keptCount = 2000
/** A list of left-out files of each kept run would make the file huge; the server has them. */
const keptLeftOut = 100

/**
 * One JSON object per line, appended; the last line of an id counts. Rewritten when half of it is old.
 * A line that does not parse (the power failed while it was written) is passed over.
 */
export function openHistory(profileFolder: string): RunHistory {
  const path = join(profileFolder, 'runs.jsonl')
  let loaded: Promise<Map<string, HistoryEntry>> | undefined
  let lineCount = 0
  const load = async (): Promise<Map<string, HistoryEntry>> => {
    const text = (await readIfThere(path)) ?? ''
    const entries = new Map<string, HistoryEntry>()
    for (const line of text.split('\n')) {
      const entry = parseLine(line)
      if (entry === undefined) continue
      lineCount += 1
      entries.set(entry.run.id, entry)
    }
    // A torn last line must not swallow the next one.
    if (text !== '' && !text.endsWith('\n')) await appendFile(path, '\n')
    return entries
  }
  let last: Promise<unknown> = Promise.resolve()
  const put = (change: (entries: Map<string, HistoryEntry>) => HistoryEntry | undefined): Promise<void> => {
    const written = last.then(async () => {
      const entries = await (loaded ??= load())
      const entry = change(entries)
      if (entry === undefined) return
      entries.set(entry.run.id, entry)
      lineCount += 1
      if (lineCount > keptCount * 2) {
        for (const id of Array.from(entries.keys()).slice(0, -keptCount)) entries.delete(id)
        lineCount = entries.size
        await writeWhole(path, Array.from(entries.values(), lineOf).join(''))
      } else await appendFile(path, lineOf(entry), { mode: 0o600 })
    })
    last = written.catch(() => undefined)
    return written
  }
  return {
    entries: async () => {
      await last
      return Array.from((await (loaded ??= load())).values()).reverse()
    },
    add: (run, serverRunId) =>
      put(() => ({
        run: { ...run, leftOut: run.leftOut.slice(0, keptLeftOut) },
        serverRunId,
        isWaiting: serverRunId === null,
      })),
    settle: (id, serverRunId) =>
      put((entries) => {
        const entry = entries.get(id)
        return entry === undefined ? undefined : { ...entry, serverRunId, isWaiting: false }
      }),
  }
}

function lineOf(entry: HistoryEntry): string {
  return `${JSON.stringify(entry)}\n`
}

function parseLine(line: string): HistoryEntry | undefined {
  if (line === '') return undefined
  try {
    const parsed = entrySchema.safeParse(JSON.parse(line))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
