import { AppError } from '../../shared/errors.ts'
import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'

/**
 * What the schema cannot say of a definition: its time zone exists, and nothing stands there twice.
 *
 * @throws AppError INPUT_INVALID with the path
 */
export function checkDefinition(definition: BackupSetDefinition): void {
  if (!isTimeZone(definition.timeZone)) throw invalid('timeZone', 'unknown-time-zone')
  for (const field of ['sources', 'exclusions', 'schedules'] as const)
    if (hasDuplicate(definition[field])) throw invalid(field, 'duplicate')
  for (const [position, schedule] of definition.schedules.entries()) {
    if (schedule.kind === 'weekly' && hasDuplicate(schedule.on))
      throw invalid(`schedules.${position}.on`, 'duplicate')
    if (schedule.kind === 'custom' && hasDuplicate(schedule.dates))
      throw invalid(`schedules.${position}.dates`, 'duplicate')
  }
}

function isTimeZone(name: string): boolean {
  // Intl also takes offsets such as `+01:00`, which know no daylight saving and are no IANA names.
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function hasDuplicate(values: readonly unknown[]): boolean {
  return new Set(values.map((value) => JSON.stringify(value))).size < values.length
}

function invalid(field: string, reason: string): AppError {
  return new AppError('INPUT_INVALID', `Invalid input at definition.${field}.`, {
    details: { paths: [`definition.${field}`], reason },
  })
}
