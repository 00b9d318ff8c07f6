import { AppError } from '../../shared/errors.ts'
import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'
import type { Edition } from '../../shared/model/installation.ts'

/** What only OBM has: commands around a backup, and limits of the bandwidth. */
const obmOnlyFields = [
  'preCommand',
  'postCommand',
  'uploadLimitKibPerSecond',
  'downloadLimitKibPerSecond',
] as const satisfies readonly (keyof BackupSetDefinition)[]

/**
 * Refuses what the edition of this installation does not have. What a set has already, from another
 * installation, may stay as it is or go: whoever renames such a set must not be stopped by it.
 *
 * @throws AppError NOT_ALLOWED with the paths of the fields
 */
export function checkEdition(
  edition: Edition,
  next: BackupSetDefinition,
  before?: BackupSetDefinition,
): void {
  if (edition === 'OBM') return
  const paths = obmOnlyFields
    .filter(
      (field) => next[field] !== null && JSON.stringify(next[field]) !== JSON.stringify(before?.[field]),
    )
    .map((field) => `definition.${field}`)
  if (paths.length === 0) return
  throw new AppError(
    'NOT_ALLOWED',
    `The ACB edition of this computer has no commands and no bandwidth limits (${paths.join(', ')}).`,
    { details: { paths, reason: 'edition' } },
  )
}
