import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Node } from '../../shared/model/snapshot.ts'
import { keyIdSchema, repositoryIdSchema, snapshotIdSchema, type SnapshotId } from '../../shared/model/ids.ts'
import { folderRepository, type FolderRepository } from '../backup/folder-repository.fixture.ts'
import { totalsOf, planRestore } from '../restore/plan.ts'
import { selectionOf } from '../restore/selection.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { openListing, type Listing } from './listings.ts'

let place: FolderRepository
let core: CoreParts
let source = ''
/** How often restic was asked. */
let fetches = 0
beforeEach(async () => {
  ;[place, core] = await Promise.all([folderRepository(), coreParts()])
  fetches = 0
  source = join(place.folder, 'source')
  await mkdir(join(source, 'deep', 'er'), { recursive: true })
  await writeFile(join(source, 'deep', 'er', 'new\nline 🎉'), '12345')
  await writeFile(join(source, 'top'), '123')
  await mkdir(join(source, 'zz'))
  await writeFile(join(source, 'zz', 'last'), '1')
})
afterEach(() => Promise.all([place.remove(), core.remove()]))

function backUp(): SnapshotId {
  place.restic('backup', '--quiet', source)
  const snapshots = JSON.parse(place.restic('snapshots', '--json')) as { id: string }[]
  return snapshotIdSchema.parse(snapshots.at(-1)?.id)
}

function open(snapshotId: SnapshotId, password = 'the key'): Promise<Listing> {
  return openListing(
    {
      ...core,
      keys: { forNewSets: () => keyId, read: () => Promise.resolve(password) },
      engine: () => Promise.resolve(place.engine),
    },
    {
      backupSet: { repositoryId: repositoryIdSchema.parse(`rep_${'a'.repeat(22)}`), keyId },
      snapshotId,
      withRepository: (work) => {
        fetches += 1
        return work({ repository: place.repository, stop: new AbortController().signal })
      },
    },
  )
}
const keyId = keyIdSchema.parse(`key_${'a'.repeat(22)}`)

async function nodesOf(listing: Listing): Promise<Node[]> {
  const nodes: Node[] = []
  await listing.forEachBatch((batch) => void nodes.push(...batch))
  return nodes.filter(({ path }) => path.startsWith(`${source}/`))
}

const listingsFolder = (): string => join(core.profile.cacheFolder, 'listings')

describe('the listing of a snapshot', () => {
  it('has every file and folder, a folder before what it holds', async () => {
    const listing = await open(backUp())
    expect(listing.snapshot.paths).toEqual([source])
    expect(
      (await nodesOf(listing)).map(({ path, kind, sizeBytes }) => [
        path.slice(source.length),
        kind,
        sizeBytes,
      ]),
    ).toEqual([
      ['/deep', 'folder', 0],
      ['/deep/er', 'folder', 0],
      ['/deep/er/new\nline 🎉', 'file', 5],
      ['/top', 'file', 3],
      ['/zz', 'folder', 0],
      ['/zz/last', 'file', 1],
    ])
  })

  it('is fetched once, and after that read from the profile', async () => {
    const snapshotId = backUp()
    const first = await nodesOf(await open(snapshotId))
    expect(await nodesOf(await open(snapshotId))).toEqual(first)
    expect(fetches).toBe(1)
  })

  it('tells nothing to whoever copies the profile without the key', async () => {
    await open(backUp())
    for (const name of await readdir(listingsFolder())) {
      const path = join(listingsFolder(), name)
      const bytes = await readFile(path)
      expect(bytes.includes('top') || bytes.includes('source')).toBe(false)
      expect((await stat(path)).mode & 0o077).toBe(0)
    }
  })

  it.each([
    ['damaged', (bytes: Buffer) => bytes.fill(0x55, 20, 24)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5)],
    ['emptied', () => Buffer.alloc(0)],
  ])('that is %s in the profile is fetched again', async (_what, damage) => {
    const snapshotId = backUp()
    const first = await nodesOf(await open(snapshotId))
    const path = join(listingsFolder(), (await readdir(listingsFolder()))[0] ?? '')
    await writeFile(path, damage(await readFile(path)))
    expect(await nodesOf(await open(snapshotId))).toEqual(first)
    expect(fetches).toBe(2)
  })

  it('of another key is fetched again, not believed', async () => {
    const snapshotId = backUp()
    await open(snapshotId)
    await open(snapshotId, 'another key')
    expect(fetches).toBe(2)
  })

  it('of a snapshot that does not exist is not found, and leaves nothing behind', async () => {
    await expect(open(snapshotIdSchema.parse('0'.repeat(64)))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await readdir(listingsFolder())).toEqual([])
  })
})

describe('the plan of a restore', () => {
  const plan = async (paths: string[], targetFolder: string | null) =>
    planRestore({ paths, targetFolder }, await open(backUp()), 'linux')

  it('counts what would come back, and what is in its way', async () => {
    expect(await plan([], null)).toMatchObject({
      fileCount: 3,
      sizeBytes: 9,
      conflictCount: 3,
      conflicts: [join(source, 'deep/er/new\nline 🎉'), join(source, 'top'), join(source, 'zz/last')],
    })
  })

  it('knows the free space where it would go, also when that folder is new', async () => {
    const { freeBytes, conflictCount } = await plan([], join(place.folder, 'not', 'there', 'yet'))
    expect(freeBytes).toBeGreaterThan(0)
    expect(conflictCount).toBe(0)
  })

  it('is about the selected part only', async () => {
    await rm(join(source, 'zz'), { recursive: true })
    expect(await plan([join(source, 'deep')], null)).toMatchObject({ fileCount: 1, sizeBytes: 5 })
  })

  it('names what was selected and is not in the snapshot', async () => {
    const missing = join(source, 'never')
    await expect(plan([missing, join(source, 'top')], null)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { paths: [missing] },
    })
  })

  it('finds no conflict below a folder that is gone, and no file looked for in vain', async () => {
    const listing = await open(backUp())
    await rm(join(source, 'deep'), { recursive: true })
    expect(await planRestore({ paths: [], targetFolder: null }, listing, 'linux')).toMatchObject({
      conflictCount: 2,
    })
    expect(await totalsOf(listing, selectionOf([]))).toEqual({ fileCount: 3, sizeBytes: 9 })
  })
})
