import { lstat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ClientInput, ClientOutput } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'
import type { Node } from '../../shared/model/snapshot.ts'
import type { Listing } from '../snapshots/listings.ts'
import { finalPathFor } from './places.ts'
import { selectionOf, type Selection } from './selection.ts'

export type RestoreInput = ClientInput<'restore.plan'>
export type RestorePlan = ClientOutput<'restore.plan'>

/** How many are named (shared/client-api.ts). */
const namedConflicts = 1000
const lookedAtOnce = 64

/**
 * What a restore would do: looks at names here and in the listing, changes nothing.
 *
 * @throws AppError NOT_FOUND with details `{ paths }` when a selected path is not in the snapshot,
 *   INPUT_INVALID
 */
export async function planRestore(
  input: Pick<RestoreInput, 'paths' | 'targetFolder'>,
  listing: Listing,
  platform: NodeJS.Platform,
): Promise<RestorePlan> {
  const selection = selectionOf(input.paths)
  const finalPath = finalPathFor(input.targetFolder, platform)
  const conflicts: string[] = []
  let conflictCount = 0
  const look = existenceOf(finalPath)
  const totals = await totalsOf(listing, selection, async (files) => {
    for (const path of await look(files)) {
      conflictCount += 1
      if (conflicts.length < namedConflicts) conflicts.push(path)
    }
  })
  const firstRoot = selection.paths[0] ?? listing.snapshot.paths[0] ?? '/'
  return {
    ...totals,
    freeBytes: await freeBytesAt(input.targetFolder ?? finalPath(firstRoot)),
    conflicts,
    conflictCount,
  }
}

/** Files and bytes of a selection. @throws AppError NOT_FOUND when one of its paths is not in the snapshot */
export async function totalsOf(
  listing: Listing,
  selection: Selection,
  onSelected: (nodes: readonly Node[]) => Promise<void> = () => Promise.resolve(),
): Promise<{ fileCount: number; sizeBytes: number }> {
  const unseen = new Set(selection.paths)
  let fileCount = 0
  let sizeBytes = 0
  await listing.forEachBatch(async (nodes) => {
    const selected = nodes.filter(({ path }) => selection.has(path))
    for (const node of selected) {
      unseen.delete(node.path)
      if (node.kind === 'folder') continue
      fileCount += 1
      sizeBytes += node.sizeBytes
    }
    await onSelected(selected)
  })
  if (unseen.size > 0) {
    throw new AppError('NOT_FOUND', 'The snapshot does not hold everything that was selected.', {
      details: { paths: Array.from(unseen).slice(0, 20) },
    })
  }
  return { fileCount, sizeBytes }
}

/** Finds what exists already, without asking for the contents of folders that do not. */
function existenceOf(finalPath: (path: string) => string): (nodes: readonly Node[]) => Promise<string[]> {
  const missingFolders = new Set<string>()
  const isMissing = async (path: string): Promise<boolean> => {
    try {
      await lstat(path)
      return false
    } catch (error) {
      // What cannot be looked at counts as there: saying "no conflict" would be a promise.
      return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
    }
  }
  const isBelowMissing = (path: string): boolean => missingFolders.has(path.slice(0, path.lastIndexOf('/')))
  return async (nodes) => {
    const found: string[] = []
    let waiting: Node[] = []
    const flush = async (): Promise<void> => {
      const looked = await Promise.all(
        waiting.map(async ({ path }) => ((await isMissing(finalPath(path))) ? [] : [finalPath(path)])),
      )
      found.push(...looked.flat())
      waiting = []
    }
    for (const node of nodes) {
      if (isBelowMissing(node.path)) {
        if (node.kind === 'folder') missingFolders.add(node.path)
        continue
      }
      if (node.kind === 'folder') {
        if (await isMissing(finalPath(node.path))) missingFolders.add(node.path)
        continue
      }
      waiting.push(node)
      if (waiting.length >= lookedAtOnce) await flush()
    }
    await flush()
    return found
  }
}

/** Room for an ordinary user at the nearest folder that exists; null where the system does not tell. */
async function freeBytesAt(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch (error) {
    const parent = dirname(path)
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR') return null
    return parent === path ? null : freeBytesAt(parent)
  }
}
