import { randomBytes } from 'node:crypto'
import { CommanderError } from 'commander'
import { AppError, problemFrom, type Problem } from '../../shared/errors.ts'
import { createLog } from '../logging/log.ts'
import { FaultsFound } from './faults-found.ts'
import type { CommandIo } from './io.ts'
import { serverProgram } from './program.ts'
import { printable } from './table.ts'

/**
 * The border between commands and the process: runs one and returns its exit code (shared/errors.ts).
 * Answers go to standard output; problems to standard error, whose last line is JSON where `--json` was asked.
 */
export async function runServerCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    await serverProgram(io).parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    // Help and version end by this too; commander has written what there is to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof FaultsFound) return 3
    const problem = problemOf(error)
    io.err(argv.includes('--json') ? `${JSON.stringify(problem)}\n` : textOf(problem))
    return error instanceof AppError ? error.traits.exitCode : 1
  }
}

function problemOf(error: unknown): Problem {
  const isExplained =
    error instanceof AppError && (error.cause === undefined || error.traits.httpStatus < 500)
  if (isExplained) return problemFrom(error)
  const errorId = `err_${randomBytes(9).toString('base64url')}`
  createLog('error').error({ err: error, errorId }, 'A command failed.')
  return problemFrom(error, errorId)
}

function textOf({ code, message, details, errorId }: Problem): string {
  const lines = [`holdfast-server: ${message} (${code})`]
  const bounds = details?.['bounds']
  if (Array.isArray(bounds)) for (const line of bounds) lines.push(`  ${line}`)
  if (errorId !== undefined) lines.push(`  ${errorId}`)
  return lines.map((line) => `${printable(line)}\n`).join('')
}
