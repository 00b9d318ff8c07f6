import { open } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { readlink } from 'node:fs/promises'

const chunkBytes = 1024 * 1024

/** Whether two entries hold the same: files byte by byte, links by where they lead. */
export async function isSameContent(
  one: { path: Buffer; stats: Stats },
  other: { path: Buffer; stats: Stats },
): Promise<boolean> {
  if (one.stats.isSymbolicLink() && other.stats.isSymbolicLink()) {
    const links = await Promise.all([one, other].map(({ path }) => readlink(path, { encoding: 'buffer' })))
    return links[0]?.equals(links[1] ?? Buffer.alloc(0)) === true
  }
  if (!one.stats.isFile() || !other.stats.isFile() || one.stats.size !== other.stats.size) return false
  const files = [await open(one.path, 'r')]
  try {
    files.push(await open(other.path, 'r'))
    const buffers = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)] as const
    for (let at = 0; at < one.stats.size;) {
      const [a = 0, b = 0] = await Promise.all(
        files.map(
          async (file, index) =>
            (await file.read(buffers[index] ?? Buffer.alloc(0), 0, chunkBytes, at)).bytesRead,
        ),
      )
      const length = Math.min(a, b)
      // Shorter than it was a moment ago: somebody is changing it.
      if (length === 0) return false
      if (!buffers[0].subarray(0, length).equals(buffers[1].subarray(0, length))) return false
      at += length
    }
    return true
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}
