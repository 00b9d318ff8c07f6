import { posix, win32 } from 'node:path'
import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'
import { AppError } from '../../shared/errors.ts'
import { isTimeZone } from '../schedule/next-run.ts'

/**
 * What the contract cannot check because it depends on the computer.
 *
 * @throws AppError INPUT_INVALID with the paths of the fields
 */
export function checkDefinition(definition: BackupSetDefinition, platform: NodeJS.Platform): void {
  checkSelection(definition, platform, 'definition.')
  if (!isTimeZone(definition.timeZone)) {
    throw wrong(['definition.timeZone'], 'unknown-time-zone', 'This computer does not know that time zone.')
  }
}

/** @throws AppError INPUT_INVALID with the paths of the fields, which begin with `prefix` */
export function checkSelection(
  { sources, exclusions }: Pick<BackupSetDefinition, 'sources' | 'exclusions'>,
  platform: NodeJS.Platform,
  prefix = '',
): void {
  const path = platform === 'win32' ? win32 : posix
  const wrongSources = sources.flatMap((source, index) =>
    path.isAbsolute(source) ? [] : [`${prefix}sources.${index}`],
  )
  if (wrongSources.length > 0) throw wrong(wrongSources, 'not-absolute', 'Sources are absolute paths.')
  const wrongExclusions = exclusions.flatMap((pattern, index) =>
    isPattern(pattern) ? [] : [`${prefix}exclusions.${index}`],
  )
  if (wrongExclusions.length > 0)
    throw wrong(wrongExclusions, 'not-a-pattern', 'An exclusion is no valid pattern.')
}

function wrong(paths: string[], reason: string, message: string): AppError {
  return new AppError('INPUT_INVALID', message, { details: { paths, reason } })
}

/** restic ends with a failure for a bracket that never closes (https://pkg.go.dev/path/filepath#ErrBadPattern). */
function isPattern(pattern: string): boolean {
  const withoutEscapes = pattern.replace(/\\./g, 'x')
  const withoutClasses = withoutEscapes.replace(/\[\^?[^\]]+\]/g, 'x')
  return !withoutClasses.includes('[') && !withoutClasses.endsWith('\\')
}
