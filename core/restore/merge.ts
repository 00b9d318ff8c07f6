import { chmod, lchown, lstat, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import type { ConflictChoice } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'
import { joinBytes } from './bytes-path.ts'
import { copyAcross } from './copy-across.ts'
import { freePathBeside } from './free-name.ts'
import { isSameContent } from './same-content.ts'

export interface Merge {
  readonly onConflict: ConflictChoice
  /** For the names of copies that are kept beside what exists. */
  readonly at: Date
  readonly stop: AbortSignal
  /** Whether a folder was chosen itself; the folders on the way to what was chosen stay as they are. */
  readonly isChosen: (final: Buffer) => boolean
  /** Whether a link in the place of a folder on the way is followed: files go back to where they came from. */
  readonly isLinkFollowed: (final: Buffer) => boolean
}

export interface Merged {
  /** Files and links that were put back, and what they hold. */
  restoredCount: number
  restoredBytes: number
  /** What exists already and stayed as it was. */
  keptCount: number
}

/**
 * Moves what was restored to its final names: each file by one rename, so that no name ever holds a part.
 * Existing folders are merged; what exists otherwise is treated as chosen, and never silently: `overwrite`
 * replaces files, but a folder that stands where a file belongs is never removed for it (the file gets a
 * name beside it).
 *
 * @throws AppError CANCELLED between two entries, TARGET_UNUSABLE, DISK_FULL
 */
export async function mergeFolder(
  merge: Merge,
  staged: Buffer,
  final: Buffer,
  merged: Merged = { restoredCount: 0, restoredBytes: 0, keptCount: 0 },
): Promise<Merged> {
  for (const name of await readdir(staged, { encoding: 'buffer' })) {
    if (merge.stop.aborted) throw new AppError('CANCELLED', 'The restore was stopped.')
    await mergeEntry(merge, joinBytes(staged, name), joinBytes(final, name), merged)
  }
  return merged
}

async function mergeEntry(merge: Merge, staged: Buffer, final: Buffer, merged: Merged): Promise<void> {
  const mine = await lstat(staged)
  const there = await lookAt(final)
  if (there === undefined) {
    await count(staged, mine, merged)
    return moveTo(staged, mine, final)
  }
  if (mine.isDirectory() && there.isDirectory()) {
    await mergeFolder(merge, staged, final, merged)
    if (merge.onConflict === 'overwrite' && merge.isChosen(final)) await applyMetadata(final, mine)
    return
  }
  if (mine.isDirectory() && there.isSymbolicLink() && (await leadsOn(merge, final, there))) {
    await mergeFolder(merge, staged, final, merged)
    return
  }
  if (merge.onConflict === 'keep-existing') {
    merged.keptCount += await countEntries(staged, mine)
    return
  }
  if (merge.onConflict === 'keep-both') {
    // The same thing twice helps nobody.
    if (await isSameContent({ path: staged, stats: mine }, { path: final, stats: there })) {
      merged.keptCount += 1
      return
    }
    await count(staged, mine, merged)
    return moveTo(staged, mine, await freePathBeside(final, merge.at))
  }
  await count(staged, mine, merged)
  if (there.isDirectory()) return moveTo(staged, mine, await freePathBeside(final, merge.at))
  if (!mine.isDirectory()) return moveTo(staged, mine, final)
  return replaceByFolder(merge, staged, mine, final)
}

/** Links of other users are not followed: root would write wherever they like. */
async function leadsOn(merge: Merge, final: Buffer, link: Stats): Promise<boolean> {
  if (!merge.isLinkFollowed(final)) return false
  const isOurs = process.getuid === undefined || link.uid === 0 || link.uid === process.getuid()
  return isOurs && (await isFolder(final))
}

async function isFolder(path: Buffer): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return false
    throw moveFailure(error, path)
  }
}

/** A folder cannot be renamed over a file: the file steps aside until the folder has its name. */
async function replaceByFolder(merge: Merge, staged: Buffer, mine: Stats, final: Buffer): Promise<void> {
  const aside = await freePathBeside(final, merge.at)
  await rename(final, aside)
  try {
    await moveTo(staged, mine, final)
  } catch (error) {
    await rename(aside, final)
    throw error
  }
  await rm(aside)
}

async function moveTo(staged: Buffer, mine: Stats, final: Buffer): Promise<void> {
  try {
    await renameAnyway(staged, mine, final)
  } catch (error) {
    if (codeOf(error) === 'EXDEV') return copyAcross(staged, final)
    throw moveFailure(error, final)
  }
}

/** Moving a folder needs the right to write into it (its `..` changes), which its own mode may deny. */
async function renameAnyway(staged: Buffer, mine: Stats, final: Buffer): Promise<void> {
  try {
    await rename(staged, final)
  } catch (error) {
    if (codeOf(error) !== 'EACCES' || !mine.isDirectory() || (mine.mode & 0o200) !== 0) throw error
    await chmod(staged, (mine.mode & 0o7777) | 0o700)
    await rename(staged, final)
    await chmod(final, mine.mode & 0o7777)
  }
}

function moveFailure(error: unknown, final: Buffer): AppError {
  const code = codeOf(error)
  const path = final.toString()
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('DISK_FULL', `There is no room for ${path}.`, { cause: error, details: { path } })
  }
  return new AppError('TARGET_UNUSABLE', `${path} cannot be written (${code}).`, {
    cause: error,
    details: { path },
  })
}

async function lookAt(path: Buffer): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw moveFailure(error, path)
  }
}

async function applyMetadata(path: Buffer, { mode, uid, gid, atime, mtime }: Stats): Promise<void> {
  // Only root may give files away; for everybody else they are their own already.
  if (process.getuid?.() === 0) await lchown(path, uid, gid)
  await chmod(path, mode & 0o7777)
  await utimes(path, atime, mtime)
}

async function count(path: Buffer, stats: Stats, merged: Merged): Promise<void> {
  if (!stats.isDirectory()) {
    merged.restoredCount += 1
    merged.restoredBytes += stats.isFile() ? stats.size : 0
    return
  }
  for (const name of await readdir(path, { encoding: 'buffer' })) {
    const child = joinBytes(path, name)
    await count(child, await lstat(child), merged)
  }
}

async function countEntries(path: Buffer, stats: Stats): Promise<number> {
  const counted: Merged = { restoredCount: 0, restoredBytes: 0, keptCount: 0 }
  await count(path, stats, counted)
  return counted.restoredCount
}

/** Makes the folder that things are merged into. @throws AppError TARGET_UNUSABLE, DISK_FULL */
export async function makeFinalFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw moveFailure(error, Buffer.from(path))
  }
}
