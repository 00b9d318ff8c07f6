import { isAppError } from '../../shared/errors.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { RunReport } from '../../shared/model/job-run.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import { runRestic } from '../engine/run-restic.ts'
import type { Repository } from '../engine/environment.ts'
import { failedResult, logFailure, type JobContext, type JobEnd } from '../jobs/job-runner.ts'
import type { RunResult } from '../jobs/report.ts'
import type { Say } from '../jobs/run-log.ts'
import { holdLease, type HeldLease } from './hold-lease.ts'
import { leaseRepository } from './lease-repository.ts'
import { metadataDeclarer } from './declare-metadata.ts'

export interface LeasedWork {
  readonly held: HeldLease
  readonly repository: Repository
}

/**
 * A run under a lease, to its reported end: the failure that counts becomes its record, new metadata packs
 * are declared while it runs and before it ends, and the lease ends with the report.
 *
 * @returns the record; without a server's id when the report did not arrive
 */
export async function leasedRun(
  core: EngineDeps,
  context: JobContext,
  lease: Lease,
  work: (leased: LeasedWork) => Promise<RunResult>,
): Promise<JobEnd> {
  const deps = { ...core, log: context.log }
  const repository = await leaseRepository(deps, lease)
  const metadata = await metadataDeclarer(deps, lease, repository.cacheFolder)
  const options = { cancel: context.cancel, onBeat: () => metadata.declareNew() }
  return holdLease(deps, lease, options, async (held) => {
    let result: RunResult
    try {
      result = await work({ held, repository })
    } catch (error) {
      const cause = await held.cause(error)
      logFailure(deps, { jobRunId: context.jobRunId }, cause)
      if (cause !== error) logFailure(deps, { jobRunId: context.jobRunId, isConsequence: true }, error)
      result = failedResult(cause, context.cancel)
    }
    if (held.lost() === undefined) await metadata.declareAll()
    const report = context.report(result)
    return { report, serverRunId: await endLease(deps, held, report) }
  })
}

/** Initialises the repository on its first run. */
export async function initialiseIfNew(
  deps: EngineDeps,
  { held, repository }: LeasedWork,
  say: Say,
): Promise<void> {
  if (held.lease.isInitialised) return
  await runRestic(deps.clock, {
    engine: await deps.engine(),
    repository,
    args: ['init'],
    stop: held.stop,
    say,
  })
}

/** The server's id of the run, or null when it could not be told; then it is told later by device proof. */
async function endLease(
  deps: EngineDeps,
  held: HeldLease,
  report: RunReport,
): Promise<JobEnd['serverRunId']> {
  if (held.lost() !== undefined) return null
  try {
    const { run } = await deps.server().call('endLease', { report }, held.credentials)
    return run?.id ?? null
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.warn({ leaseId: held.lease.id, code: error.code }, 'The end of a run could not be reported yet')
    return null
  }
}
