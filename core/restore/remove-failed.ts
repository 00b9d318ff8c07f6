import { lstat, readdir } from 'node:fs/promises'
import { codeOf } from '../profile/system-error.ts'
import { joinBytes } from './bytes-path.ts'
import type { Failure } from './restic-restore.ts'
import { removeTree } from './staging.ts'

/**
 * Takes files that restic could not make whole out of the staging folder, so that they get no final name.
 * restic names them as text: a name that is none matches every name that reads the same. A restored link is
 * never followed: whoever names files in a backup could otherwise have files removed elsewhere.
 */
export async function removeFailed(stagingFolder: string, failures: readonly Failure[]): Promise<void> {
  for (const { path, isUsable } of failures) {
    if (isUsable) continue
    const found = await pathsReading(
      Buffer.from(stagingFolder),
      path.split('/').filter((part) => part !== ''),
    )
    for (const each of found) await removeTree(each)
  }
}

async function pathsReading(folder: Buffer, parts: readonly string[]): Promise<Buffer[]> {
  const [part, ...rest] = parts
  if (part === undefined) return [folder]
  const names = (await namesIn(folder)).filter((name) => name.toString('utf8') === part)
  return (await Promise.all(names.map((name) => pathsReading(joinBytes(folder, name), rest)))).flat()
}

async function namesIn(folder: Buffer): Promise<Buffer[]> {
  try {
    if (!(await lstat(folder)).isDirectory()) return []
    return await readdir(folder, { encoding: 'buffer' })
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}
