import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryObjects, type MemoryObjects } from '../objects/memory-objects.ts'
import { pieces } from '../objects/object-store.contract.ts'
import { objectKey } from './object-names.ts'
import { scrub } from './scrub.ts'
import { filledSet, startWorld, type World } from './world.fixture.ts'

let objects: MemoryObjects
let world: World
let set: Awaited<ReturnType<typeof filledSet>>
const keyOf = (type: 'data' | 'index' | 'snapshots', name: string): string =>
  objectKey(set.repositoryId, { type, name })

beforeEach(async () => {
  objects = memoryObjects()
  world = await startWorld({ objects })
  set = await filledSet(world, await (await world.addPerson()).addComputer())
})
afterEach(async () => {
  await world.close()
})

describe('a scrub', () => {
  it('reads everything and finds nothing where nothing is wrong', async () => {
    const seen: number[] = []
    const report = await scrub(world.deps, { onProgress: (count) => seen.push(count) })
    expect(report).toMatchObject({ objectCount: 6, rot: [] })
    expect(report.sizeBytes).toBe(6_000_000 + 50_000 + 2000 + 300 + 155 + 100)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('names what has changed, is missing, has another length or cannot be read', async () => {
    objects.rot(keyOf('data', set.names.data))
    await objects.remove(keyOf('index', set.names.index))
    const shorter = keyOf('snapshots', set.names.snapshot)
    await objects.remove(shorter)
    await objects.put(shorter, pieces(randomBytes(5)), { sizeBytes: 5, sha256: null })
    const { rot } = await scrub(world.deps)
    expect(rot.map(({ type, problem }) => [type, problem])).toEqual([
      ['snapshots', 'truncated'],
      ['index', 'missing'],
      ['data', 'changed'],
    ])
    objects.failNext('open', 'UNEXPECTED')
    expect((await scrub(world.deps)).rot[0]).toMatchObject({ type: 'config', problem: 'unread' })
  })

  it('includes the trash, because what is there must be able to come back', async () => {
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${set.names.data}`)
    objects.rot(keyOf('data', set.names.data))
    expect((await scrub(world.deps)).rot).toMatchObject([{ name: set.names.data, problem: 'changed' }])
  })
})
