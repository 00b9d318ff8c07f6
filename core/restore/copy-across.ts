import { randomBytes } from 'node:crypto'
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  rename,
  symlink,
} from 'node:fs/promises'
import { stagingPrefix } from '../backup/exclude-file.ts'
import { AppError } from '../../shared/errors.ts'
import { codeOf } from '../profile/system-error.ts'
import { joinBytes, parentOf } from './bytes-path.ts'
import { removeTree } from './staging.ts'

/**
 * Brings an entry to another file system: a copy beside its end, then one rename. Happens only where
 * something is mounted inside the place that is restored to. Extended attributes do not come along.
 *
 * @throws AppError DISK_FULL, TARGET_UNUSABLE
 */
export async function copyAcross(staged: Buffer, final: Buffer): Promise<void> {
  const part = joinBytes(parentOf(final), Buffer.from(`${stagingPrefix}${randomBytes(6).toString('hex')}`))
  try {
    await copyTree(staged, part)
    await rename(part, final)
  } catch (error) {
    await removeTree(part)
    if (error instanceof AppError) throw error
    const code = codeOf(error)
    const path = final.toString()
    throw new AppError(
      code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'TARGET_UNUSABLE',
      `${path} cannot be written (${code}).`,
      { cause: error, details: { path } },
    )
  }
}

async function copyTree(from: Buffer, to: Buffer): Promise<void> {
  const stats = await lstat(from)
  if (stats.isDirectory()) {
    await mkdir(to, { mode: 0o700 })
    for (const name of await readdir(from, { encoding: 'buffer' })) {
      await copyTree(joinBytes(from, name), joinBytes(to, name))
    }
  } else if (stats.isSymbolicLink()) {
    await symlink(await readlink(from, { encoding: 'buffer' }), to)
  } else if (stats.isFile()) {
    await copyFile(from, to)
  } else {
    throw new AppError('TARGET_UNUSABLE', 'A special file cannot be brought to another file system.', {
      details: { path: from.toString() },
    })
  }
  if (process.getuid?.() === 0) await lchown(to, stats.uid, stats.gid)
  if (!stats.isSymbolicLink()) await chmod(to, stats.mode & 0o7777)
  await lutimes(to, stats.atime, stats.mtime)
}
