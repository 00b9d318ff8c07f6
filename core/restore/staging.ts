import { chmod, lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobRunId } from '../../shared/model/ids.ts'
import { stagingPrefix } from '../backup/exclude-file.ts'
import type { CoreDeps } from '../core-deps.ts'
import { codeOf } from '../profile/system-error.ts'
import { joinBytes } from './bytes-path.ts'
import { unusable } from './places.ts'

/** Folders in which restores are made whole before anything gets its final name. */
export interface Staging {
  /** Makes a staging folder in an existing folder. @throws AppError TARGET_UNUSABLE */
  make(parent: string): Promise<string>
  /** Removes them all, whatever is in them. */
  clear(): Promise<void>
}

/**
 * Staging of one run. A note in the profile tells the next start what a killed process left behind
 * (clearLeftStaging).
 */
export function stagingFor(deps: Pick<CoreDeps, 'profile'>, jobRunId: JobRunId): Staging {
  const notes = notesFolder(deps)
  const note = join(notes, jobRunId)
  const made: string[] = []
  return {
    make: async (parent) => {
      const path = join(parent, `${stagingPrefix}${jobRunId.slice(4, 14)}-${made.length + 1}`)
      made.push(path)
      await mkdir(notes, { recursive: true, mode: 0o700 })
      await writeFile(note, made.map((each) => `${each}\0`).join(''), { mode: 0o600 })
      try {
        await mkdir(path, { mode: 0o700 })
      } catch (error) {
        made.pop()
        throw unusable(parent, `takes no new folder (${codeOf(error)})`, error)
      }
      return path
    },
    clear: async () => {
      for (const path of made) await removeTree(Buffer.from(path))
      await rm(note, { force: true })
    },
  }
}

/** Removes what restores of killed processes left. Call it once, before any restore begins. */
export async function clearLeftStaging(deps: Pick<CoreDeps, 'profile' | 'log'>): Promise<void> {
  const notes = notesFolder(deps)
  for (const name of await namesIn(notes)) {
    const note = join(notes, name)
    for (const path of (await readFile(note, 'utf8')).split('\0')) {
      // The note is a file in the profile: it must not become a way to remove anything else.
      if (!/[/\\]\.holdfast-restore-[A-Za-z0-9_-]+$/.test(path)) continue
      deps.log.info({ path }, 'Removing what an interrupted restore left')
      await removeTree(Buffer.from(path))
    }
    await rm(note, { force: true })
  }
}

/** Like `rm -rf`, also through folders that their own permissions close. */
export async function removeTree(path: Buffer): Promise<void> {
  try {
    const found = await lstat(path)
    if (found.isDirectory()) {
      if ((found.mode & 0o700) !== 0o700) await chmod(path, 0o700)
      for (const name of await readdir(path, { encoding: 'buffer' })) await removeTree(joinBytes(path, name))
    }
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function notesFolder({ profile }: Pick<CoreDeps, 'profile'>): string {
  return join(profile.folder, 'restores')
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
