import type { ClientApi } from '../shared/client-api.ts'
import type { Problem } from '../shared/errors.ts'

/**
 * Starts every backup set of this computer, as "Back up now" in menu and tray asks.
 *
 * @returns the first problem, where one could not be started; the others are started all the same
 */
export async function backUpNow(api: ClientApi): Promise<Problem | undefined> {
  const status = await api.request('app.status', {})
  if (!status.ok) return status.problem
  const sets = await api.request('sets.list', {})
  if (!sets.ok) return sets.problem
  let first: Problem | undefined
  for (const backupSet of sets.value.backupSets) {
    if (backupSet.deviceId !== status.value.device?.id || backupSet.deletedAt !== null) continue
    const started = await api.request('backup.start', { backupSetId: backupSet.id })
    // One that runs already is what was asked for.
    if (!started.ok && started.problem.code !== 'REPOSITORY_BUSY') first ??= started.problem
  }
  return first
}
