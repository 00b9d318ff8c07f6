import { isAppError } from '../../shared/errors.ts'

/**
 * Statuses that mean something else to restic than to the API. restic (from 0.17) takes 401 and 403 as final
 * and repeats everything else for 15 minutes.
 *
 * @returns undefined = the catalogue's own
 */
export function restStatus(error: unknown): number | undefined {
  if (isAppError(error, 'BRAKE_TRIPPED')) return 403
  if (!isAppError(error, 'INPUT_INVALID')) return undefined
  if (error.details?.['reason'] === 'length-required') return 411
  if (error.details?.['reason'] === 'too-large') return 413
  return undefined
}
