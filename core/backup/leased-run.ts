import { AppError, isAppError } from '../../shared/errors.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { RunReport } from '../../shared/model/job-run.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import { runRestic } from '../engine/run-restic.ts'
import type { Repository } from '../engine/environment.ts'
import { failedResult, logFailure, type JobContext, type JobEnd } from '../jobs/job-runner.ts'
import type { RunResult } from '../jobs/report.ts'
import { holdLease, type HeldLease } from './hold-lease.ts'
import { leaseRepository } from './lease-repository.ts'
import { metadataPacks } from './metadata-packs.ts'

export interface LeasedWork {
  readonly held: HeldLease
  readonly repository: Repository
}

/** As many as the contract takes at once (shared/routes.ts). */
const packsPerCall = 100_000

/**
 * A run under a lease, to its reported end: the failure that counts becomes its record, new metadata packs
 * are declared while it runs and before it ends, and the lease ends with the report.
 *
 * @returns the record; without a server's id when the report did not arrive
 */
export async function leasedRun(
  deps: EngineDeps,
  context: JobContext,
  lease: Lease,
  work: (leased: LeasedWork) => Promise<RunResult>,
): Promise<JobEnd> {
  const repository = await leaseRepository(deps, lease)
  const declare = await metadataDeclarer(deps, lease, repository.cacheFolder)
  return holdLease(deps, lease, { cancel: context.cancel, onBeat: () => declare('new') }, async (held) => {
    let result: RunResult
    try {
      result = await work({ held, repository })
      await declare('all')
    } catch (error) {
      const cause = await held.cause(error)
      logFailure(deps, { jobRunId: context.jobRunId }, cause)
      if (cause !== error) logFailure(deps, { jobRunId: context.jobRunId, isConsequence: true }, error)
      result = failedResult(cause, context.cancel)
    }
    const report = context.report(result)
    return { report, serverRunId: await endLease(deps, held, report) }
  })
}

/** Initialises the repository on its first run. */
export async function initialiseIfNew(deps: EngineDeps, { held, repository }: LeasedWork): Promise<void> {
  if (held.lease.isInitialised) return
  await runRestic(deps.clock, {
    engine: await deps.engine(),
    repository,
    args: ['init'],
    stop: held.stop,
  })
}

/**
 * Tells the server which packs of this run hold folders: it believes only the run that uploaded them, so
 * what is not told before the lease ends is never told. `new`: what appeared since the last telling, failing
 * quietly into the log because `all` follows; `all`: everything again, since a pack may have reached the
 * cache before the server.
 */
async function metadataDeclarer(
  deps: EngineDeps,
  lease: Lease,
  cacheFolder: string,
): Promise<(which: 'new' | 'all') => Promise<void>> {
  if (lease.kind === 'browse' || lease.kind === 'restore') return () => Promise.resolve()
  const before = await metadataPacks(cacheFolder)
  const told = new Set<string>()
  const credentials = { kind: 'lease', leaseId: lease.id, secret: lease.secret } as const
  const tell = async (packs: readonly string[]): Promise<void> => {
    for (let start = 0; start < packs.length; start += packsPerCall) {
      const some = packs.slice(start, start + packsPerCall)
      await deps.server().call('declareMetadata', { packs: some }, credentials)
      for (const pack of some) told.add(pack)
    }
  }
  return async (which) => {
    const ours = Array.from(await metadataPacks(cacheFolder)).filter((pack) => !before.has(pack))
    if (which === 'all') return tell(ours)
    try {
      await tell(ours.filter((pack) => !told.has(pack)))
    } catch (error) {
      if (!isAppError(error)) throw error
      deps.log.warn({ leaseId: lease.id, code: error.code }, 'Metadata packs could not be declared yet')
    }
  }
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
    if (!(error instanceof AppError)) throw error
    deps.log.warn({ leaseId: held.lease.id, code: error.code }, 'The end of a run could not be reported yet')
    return null
  }
}
