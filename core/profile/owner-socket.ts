import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { ownerOnlyFolder } from './owner-only.ts'

/** sockaddr_un.sun_path holds 104 bytes on macOS and 108 on Linux, with a zero at the end. */
const longestPathBytes = 103

/**
 * Where the owner of a profile listens for other processes of the same user: a Unix socket inside the
 * folder; where that path is too long, inside a folder of its own below /tmp that only this user can
 * enter; on Windows a named pipe. The same folder always gives the same answer.
 *
 * Listener and caller both ask here: a folder that somebody else prepared under /tmp is refused, so that
 * nobody else can listen to what is meant for the owner.
 *
 * @throws AppError PROFILE_DAMAGED when the folder for the socket is not this user's own
 */
export async function ownerSocketPath(folder: string): Promise<string> {
  await ownerOnlyFolder(folder)
  const real = await realpath(folder)
  const digest = createHash('sha256').update(real).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\holdfast-${digest}`
  const inside = join(real, 'owner.sock')
  if (Buffer.byteLength(inside) <= longestPathBytes) return inside
  return join(await privateFolder(`/tmp/holdfast-${String(process.getuid?.())}-${digest}`), 'owner.sock')
}

/** Not `os.tmpdir()`: two processes of one user may differ in TMPDIR and must still meet. */
async function privateFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const found = await lstat(path)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new AppError('PROFILE_DAMAGED', `${path} was not made by this user; remove it.`, {
      details: { path },
    })
  }
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700)
  return path
}
