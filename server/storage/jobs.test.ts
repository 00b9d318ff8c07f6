import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { memoryObjects, type MemoryObjects } from '../objects/memory-objects.ts'
import { objectKey } from './object-names.ts'
import { startStorageJobs } from './jobs.ts'
import { filledSet, startWorld, type World } from './world.fixture.ts'

let objects: MemoryObjects
let clock: FakeClock
let world: World
let set: Awaited<ReturnType<typeof filledSet>>

beforeEach(async () => {
  objects = memoryObjects()
  clock = new FakeClock()
  world = await startWorld({ objects, clock })
  set = await filledSet(world, await (await world.addPerson()).addComputer())
})
afterEach(async () => {
  await world.close()
})

const lockCount = async (): Promise<number> =>
  (await world.store.db.selectFrom('objects').select('name').where('type', '=', 'locks').execute()).length
const trashCount = async (): Promise<number> =>
  (await world.store.db.selectFrom('objects').select('name').where('trashedAt', 'is not', null).execute())
    .length
const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await wait(5)
}

describe('the storage jobs', () => {
  it('purge, clear the locks of dead runs and forget used nonces, and stop when told', async () => {
    const client = world.rest(await set.start('maintenance'))
    await client.add('locks', randomBytes(100))
    await client.status('DELETE', `data/${set.names.data}`)
    const jobs = startStorageJobs(world.deps)
    clock.advance(60_000)
    await until(async () => (await lockCount()) === 0)
    expect(await trashCount()).toBe(1)
    clock.advance(31 * 86_400_000)
    await until(async () => (await trashCount()) === 0)
    await until(
      async () => (await world.store.db.selectFrom('usedNonces').selectAll().execute()).length === 0,
    )
    await jobs.stop()
    clock.advance(60_000)
  })

  it('go on after one of them failed, and log it', async () => {
    const client = world.rest(await set.start('maintenance'))
    await client.status('DELETE', `data/${set.names.data}`)
    clock.advance(31 * 86_400_000)
    objects.failNext('remove', 'UNEXPECTED')
    const jobs = startStorageJobs(world.deps)
    await until(() => Promise.resolve(world.logLines.some((line) => line.includes('A storage job failed'))))
    await until(async () => {
      clock.advance(11 * 60_000)
      return (await trashCount()) === 0
    })
    expect(await objects.size(objectKey(set.repositoryId, { type: 'data', name: set.names.data }))).toBeNull()
    await jobs.stop()
  })
})
