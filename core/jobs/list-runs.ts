import { isAppError } from '../../shared/errors.ts'
import type { BackupSetId } from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { CoreDeps } from '../core-deps.ts'
import { listSets } from '../backup-sets/set-handlers.ts'
import { isOfTheWay } from '../server-client/failures.ts'
import type { RunHistory } from './history.ts'

/**
 * Runs, newest first: this computer's own, and with a session also those of the user's other computers.
 * A run that both know appears once, under the id that this computer gave it.
 *
 * @throws AppError what the server says; without a session or a connection the own ones are the answer
 */
export async function listRuns(
  deps: Pick<CoreDeps, 'server' | 'session' | 'log'>,
  history: RunHistory,
  { backupSetId, limit }: { backupSetId?: BackupSetId | undefined; limit: number },
): Promise<JobRun[]> {
  const entries = (await history.entries()).filter(
    ({ run }) => backupSetId === undefined || run.backupSetId === backupSetId,
  )
  const known = new Set(entries.map(({ serverRunId }) => serverRunId))
  const others = (await serverRuns(deps, backupSetId, limit)).filter(({ id }) => !known.has(id))
  return [...entries.map(({ run }) => run), ...others]
    .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
    .slice(0, limit)
}

async function serverRuns(
  deps: Pick<CoreDeps, 'server' | 'session' | 'log'>,
  backupSetId: BackupSetId | undefined,
  limit: number,
): Promise<JobRun[]> {
  try {
    const credentials = await deps.session.credentials()
    const ids = backupSetId === undefined ? (await listSets(deps)).map(({ id }) => id) : [backupSetId]
    const answers = await Promise.all(
      ids.map((id) => deps.server().call('runs', { backupSetId: id, limit }, credentials)),
    )
    return answers.flatMap(({ runs }) => runs)
  } catch (error) {
    if (!isAppError(error)) throw error
    const isOffline = ['SESSION_ENDED', 'NOT_SET_UP', 'SERVER_BUSY', 'NOT_FOUND'].includes(error.code)
    if (!isOffline && !isOfTheWay(error)) throw error
    return []
  }
}
