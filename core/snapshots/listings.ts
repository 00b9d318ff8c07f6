import { createHash } from 'node:crypto'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { SnapshotId } from '../../shared/model/ids.ts'
import type { Node, Snapshot } from '../../shared/model/snapshot.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { Repository } from '../engine/environment.ts'
import { runRestic } from '../engine/run-restic.ts'
import { codeOf } from '../profile/system-error.ts'
import { parseNode, parseSnapshot, nameOf } from './restic-nodes.ts'
import { listingKey, readSealedLines, writeSealedLines } from './sealed-lines.ts'

/** One line of a cached listing: path, kind, size, time, mode. */
type Row = readonly [string, Node['kind'], number, string, number]

export interface Listing {
  readonly snapshot: Snapshot
  /** Every file and folder, some at a time; a folder before what it holds. */
  forEachBatch(visit: (nodes: readonly Node[]) => Promise<void> | void): Promise<void>
}

export interface ListingRequest {
  readonly backupSet: Pick<BackupSet, 'repositoryId' | 'keyId'>
  readonly snapshotId: SnapshotId
  /** Lends the repository; called only when the listing must be fetched. */
  readonly withRepository: <T>(work: (leased: LentRepository) => Promise<T>) => Promise<T>
}

export interface LentRepository {
  readonly repository: Repository
  readonly stop: AbortSignal
}

const keptListings = 30

/**
 * The listing of a snapshot. It never changes, so it is fetched with one restic run and kept, sealed, in the
 * profile's cache; browsing then starts no process.
 *
 * @throws AppError NOT_FOUND when there is no such snapshot, and what runRestic throws
 */
export async function openListing(deps: EngineDeps, request: ListingRequest): Promise<Listing> {
  const folder = join(deps.profile.cacheFolder, 'listings')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const key = listingKey(await deps.keys.read(request.backupSet.keyId))
  const path = join(folder, fileName(request))
  const kept = await readHead(path, key)
  if (kept !== undefined) {
    const now = deps.clock.nowMs() / 1000
    await utimes(path, now, now)
    return { snapshot: kept, forEachBatch: (visit) => forEachBatch(path, key, visit) }
  }
  const snapshot = await request.withRepository((lent) =>
    fetchListing(deps, request.snapshotId, lent, { path, key }),
  )
  await forgetOldest(folder)
  return { snapshot, forEachBatch: (visit) => forEachBatch(path, key, visit) }
}

async function fetchListing(
  deps: EngineDeps,
  snapshotId: SnapshotId,
  { repository, stop }: LentRepository,
  { path, key }: { path: string; key: Uint8Array },
): Promise<Snapshot> {
  return writeSealedLines(path, key, async (write) => {
    let snapshot: Snapshot | undefined
    await runRestic(deps.clock, {
      engine: await deps.engine(),
      repository,
      args: ['ls', '--json', '--no-lock', snapshotId],
      stop,
      onLine: (line) => {
        const value = parseJson(line)
        if (snapshot === undefined) {
          snapshot = parseSnapshot(value)
          if (snapshot !== undefined) write(JSON.stringify(snapshot))
          return
        }
        const node = parseNode(value)
        if (node !== undefined) write(JSON.stringify(rowOf(node)))
      },
    }).catch((error: unknown) => {
      throw snapshotMissing(error) ?? error
    })
    // restic before 0.17 passes over an unknown id with exit code 0.
    if (snapshot === undefined) throw new AppError('NOT_FOUND', 'There is no such snapshot.')
    return snapshot
  })
}

function snapshotMissing(error: unknown): AppError | undefined {
  if (!(error instanceof AppError) || error.code !== 'ENGINE_FAILED') return undefined
  const output = error.details?.['output']
  const isMissing =
    Array.isArray(output) &&
    output.some((line) => /no matching ID found|snapshot.*(?:does not exist|no such file)/i.test(line))
  return isMissing ? new AppError('NOT_FOUND', 'There is no such snapshot.', { cause: error }) : undefined
}

/** The snapshot of a kept listing; undefined when there is none that this key opens. */
async function readHead(path: string, key: Uint8Array): Promise<Snapshot | undefined> {
  try {
    await stat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    let head: Snapshot | undefined
    await readSealedLines(path, key, ([line]) => {
      if (line !== undefined) head ??= JSON.parse(line) as Snapshot
    })
    return head
  } catch {
    // A cache that is damaged is fetched again.
    await rm(path, { force: true })
    return undefined
  }
}

function forEachBatch(
  path: string,
  key: Uint8Array,
  visit: (nodes: readonly Node[]) => Promise<void> | void,
): Promise<void> {
  let isHead = true
  return readSealedLines(path, key, (lines) => {
    const rows = isHead ? lines.slice(1) : lines
    if (lines.length > 0) isHead = false
    // What is read here was sealed by us with the repository's key.
    return visit(rows.map((line) => nodeOf(JSON.parse(line) as Row)))
  })
}

function rowOf({ path, kind, sizeBytes, modifiedAt, mode }: Node): Row {
  return [path, kind, sizeBytes, modifiedAt, mode]
}

function nodeOf([path, kind, sizeBytes, modifiedAt, mode]: Row): Node {
  return { path, name: nameOf(path), kind, sizeBytes, modifiedAt, mode }
}

function parseJson(line: string): unknown {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function fileName({ backupSet, snapshotId }: ListingRequest): string {
  return createHash('sha256').update(`${backupSet.repositoryId}/${snapshotId}`).digest('hex')
}

async function forgetOldest(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name)
      return { path, usedAtMs: (await stat(path)).mtimeMs }
    }),
  )
  const oldest = files.sort((a, b) => b.usedAtMs - a.usedAtMs).slice(keptListings)
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })))
}
