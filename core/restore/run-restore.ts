import { join } from 'node:path'
import type { ClientInput } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { LeftOut } from '../../shared/model/job-run.ts'
import { leasedRun, type LeasedWork } from '../backup/leased-run.ts'
import { stageOnly } from '../backup/run-backup.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { JobContext, JobEnd } from '../jobs/job-runner.ts'
import { progressMeter } from '../jobs/progress-meter.ts'
import type { RunResult } from '../jobs/report.ts'
import { openListing, type Listing } from '../snapshots/listings.ts'
import { measureGrowth } from './measure.ts'
import { makeFinalFolder, mergeFolder, type Merged } from './merge.ts'
import { finalPathFor, originalPlaces, snapshotPathOf, targetPlace, type Place } from './places.ts'
import { totalsOf } from './plan.ts'
import { isAtOrBelow } from './bytes-path.ts'
import { removeFailed } from './remove-failed.ts'
import { resticRestore } from './restic-restore.ts'
import { selectionOf, type Selection } from './selection.ts'
import { removeTree, stagingFor, type Staging } from './staging.ts'

export type RestoreInput = ClientInput<'restore.start'>

/**
 * The restore lease of a step-up. Its grant is used up, whatever comes next.
 *
 * @throws AppError STEP_UP_REQUIRED, SESSION_ENDED, NOT_FOUND, …
 */
export async function restoreLease(deps: EngineDeps, backupSetId: BackupSet['id']): Promise<Lease> {
  const credentials = await deps.session.credentials()
  const grantToken = deps.session.takeGrant({ kind: 'restore', backupSetId })
  const { lease } = await deps.server().call('restoreLease', { backupSetId, grantToken }, credentials)
  return lease
}

/**
 * Restores in two steps: restic writes and verifies everything in a staging folder on the file system where
 * it will be, then each file gets its final name by a rename. A cancelled, failed or killed restore so leaves
 * nothing half-done under any final name.
 */
export async function runRestore(
  deps: EngineDeps,
  lease: Lease,
  input: RestoreInput,
  context: JobContext,
): Promise<JobEnd> {
  context.progress(stageOnly('preparing'))
  const staging = stagingFor(deps, context.jobRunId)
  return leasedRun(deps, context, lease, async (leased) => {
    try {
      return await restore(deps, leased, input, context, staging)
    } finally {
      await staging.clear()
    }
  })
}

async function restore(
  deps: EngineDeps,
  { held, repository }: LeasedWork,
  input: RestoreInput,
  context: JobContext,
  staging: Staging,
): Promise<RunResult> {
  const { backupSet } = held.lease
  const listing = await openListing(deps, {
    backupSet,
    snapshotId: input.snapshotId,
    withRepository: (work) => work({ repository, stop: held.stop }),
  })
  const selection = selectionOf(input.paths)
  const totals = await totalsOf(listing, selection)
  const places = await placesFor(input, selection, listing)
  const meter = progressMeter(deps.clock, context.progress)
  const engine = await deps.engine()
  const leftOut: LeftOut[] = []
  const merged: Merged = { restoredCount: 0, restoredBytes: 0, keptCount: 0 }
  for (const place of places) {
    await makeFinalFolder(place.stagingParent)
    const stagingFolder = await staging.make(place.stagingParent)
    const onProgress = (done: { bytesDone: number; filesDone: number }): void =>
      meter({ stage: 'transferring', ...done, filesTotal: totals.fileCount, bytesTotal: totals.sizeBytes })
    const endMeasuring = engine.features.restoreJson
      ? undefined
      : measureGrowth(deps, stagingFolder, onProgress)
    const failures = await resticRestore(deps, {
      engine,
      repository,
      snapshotId: input.snapshotId,
      paths: place.paths,
      stagingFolder,
      downloadLimitKibPerSecond: backupSet.definition.downloadLimitKibPerSecond,
      stop: held.stop,
      say: context.say,
      onProgress,
    }).finally(() => endMeasuring?.())
    leftOut.push(...failures.map(({ path, reason }) => ({ path, reason })))
    await removeFailed(stagingFolder, failures)
    context.progress(stageOnly('finishing', 1))
    await mergePlace(deps, place, { stagingFolder, input, stop: held.stop }, merged)
    await removeTree(Buffer.from(stagingFolder))
  }
  return {
    outcome: leftOut.length > 0 ? 'incomplete' : 'complete',
    snapshotId: input.snapshotId,
    filesNew: merged.restoredCount,
    filesUnmodified: merged.keptCount,
    bytesProcessed: totals.sizeBytes,
    bytesAdded: merged.restoredBytes,
    leftOut: leftOut.slice(0, 1000),
    leftOutCount: leftOut.length,
  }
}

async function placesFor(input: RestoreInput, selection: Selection, { snapshot }: Listing): Promise<Place[]> {
  const { platform } = process
  if (input.targetFolder !== null) return [await targetPlace(input.targetFolder, selection.paths, platform)]
  const roots =
    selection.paths.length > 0
      ? selection.paths
      : snapshot.paths.map((path) => snapshotPathOf(path, platform))
  return originalPlaces(roots, platform)
}

async function mergePlace(
  deps: EngineDeps,
  place: Place,
  { stagingFolder, input, stop }: { stagingFolder: string; input: RestoreInput; stop: AbortSignal },
  merged: Merged,
): Promise<void> {
  const finalPath = finalPathFor(input.targetFolder, process.platform)
  const chosen = place.paths.map((path) => Buffer.from(finalPath(path)))
  const isChosen = (final: Buffer): boolean =>
    chosen.length === 0 || chosen.some((root) => isAtOrBelow(final, root))
  await mergeFolder(
    {
      onConflict: input.onConflict,
      at: new Date(deps.clock.nowMs()),
      stop,
      isChosen,
      // Below a target that the person named nothing leads out of it.
      isLinkFollowed: (final) => input.targetFolder === null && !isChosen(final),
    },
    Buffer.from(join(stagingFolder, place.stagedFolder)),
    Buffer.from(place.finalFolder),
    merged,
  )
}
