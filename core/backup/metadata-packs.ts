import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../profile/system-error.ts'

const packName = /^[0-9a-f]{64}$/

/**
 * The packs in restic's cache. restic keeps there exactly the packs that hold folders and none that hold
 * file data (doc/cache.rst: `data/` is cached for tree blobs only), so what appears there during a run is
 * what the run must declare to the server.
 *
 * @param cacheFolder holds the caches of one set's repository only
 */
export async function metadataPacks(cacheFolder: string): Promise<Set<string>> {
  const packs = new Set<string>()
  for (const repository of await namesIn(cacheFolder)) {
    const data = join(cacheFolder, repository, 'data')
    for (const prefix of await namesIn(data)) {
      for (const name of await namesIn(join(data, prefix))) if (packName.test(name)) packs.add(name)
    }
  }
  return packs
}

/** The full id of a snapshot that restic 0.14 abbreviates: every run leaves its own in the cache. */
export async function fullSnapshotId(cacheFolder: string, id: string): Promise<string | undefined> {
  if (id.length === 64) return id
  for (const repository of await namesIn(cacheFolder)) {
    const names = await namesIn(join(cacheFolder, repository, 'snapshots', id.slice(0, 2)))
    const found = names.find((name) => packName.test(name) && name.startsWith(id))
    if (found !== undefined) return found
  }
  return undefined
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return []
    throw error
  }
}
