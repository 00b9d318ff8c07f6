import { AppError } from '../../shared/errors.ts'

/**
 * A command to run before or after a backup: a program's path, or program and arguments as a JSON array; an
 * empty array takes the command away. Never a shell line, whose quoting would depend on the computer.
 */
export function parseCommand(text: string): string[] {
  if (!text.startsWith('[')) return [text]
  try {
    const parsed: unknown = JSON.parse(text)
    if (isStrings(parsed)) return parsed
  } catch {
    // Told below, like an array of something else.
  }
  throw new AppError(
    'INPUT_INVALID',
    'A command is a program, or a JSON array such as ["pg_dump", "-f", "/x"].',
  )
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
