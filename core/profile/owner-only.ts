import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open, readFile, stat } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from './system-error.ts'

/** Windows keeps a user's own data folder private by its access lists; mode bits say nothing there. */
const hasModes = process.platform !== 'win32'
const othersMask = 0o077

/** Where permissions were looser than they may be and were put right. */
export type Repair = { readonly path: string; readonly mode: string }

/**
 * Makes a folder that only its owner can enter, or puts an existing one right.
 *
 * @returns what was put right; undefined when nothing was wrong
 * @throws AppError PROFILE_DAMAGED when it is no folder, or another user's
 */
export async function ownerOnlyFolder(path: string): Promise<Repair | undefined> {
  await makeFolder(path)
  const found = await stat(path)
  if (!found.isDirectory()) throw damaged(path, 'is not a folder')
  return repair(path, found)
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR') throw damaged(path, 'is not a folder')
    throw new AppError('PROFILE_DAMAGED', `The profile folder ${path} cannot be made (${codeOf(error)}).`, {
      cause: error,
      details: { path },
    })
  }
}

/** Puts the permissions of an own file right. @throws AppError PROFILE_DAMAGED when it is another user's */
export async function ownerOnlyFile(path: string): Promise<Repair | undefined> {
  const found = await lstat(path)
  if (!found.isFile()) throw damaged(path, 'is not a plain file')
  return repair(path, found)
}

async function repair(path: string, found: { uid: number; mode: number; isDirectory(): boolean }) {
  if (!hasModes) return undefined
  if (found.uid !== process.getuid?.()) throw damaged(path, 'belongs to another user of this computer')
  if ((found.mode & othersMask) === 0) return undefined
  await chmod(path, found.isDirectory() ? 0o700 : 0o600)
  return { path, mode: (found.mode & 0o777).toString(8) }
}

/**
 * Reads a file that only its owner may be able to read. Does not follow a symbolic link, and judges the
 * very file that it reads.
 *
 * @returns undefined when there is none
 * @throws AppError `refusal` when others can read it or it is another user's
 */
export async function readOwnerOnly(
  path: string,
  refusal: (reason: string) => AppError,
): Promise<string | undefined> {
  if (!hasModes) return readIfThere(path)
  let file
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw refusal(`cannot be read (${codeOf(error)})`)
  }
  try {
    const found = await file.stat()
    if (!found.isFile()) throw refusal('is not a plain file')
    if (found.uid !== process.getuid?.()) throw refusal('belongs to another user of this computer')
    if ((found.mode & othersMask) !== 0) {
      throw refusal(`can be read by others (its permissions are ${(found.mode & 0o777).toString(8)})`)
    }
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

export function damaged(path: string, what: string): AppError {
  return new AppError(
    'PROFILE_DAMAGED',
    `${path} ${what}. Nothing was changed; look at it and move it away.`,
    {
      details: { path },
    },
  )
}
