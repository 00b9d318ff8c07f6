import { AppError, isAppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { SnapshotId } from '../../shared/model/ids.ts'
import type { FilePreview } from '../../shared/model/preview.ts'
import type { Node } from '../../shared/model/snapshot.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { Repository } from '../engine/environment.ts'
import { runRestic } from '../engine/run-restic.ts'
import { browseListing } from '../snapshots/browse.ts'
import { pictureTypeOf, textOf } from './file-kind.ts'
import type { ReadingLeases } from './reading-leases.ts'

/** A picture of a camera fits; more would make the interface wait and its memory grow. */
const largestPicture = 12 * 1024 * 1024
/** Some thousand lines: enough to know a text again. */
const longestText = 256 * 1024

export interface FileRequest {
  readonly backupSet: BackupSet
  readonly snapshotId: SnapshotId
  /** Absolute path in the snapshot. */
  readonly path: string
}

/**
 * The content of one file of a snapshot, for a person to look at. It is a restore as far as permission goes:
 * it uses up the grant of a step-up, which then lasts some minutes for this set (reading-leases.ts). The content stays in memory and is never written here.
 *
 * @throws AppError STEP_UP_REQUIRED, NOT_FOUND when there is no such file, and what runRestic throws
 */
export async function previewFile(
  deps: EngineDeps,
  readings: ReadingLeases,
  request: FileRequest,
): Promise<FilePreview> {
  // Before the grant is used up: a folder or a typing error must not cost one.
  const { sizeBytes } = await fileAt(deps, request)
  return readings.use(request.backupSet.id, async ({ held, repository }) => {
    const wantedBytes = sizeBytes > largestPicture ? longestText : largestPicture
    const content = await firstBytes(deps, request, {
      repository,
      wantedBytes,
      stop: held.stop,
      limit: held.lease.backupSet.definition.downloadLimitKibPerSecond,
    })
    return previewOf(content, sizeBytes)
  })
}

function previewOf(content: Buffer, sizeBytes: number): FilePreview {
  const mediaType = pictureTypeOf(content)
  if (mediaType !== undefined) {
    if (content.length < sizeBytes) return { kind: 'too-large', sizeBytes }
    return { kind: 'picture', mediaType, base64: content.toString('base64'), sizeBytes }
  }
  const isCut = content.length > longestText || sizeBytes > content.length
  const text = textOf(content.subarray(0, longestText), isCut)
  return text === undefined ? { kind: 'unknown', sizeBytes } : { kind: 'text', text, isCut, sizeBytes }
}

async function fileAt(deps: EngineDeps, { backupSet, snapshotId, path }: FileRequest): Promise<Node> {
  const listing = await browseListing(deps, { backupSet, snapshotId })
  let found: Node | undefined
  await listing.forEachBatch((batch) => {
    found ??= batch.find((node) => node.path === path && node.kind === 'file')
  })
  if (found === undefined) throw new AppError('NOT_FOUND', 'There is no such file in this snapshot.')
  return found
}

interface ReadOptions {
  readonly repository: Repository
  readonly wantedBytes: number
  readonly stop: AbortSignal
  readonly limit: number | null
}

/** What `restic dump` writes, up to a bound; then restic is stopped. */
async function firstBytes(
  deps: EngineDeps,
  { snapshotId, path }: FileRequest,
  { repository, wantedBytes, stop, limit }: ReadOptions,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const enough = new AbortController()
  const onStop = (): void => enough.abort()
  if (stop.aborted) enough.abort()
  stop.addEventListener('abort', onStop)
  try {
    await runRestic(deps.clock, {
      engine: await deps.engine(),
      repository,
      args: [
        'dump',
        '--no-lock',
        ...(limit === null ? [] : ['--limit-download', String(limit)]),
        '--',
        snapshotId,
        path,
      ],
      stop: enough.signal,
      onOutput: (chunk) => {
        if (length >= wantedBytes) return
        const part = Buffer.from(chunk.subarray(0, wantedBytes - length))
        chunks.push(part)
        length += part.length
        if (length >= wantedBytes) enough.abort()
      },
    })
  } catch (error) {
    const isEnough = length >= wantedBytes && !stop.aborted && isAppError(error, 'CANCELLED')
    if (!isEnough) throw error
  } finally {
    stop.removeEventListener('abort', onStop)
  }
  return Buffer.concat(chunks)
}
