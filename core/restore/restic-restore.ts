import type { LeftOut } from '../../shared/model/job-run.ts'
import type { SnapshotId } from '../../shared/model/ids.ts'
import { isAppError, type AppError } from '../../shared/errors.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { Engine } from '../engine/engine.ts'
import type { Repository } from '../engine/environment.ts'
import { runRestic } from '../engine/run-restic.ts'
import type { Say } from '../jobs/run-log.ts'
import { isAboutMetadata, parseRestoreMessage } from './restore-messages.ts'
import { includeBatches, includePattern } from './selection.ts'

export interface RestoreRequest {
  readonly engine: Engine
  readonly repository: Repository
  readonly snapshotId: SnapshotId
  readonly paths: readonly string[]
  readonly stagingFolder: string
  readonly downloadLimitKibPerSecond: number | null
  readonly stop: AbortSignal
  readonly say: Say
  readonly onProgress: (done: { bytesDone: number; filesDone: number }) => void
}

export interface Failure extends LeftOut {
  /** Whether the file itself is whole. */
  readonly isUsable: boolean
}

/** Files that restic could not restore are listed; anything that stopped it is thrown. */
const errorsSentence = /There were \d+ errors/

/**
 * Restores into a staging folder and reads back what it wrote (`--verify`).
 *
 * @returns files that are not as they were
 * @throws AppError CANCELLED, ENGINE_MISSING, and what engineFailure names
 */
export async function resticRestore(
  deps: Pick<CoreDeps, 'clock'>,
  request: RestoreRequest,
): Promise<Failure[]> {
  const failures = new Map<string, Failure>()
  const patterns = request.paths.map((path) => includePattern(path, process.platform))
  for (const batch of includeBatches(patterns, process.platform)) {
    await restoreBatch(deps, request, batch, (path, reason) => {
      const isUsable = isAboutMetadata(reason)
      // What broke first explains the rest: a file that was not written cannot get its owner either.
      if (failures.get(path)?.isUsable === false || (failures.has(path) && isUsable)) return
      failures.set(path, { path: path.slice(0, 4096), reason: reason.slice(0, 300), isUsable })
    })
  }
  return Array.from(failures.values())
}

async function restoreBatch(
  deps: Pick<CoreDeps, 'clock'>,
  request: RestoreRequest,
  patterns: readonly string[],
  onFailure: (path: string, reason: string) => void,
): Promise<void> {
  const { engine, repository, snapshotId, downloadLimitKibPerSecond: limit } = request
  let failureCount = 0
  const onLine = (line: string): void => {
    const message = parseRestoreMessage(line)
    if (message?.kind === 'status') request.onProgress(message)
    else if (message?.kind === 'error') {
      failureCount += 1
      onFailure(message.path, message.reason)
    }
  }
  try {
    await runRestic(deps.clock, {
      engine,
      repository,
      args: [
        'restore',
        snapshotId,
        '--json',
        '--no-lock',
        '--verify',
        '--target',
        request.stagingFolder,
        ...(engine.features.sparseRestore ? ['--sparse'] : []),
        ...(limit === null ? [] : ['--limit-download', String(limit)]),
        ...patterns.flatMap((pattern) => ['--include', pattern]),
      ],
      stop: request.stop,
      say: request.say,
      onLine,
      onErrorLine: onLine,
    })
  } catch (error) {
    if (failureCount === 0 || !isAboutFiles(error)) throw error
  }
}

/** Whether restic went to the end and only single files are missing; a cut network or a full disk is no such thing. */
function isAboutFiles(error: unknown): boolean {
  if (!isAppError(error)) return false
  if (error.code !== 'ENGINE_FAILED' && error.code !== 'REPOSITORY_DAMAGED') return false
  return outputOf(error).some((line) => errorsSentence.test(line))
}

function outputOf(error: AppError): readonly string[] {
  const output = error.details?.['output']
  return Array.isArray(output) ? output : []
}
