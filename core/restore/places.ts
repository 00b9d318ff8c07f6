import { stat } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'

/** Where a part of a snapshot goes. One restic run per place, each staged on the file system of its end. */
export interface Place {
  /** Paths in the snapshot; empty = everything. */
  readonly paths: readonly string[]
  /** An existing folder on the file system where the files will be. */
  readonly stagingParent: string
  /** The folder inside the staging folder whose contents go into `finalFolder`; '' = the staging folder itself. */
  readonly stagedFolder: string
  readonly finalFolder: string
}

export type FinalPath = (snapshotPath: string) => string

/**
 * Where a path of the snapshot ends up: below the target folder with its whole path, or where it came from.
 * On Windows restic writes `C:\a` as `/C/a`.
 */
export function finalPathFor(targetFolder: string | null, platform: NodeJS.Platform): FinalPath {
  const path = platform === 'win32' ? win32 : posix
  if (targetFolder !== null) return (snapshotPath) => path.join(targetFolder, ...snapshotPath.split('/'))
  if (platform !== 'win32') return (snapshotPath) => snapshotPath
  return (snapshotPath) => {
    const [, drive = '', ...rest] = snapshotPath.split('/')
    return path.join(`${drive}:\\`, ...rest)
  }
}

/** @throws AppError INPUT_INVALID when the target is not absolute, TARGET_UNUSABLE when it is no folder */
export async function targetPlace(
  targetFolder: string,
  paths: readonly string[],
  platform: NodeJS.Platform,
): Promise<Place> {
  const path = platform === 'win32' ? win32 : posix
  if (!path.isAbsolute(targetFolder)) {
    throw new AppError('INPUT_INVALID', 'The target folder must be an absolute path.', {
      details: { paths: ['targetFolder'], reason: 'not-absolute' },
    })
  }
  const found = await lookAt(targetFolder)
  if (found !== undefined && !found.isFolder) throw unusable(targetFolder, 'is not a folder')
  return { paths, stagingParent: targetFolder, stagedFolder: '', finalFolder: targetFolder }
}

/**
 * Places for the files' own folders: one for each file system, so that nothing has to be copied at the end.
 *
 * @param roots what comes back: the selected paths, else the sources of the snapshot
 * @throws AppError TARGET_UNUSABLE when there is no folder to put something into
 */
export async function originalPlaces(roots: readonly string[], platform: NodeJS.Platform): Promise<Place[]> {
  const finalPath = finalPathFor(null, platform)
  const path = platform === 'win32' ? win32 : posix
  const places = new Map<string, Place>()
  for (const root of roots) {
    const anchor = await nearestFolder(path.dirname(finalPath(root)), path)
    const drive = platform === 'win32' ? (root.split('/')[1] ?? '') : ''
    const key = `${drive} ${anchor.device}`
    const place = places.get(key)
    places.set(key, {
      paths: [...(place?.paths ?? []), root],
      stagingParent: place?.stagingParent ?? anchor.path,
      stagedFolder: drive,
      finalFolder: platform === 'win32' ? `${drive}:\\` : '/',
    })
  }
  return Array.from(places.values())
}

async function nearestFolder(folder: string, path: typeof posix): Promise<{ path: string; device: number }> {
  const found = await lookAt(folder)
  if (found?.isFolder === true) return { path: folder, device: found.device }
  const parent = path.dirname(folder)
  if (parent === folder) throw unusable(folder, 'is not there')
  return nearestFolder(parent, path)
}

/** Follows links: a link to a folder is as good as one. */
async function lookAt(path: string): Promise<{ isFolder: boolean; device: number } | undefined> {
  try {
    const found = await stat(path)
    return { isFolder: found.isDirectory(), device: found.dev }
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined
    throw unusable(path, `cannot be looked at (${codeOf(error)})`, error)
  }
}

export function unusable(path: string, why: string, cause?: unknown): AppError {
  return new AppError('TARGET_UNUSABLE', `${path} ${why}.`, { cause, details: { path } })
}

/** How restic writes one of a computer's own paths inside a snapshot. */
export function snapshotPathOf(ownPath: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return ownPath
  return `/${ownPath.replace(/^([A-Za-z]):/, '$1').replaceAll('\\', '/')}`
}
