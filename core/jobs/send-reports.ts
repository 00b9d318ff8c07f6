import { deviceProof } from '../../shared/device-proof.ts'
import { errorCatalog, isAppError } from '../../shared/errors.ts'
import { runReportSchema, type JobRun } from '../../shared/model/job-run.ts'
import type { CoreDeps } from '../core-deps.ts'
import { isOfTheWay } from '../server-client/failures.ts'
import type { RunHistory } from './history.ts'

/** Old news is not worth a thousand requests after a month offline. */
const mostPerPass = 50

/**
 * Tells the server about runs that it has not heard of: skips, failures before a lease, reports that did
 * not arrive. Stops at the first failure that may pass; the rest waits for the next time.
 */
export async function sendReports(
  deps: Pick<CoreDeps, 'server' | 'device' | 'log'>,
  history: RunHistory,
): Promise<void> {
  const waiting = (await history.entries()).filter(({ isWaiting }) => isWaiting)
  for (const { run } of waiting.slice(0, mostPerPass).reverse()) {
    try {
      await history.settle(run.id, await send(deps, run))
    } catch (error) {
      if (!isAppError(error)) throw error
      deps.log.info({ jobRunId: run.id, code: error.code }, 'The record of a run could not be reported')
      if (isOfTheWay(error)) return
      // A person or nobody can change it: the set is gone, the computer was revoked. It stays in our history.
      if (errorCatalog[error.code].retry === 'later' || error.code === 'NOT_SET_UP') return
      if (error.code === 'SECRET_STORE_LOCKED' || error.code === 'SECRET_STORE_UNAVAILABLE') return
      await history.settle(run.id, null)
    }
  }
}

async function send(deps: Pick<CoreDeps, 'server' | 'device'>, run: JobRun): Promise<JobRun['id']> {
  const { backupSetId } = run
  const proof = await deps.device.prove((basis) => deviceProof.report({ ...basis, backupSetId }))
  const report = runReportSchema.parse(run)
  const told = await deps.server().call('deviceReport', { ...proof, backupSetId, report }, { kind: 'none' })
  return told.run.id
}
