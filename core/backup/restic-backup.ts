import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import { snapshotIdSchema } from '../../shared/model/ids.ts'
import type { CoreDeps } from '../core-deps.ts'
import { parseBackupMessage, type BackupSummary } from '../engine/backup-messages.ts'
import type { Engine } from '../engine/engine.ts'
import { isRefusal } from '../engine/engine-failure.ts'
import type { Repository } from '../engine/environment.ts'
import { runRestic } from '../engine/run-restic.ts'
import type { Progress } from '../jobs/job-runner.ts'
import { progressMeter } from '../jobs/progress-meter.ts'
import type { RunResult } from '../jobs/report.ts'
import type { Say } from '../jobs/run-log.ts'
import { withBackupArguments } from './backup-arguments.ts'
import type { LeftOutList } from './left-out.ts'
import { fullSnapshotId } from './metadata-packs.ts'

export interface BackupRequest {
  readonly engine: Engine
  readonly repository: Repository
  readonly backupSet: BackupSet
  readonly sources: readonly string[]
  readonly hostName: string
  /** For files of the run that only we can read. */
  readonly workFolder: string
  readonly stop: AbortSignal
  readonly leftOut: LeftOutList
  readonly progress: (progress: Progress) => void
  readonly say: Say
  /** The storage endpoint refused something; the server knows why. */
  readonly onRefusal: () => void
}

/** Unreadable files: the snapshot was written without them (040_backup.html#exit-status-codes). */
const incompleteExitCode = 3

/**
 * Runs `restic backup` to its end. What it lacks is in `request.leftOut`.
 *
 * @throws AppError CANCELLED, ENGINE_MISSING, and what engineFailure names
 */
export async function resticBackup(
  deps: Pick<CoreDeps, 'clock' | 'log'>,
  request: BackupRequest,
): Promise<RunResult> {
  const { engine, repository, leftOut } = request
  const meter = progressMeter(deps.clock, request.progress)
  let summary: BackupSummary | undefined
  const onMessage = (line: string): void => {
    const message = parseBackupMessage(line)
    if (message?.message_type === 'summary') summary = message
    else if (message?.message_type === 'error') leftOut.addFrom(message)
    else if (message?.message_type === 'status') {
      meter({
        stage: message.total_bytes === 0 ? 'scanning' : 'transferring',
        doneFraction: message.percent_done,
        filesDone: message.files_done,
        filesTotal: message.total_files,
        bytesDone: message.bytes_done,
        bytesTotal: message.total_bytes,
        secondsLeft: message.seconds_remaining,
        currentFiles: message.current_files ?? [],
        leftOutCount: leftOut.count(),
      })
    }
  }
  const end = await withBackupArguments({ ...request, engine }, (args) =>
    runRestic(deps.clock, {
      engine,
      repository,
      args,
      stop: request.stop,
      say: request.say,
      accepted: [incompleteExitCode],
      onLine: onMessage,
      onErrorLine: (line) => {
        // Errors about files are JSON on the error output.
        onMessage(line)
        if (isRefusal(line)) request.onRefusal()
      },
    }),
  )
  if (summary === undefined) {
    throw new AppError('ENGINE_FAILED', 'restic backup ended without a summary.', {
      details: { exitCode: end.exitCode ?? -1 },
    })
  }
  return resultOf(repository, summary, end.exitCode === incompleteExitCode)
}

async function resultOf(
  repository: Repository,
  summary: BackupSummary,
  isIncomplete: boolean,
): Promise<RunResult> {
  const id = await fullSnapshotId(repository.cacheFolder, summary.snapshot_id)
  return {
    outcome: isIncomplete ? 'incomplete' : 'complete',
    ...(id === undefined ? {} : { snapshotId: snapshotIdSchema.parse(id) }),
    filesNew: summary.files_new,
    filesChanged: summary.files_changed,
    filesUnmodified: summary.files_unmodified,
    bytesProcessed: summary.total_bytes_processed,
    bytesAdded: summary.data_added,
  }
}
