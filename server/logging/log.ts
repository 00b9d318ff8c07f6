import { pino, type DestinationStream } from 'pino'
import type { ServerConfig } from '../config.ts'
import type { Log } from '../deps.ts'
import { redacted } from './redact.ts'

/**
 * The server's log: one JSON object a line, on standard error, because standard output carries the answers
 * of commands (and, once, the administrator's first password).
 */
export function createLog(level: ServerConfig['logLevel'], destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => redacted(fields) as Record<string, unknown>,
      },
      serializers: { err: (value: unknown) => value },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  )
}
