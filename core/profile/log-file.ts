import { appendFile, chmod, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isoOf, type Clock } from '../../shared/clock.ts'
import type { Log } from '../core-deps.ts'
import { codeOf } from './system-error.ts'

const longestBytes = 2 * 1024 * 1024

export interface LogFile extends Log {
  /** Resolves when everything is written. */
  close(): Promise<void>
}

/**
 * The client's log: one line of JSON for each entry in `holdfast.log` of the profile, readable for its owner.
 * The one before the last is kept when it grows too long. Nothing fails because a log line cannot be written.
 */
export function openLogFile(folder: string, clock: Clock): LogFile {
  const path = join(folder, 'holdfast.log')
  let last: Promise<void> = turnOver(path)

  const write = (level: string, fields: object, message: string): void => {
    const line = `${JSON.stringify({ at: isoOf(clock.nowMs()), level, message, ...withErrors(fields) })}\n`
    last = last.then(() => appendFile(path, line, { mode: 0o600 })).catch(() => undefined)
  }
  return {
    info: (fields, message) => write('info', fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
    close: () => last,
  }
}

async function turnOver(path: string): Promise<void> {
  try {
    if ((await stat(path)).size > longestBytes) await rename(path, `${path}.1`)
    else if (process.platform !== 'win32') await chmod(path, 0o600)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    // The log is there for other failures; its own must not stop the work.
  }
}

/** JSON knows no errors: what helps to find the cause, and no other property, which could be anything. */
function withErrors(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      name,
      value instanceof Error ? describe(value) : value,
    ]),
  )
}

function describe(error: Error): object {
  const cause = error.cause instanceof Error ? { cause: describe(error.cause) } : {}
  return { name: error.name, code: codeOf(error), message: error.message, stack: error.stack, ...cause }
}
