import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryObjects, type MemoryObjects } from '../objects/memory-objects.ts'
import { objectKey } from './object-names.ts'
import { filledSet, startWorld, type RestClient, type World } from './world.fixture.ts'

let objects: MemoryObjects
let world: World
let set: Awaited<ReturnType<typeof filledSet>>
let client: RestClient
let path = ''

beforeEach(async () => {
  objects = memoryObjects()
  world = await startWorld({ objects })
  const person = await world.addPerson()
  set = await filledSet(world, await person.addComputer())
  client = world.rest(await set.restore(await person.grant({ kind: 'restore', backupSetId: set.id })))
  path = `data/${set.names.data}`
})
afterEach(async () => {
  await world.close()
})

describe('a download', () => {
  it('has its length, says that ranges are possible, and the bytes', async () => {
    const response = await client.send('GET', path)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('6000000')
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect(Buffer.from(await response.arrayBuffer()).equals(set.data)).toBe(true)
  })

  it.each([
    ['bytes=0-9', 'bytes 0-9/6000000', 0, 10],
    ['bytes=5999990-', 'bytes 5999990-5999999/6000000', 5_999_990, 6_000_000],
    ['bytes=-5', 'bytes 5999995-5999999/6000000', 5_999_995, 6_000_000],
    ['bytes=100-2000099', 'bytes 100-2000099/6000000', 100, 2_000_100],
    ['bytes=5999999-9999999', 'bytes 5999999-5999999/6000000', 5_999_999, 6_000_000],
  ])('of the range %s is that part', async (range, contentRange, start, end) => {
    const response = await client.send('GET', path, { headers: { range } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(contentRange)
    expect(response.headers.get('content-length')).toBe(String(end - start))
    expect(Buffer.from(await response.arrayBuffer()).equals(set.data.subarray(start, end))).toBe(true)
  })

  it.each(['bytes=6000000-', 'bytes=-0'])('of the range %s is not satisfiable', async (range) => {
    const response = await client.send('GET', path, { headers: { range } })
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe('bytes */6000000')
    expect(await response.text()).toBe('')
  })

  it.each(['bytes=0-1,4-5', 'bytes=9-2', 'pages=1-2', 'x'])('of the range %s is the whole', async (range) => {
    const response = await client.send('GET', path, { headers: { range } })
    expect(response.status).toBe(200)
    expect((await response.arrayBuffer()).byteLength).toBe(6_000_000)
  })

  it('ignores a range that depends on a validator, because objects have none', async () => {
    const headers = { range: 'bytes=0-9', 'if-range': '"etag"' }
    expect(await client.status('GET', path, { headers })).toBe(200)
  })

  it('of something that is not there is 404, as is its HEAD', async () => {
    for (const method of ['GET', 'HEAD'])
      expect(await client.status(method, `data/${'0'.repeat(64)}`)).toBe(404)
  })

  it('of bytes that the disk lost is an error and not an empty answer', async () => {
    await objects.remove(objectKey(set.repositoryId, { type: 'data', name: set.names.data }))
    const response = await client.send('GET', path)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'REPOSITORY_DAMAGED' })
  })
})

describe('a list', () => {
  it('is version 1 unless version 2 is asked for', async () => {
    const one = await client.send('GET', 'snapshots/')
    expect(one.headers.get('content-type')).toBe('application/vnd.x.restic.rest.v1')
    expect(await one.json()).toEqual([set.names.snapshot])
    const two = await client.send('GET', 'snapshots/', {
      headers: { accept: 'application/vnd.x.restic.rest.v2' },
    })
    expect(two.headers.get('content-type')).toBe('application/vnd.x.restic.rest.v2')
    expect(await two.json()).toEqual([{ name: set.names.snapshot, size: 300 }])
  })

  it('of nothing is an empty array', async () => {
    expect(await client.names('locks')).toEqual([])
  })

  it('of 10,000 objects and more has each of them once', async () => {
    const names = Array.from({ length: 20_001 }, () => randomBytes(32).toString('hex'))
    for (let start = 0; start < names.length; start += 1000)
      await world.store.db
        .insertInto('objects')
        .values(
          names.slice(start, start + 1000).map((name, position) => ({
            repositoryId: set.repositoryId,
            type: 'index' as const,
            name,
            sizeBytes: start + position,
            storedAt: 0,
            leaseId: set.lease.id,
            isMetadata: 0 as const,
            trashedAt: null,
            releaseAt: null,
            trashedByLeaseId: null,
            purgeStartedAt: null,
          })),
        )
        .execute()
    const headers = { accept: 'application/vnd.x.restic.rest.v2' }
    const listed = (await (await client.send('GET', 'index/', { headers })).json()) as {
      name: string
      size: number
    }[]
    expect(listed).toHaveLength(20_002)
    const sizes = new Map(listed.map(({ name, size }) => [name, size]))
    expect(names.every((name, position) => sizes.get(name) === position)).toBe(true)
    expect((await client.names('index')).toSorted()).toEqual([...names, set.names.index].toSorted())
  })
})
