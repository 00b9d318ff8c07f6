import { AppError, isAppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import { snapshotIdSchema, type BackupSetId, type SnapshotId } from '../../shared/model/ids.ts'
import type { Lease } from '../../shared/model/lease.ts'
import type { Node, Snapshot } from '../../shared/model/snapshot.ts'
import { holdLease, type HeldLease } from '../backup/hold-lease.ts'
import { browseLease, leaseRepository } from '../backup/lease-repository.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { Repository } from '../engine/environment.ts'
import { runRestic } from '../engine/run-restic.ts'
import { openListing, type Listing } from './listings.ts'
import { nameMatcher, resticPattern } from './name-pattern.ts'
import { parseNode, parseSnapshot } from './restic-nodes.ts'

/** `snapshots` and `find` answer in one line each. More than this is not an answer for a person. */
const maxLineBytes = 64 * 1024 * 1024

/** Oldest first. @throws AppError SESSION_ENDED, KEY_MISSING, and what runRestic throws */
export async function listSnapshots(deps: EngineDeps, backupSetId: BackupSetId): Promise<Snapshot[]> {
  return withBrowseLease(deps, backupSetId, async ({ held, repository }) => {
    if (!held.lease.isInitialised) return []
    const value = await jsonAnswer(deps, held, repository, ['snapshots', '--json', '--no-lock'])
    const found = Array.isArray(value) ? value.flatMap((each) => parseSnapshot(each) ?? []) : []
    return found.sort((a, b) => a.takenAt.localeCompare(b.takenAt))
  })
}

/**
 * The direct contents of one folder of a snapshot; folders first, then by name. `/` and the empty text are
 * the top.
 *
 * @throws AppError NOT_FOUND when there is no such snapshot or folder
 */
export async function browseFolder(
  deps: EngineDeps,
  request: { backupSet: BackupSet; snapshotId: SnapshotId; folder: string },
): Promise<Node[]> {
  const listing = await browseListing(deps, request)
  const folder = normalFolder(request.folder)
  const nodes: Node[] = []
  let isThere = folder === ''
  await listing.forEachBatch((batch) => {
    for (const node of batch) {
      if (node.path === folder && node.kind === 'folder') isThere = true
      if (node.path.slice(0, node.path.lastIndexOf('/')) === folder) nodes.push(node)
    }
  })
  if (!isThere) throw new AppError('NOT_FOUND', 'There is no such folder in this snapshot.')
  const rank = (node: Node): number => (node.kind === 'folder' ? 0 : 1)
  return nodes.sort((a, b) => rank(a) - rank(b) || compareNames(a.name, b.name))
}

/** A listing, kept or fetched under a browse lease. */
export async function browseListing(
  deps: EngineDeps,
  { backupSet, snapshotId }: { backupSet: BackupSet; snapshotId: SnapshotId },
): Promise<Listing> {
  // Only the session may look, also at what is kept here: signing out ends it.
  await deps.session.credentials()
  return openListing(deps, {
    backupSet,
    snapshotId,
    withRepository: (work) =>
      withBrowseLease(deps, backupSet.id, ({ held, repository }) => work({ repository, stop: held.stop })),
  })
}

/** Versions of the files whose name matches, over all snapshots. @throws AppError INPUT_INVALID when they are too many */
export async function searchSnapshots(
  deps: EngineDeps,
  backupSetId: BackupSetId,
  pattern: string,
): Promise<{ snapshotId: SnapshotId; node: Node }[]> {
  return withBrowseLease(deps, backupSetId, async ({ held, repository }) => {
    if (!held.lease.isInitialised) return []
    const args = ['find', '--json', '--no-lock', '--', resticPattern(pattern)]
    const value = await jsonAnswer(deps, held, repository, args)
    const isWanted = nameMatcher(pattern)
    const matches = Array.isArray(value) ? value.flatMap(matchesOf) : []
    // restic also gives everything inside a folder that matches.
    return matches.filter(({ node }) => isWanted(node.name))
  })
}

function matchesOf(value: unknown): { snapshotId: SnapshotId; node: Node }[] {
  if (typeof value !== 'object' || value === null) return []
  const { snapshot, matches } = value as Readonly<Record<string, unknown>>
  const id = snapshotIdSchema.safeParse(snapshot)
  if (!id.success || !Array.isArray(matches)) return []
  return matches.flatMap((match) => {
    const node = parseNode(match)
    return node === undefined ? [] : [{ snapshotId: id.data, node }]
  })
}

/** Works with what the session may read of a repository: its indexes and folders, no file data. */
export async function withBrowseLease<T>(
  deps: EngineDeps,
  backupSetId: BackupSetId,
  work: (leased: { held: HeldLease; repository: Repository }) => Promise<T>,
  cancel: AbortSignal = new AbortController().signal,
): Promise<T> {
  return withLease(deps, await browseLease(deps, backupSetId), work, cancel)
}

/** Works under a lease of the session and ends it afterwards. */
export async function withLease<T>(
  deps: EngineDeps,
  lease: Lease,
  work: (leased: { held: HeldLease; repository: Repository }) => Promise<T>,
  cancel: AbortSignal = new AbortController().signal,
): Promise<T> {
  const repository = await leaseRepository(deps, lease)
  return holdLease(deps, lease, { cancel }, async (held) => {
    try {
      return await work({ held, repository })
    } catch (error) {
      throw await held.cause(error)
    } finally {
      if (held.lost() === undefined) await endEarly(deps, held)
    }
  })
}

/** A courtesy: the lease dies by itself soon. */
async function endEarly(deps: EngineDeps, held: HeldLease): Promise<void> {
  try {
    await deps.server().call('endLease', {}, held.credentials)
  } catch (error) {
    if (!isAppError(error)) throw error
    deps.log.info({ leaseId: held.lease.id, code: error.code }, 'A lease could not be ended early')
  }
}

async function jsonAnswer(
  deps: EngineDeps,
  held: HeldLease,
  repository: Repository,
  args: readonly string[],
): Promise<unknown> {
  let text = ''
  let isTooLong = false
  await runRestic(deps.clock, {
    engine: await deps.engine(),
    repository,
    args,
    stop: held.stop,
    maxLineBytes,
    onLine: (line, isCut) => {
      isTooLong ||= isCut || text.length + line.length > maxLineBytes
      // `find` spreads its array over lines; sentences for people stand on lines of their own.
      if (!isTooLong && (text !== '' || line.startsWith('['))) text += `${line}\n`
    },
  })
  if (isTooLong) {
    throw new AppError('INPUT_INVALID', 'Too much matches; search for something narrower.', {
      details: { paths: ['pattern'], reason: 'too-many-matches' },
    })
  }
  if (text === '') return []
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new AppError('ENGINE_FAILED', `restic ${args[0] ?? ''} gave no valid JSON.`, { cause: error })
  }
}

function normalFolder(folder: string): string {
  const trimmed = folder.replace(/\/+$/, '')
  return trimmed === '' || trimmed.startsWith('/') ? trimmed : `/${trimmed}`
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
