import { appendFile, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isoOf, type Clock } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { JobRunId } from '../../shared/model/ids.ts'
import { runLogEntrySchema, type RunLog, type RunLogEntry } from '../../shared/model/run-log.ts'
import type { Log } from '../core-deps.ts'
import { redact } from '../engine/redact.ts'
import { readIfThere } from '../profile/owner-only.ts'
import { codeOf } from '../profile/system-error.ts'

/** Says one thing into the log of a run. Never fails: a log must not stop a backup. */
export type Say = (source: RunLogEntry['source'], level: RunLogEntry['level'], text: string) => void

export interface RunLogWriter {
  readonly say: Say
  /** Resolves when everything is written; nothing can be said any more. */
  close(): Promise<void>
}

/** The logs of runs of this computer: one file for each run in the profile, bounded in size and number. */
export interface RunLogs {
  open(id: JobRunId): RunLogWriter
  /** Also of a run under way. @throws AppError NOT_FOUND when this computer has no log of that run */
  read(id: JobRunId): Promise<RunLog>
}

const keptLogs = 300
/** What is written as it is said; of what comes after, the last lines are kept and written at the end. */
const firstEntries = 1000
const lastEntries = 200
const longestText = 2000

const marker = /^\{"omittedCount":(\d+)\}$/

export function openRunLogs(profileFolder: string, clock: Clock): RunLogs {
  const folder = join(profileFolder, 'run-logs')
  const fileOf = (id: JobRunId): string => join(folder, `${id}.jsonl`)
  const open = new Map<JobRunId, () => Promise<void>>()
  return {
    open: (id) => {
      const path = fileOf(id)
      let count = 0
      const late: string[] = []
      let last: Promise<void> = mkdir(folder, { recursive: true, mode: 0o700 })
        .then(() => forgetOldest(folder))
        .catch(() => undefined)
      const write = (text: string): void => {
        last = last.then(() => appendFile(path, text, { mode: 0o600 })).catch(() => undefined)
      }
      open.set(id, () => last)
      return {
        say: (source, level, text) => {
          count += 1
          const line = lineOf({ at: isoOf(clock.nowMs()), source, level, text })
          if (count <= firstEntries) write(line)
          else {
            late.push(line)
            if (late.length > lastEntries) late.shift()
          }
        },
        close: async () => {
          const omittedCount = count - Math.min(count, firstEntries) - late.length
          if (omittedCount > 0) write(`${JSON.stringify({ omittedCount })}\n`)
          if (late.length > 0) write(late.join(''))
          await last
          open.delete(id)
        },
      }
    },
    read: async (id) => {
      await open.get(id)?.()
      const text = await readIfThere(fileOf(id))
      if (text === undefined) throw new AppError('NOT_FOUND', 'This computer has no log of that run.')
      return parse(text)
    },
  }
}

/** Tells the program's log and the run's: what happened to a run is looked for in either. */
export function tellBoth(log: Log, say: Say): Log {
  return {
    info: (fields, message) => {
      log.info(fields, message)
      say('holdfast', 'info', sentence(fields, message))
    },
    warn: (fields, message) => {
      log.warn(fields, message)
      say('holdfast', 'warning', sentence(fields, message))
    },
    error: (fields, message) => {
      log.error(fields, message)
      say('holdfast', 'error', sentence(fields, message))
    },
  }
}

/** What every entry of a run would repeat. */
const ownFields = new Set(['jobRunId', 'backupSetId', 'leaseId', 'kind'])

function sentence(fields: object, message: string): string {
  const facts = Object.entries(fields)
    .filter(([name]) => !ownFields.has(name))
    .map(([name, value]: [string, unknown]) => `${name}: ${wordOf(value)}`)
  return facts.length === 0 ? message : `${message} (${facts.join(', ')})`
}

function wordOf(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function lineOf(entry: RunLogEntry): string {
  const clean = redact(entry.text, [])
  const text = clean.length > longestText ? `${clean.slice(0, longestText)}…` : clean
  return `${JSON.stringify({ ...entry, text })}\n`
}

/** A line that does not parse (the power failed while it was written) is passed over. */
function parse(text: string): RunLog {
  const entries: RunLogEntry[] = []
  let omittedCount = 0
  for (const line of text.split('\n')) {
    const omitted = marker.exec(line)?.[1]
    if (omitted !== undefined) omittedCount += Number(omitted)
    else entries.push(...parsed(line))
  }
  return { entries, omittedCount }
}

function parsed(line: string): RunLogEntry[] {
  try {
    const entry = runLogEntrySchema.safeParse(JSON.parse(line))
    return entry.success ? [entry.data] : []
  } catch {
    return []
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder)
  if (names.length < keptLogs) return
  const files = await Promise.all(
    names.map(async (name) => ({
      path: join(folder, name),
      changedMs: await changedMsOf(join(folder, name)),
    })),
  )
  files.sort((a, b) => b.changedMs - a.changedMs)
  await Promise.all(files.slice(keptLogs - 1).map(({ path }) => rm(path, { force: true })))
}

async function changedMsOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    // Another run has just removed it.
    if (codeOf(error) === 'ENOENT') return 0
    throw error
  }
}
