import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryObjects, type MemoryObjects } from '../objects/memory-objects.ts'
import { pieces } from '../objects/object-store.contract.ts'
import { markForErasing } from './erasing.ts'
import { objectKey } from './object-names.ts'
import { purgeDue } from './purge.ts'
import {
  initialise,
  sha256,
  startWorld,
  type BackupSetOfTest,
  type Computer,
  type RestClient,
  type World,
} from './world.fixture.ts'
import type { Lease } from '../../shared/model/lease.ts'

let objects: MemoryObjects
let world: World
let computer: Computer
let set: BackupSetOfTest
let lease: Lease
let client: RestClient

beforeEach(async () => {
  objects = memoryObjects()
  world = await startWorld({ objects })
  computer = await (await world.addPerson()).addComputer()
  set = await computer.addSet()
  lease = await set.start('backup')
  client = world.rest(lease)
})
afterEach(async () => {
  await world.close()
})

/** An upload whose body the test sends by hand. */
function upload(path: string, headers: Record<string, string | number>): ClientRequest {
  return request(`${world.address}${lease.repositoryPath}${path}`, {
    method: 'POST',
    headers: { authorization: client.authorization, ...headers },
  })
}

async function answerOf(sent: ClientRequest): Promise<{ status: number; problem: { code?: string } }> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const text = (await buffer(response)).toString()
  return {
    status: response.statusCode ?? 0,
    problem: text === '' ? {} : (JSON.parse(text) as { code: string }),
  }
}

const rowCount = async (): Promise<number> =>
  (await world.store.db.selectFrom('objects').select('name').execute()).length
const storedBytes = async (): Promise<number> =>
  (await world.store.db.selectFrom('repositories').select('storedBytes').executeTakeFirstOrThrow())
    .storedBytes

describe('an upload', () => {
  it('is visible in full when it was answered, and not before', async () => {
    const bytes = randomBytes(3_000_000)
    const name = sha256(bytes)
    const sent = upload(`data/${name}`, { 'content-length': bytes.length })
    sent.write(bytes.subarray(0, 2_900_000))
    await wait(50)
    expect(await client.status('HEAD', `data/${name}`)).toBe(404)
    expect(await client.names('data')).toEqual([])
    sent.end(bytes.subarray(2_900_000))
    expect((await answerOf(sent)).status).toBe(200)
    const head = await client.send('HEAD', `data/${name}`)
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '3000000'])
    expect(await storedBytes()).toBe(3_000_000)
  })

  it('of other bytes than its name says is refused, and leaves nothing', async () => {
    const status = await client.status('POST', `data/${sha256(Buffer.from('x'))}`, {
      body: randomBytes(100_000),
    })
    expect(status).toBe(400)
    expect(await rowCount()).toBe(0)
    expect(await storedBytes()).toBe(0)
  })

  it('that is cut midway leaves nothing, and the same upload succeeds afterwards', async () => {
    const bytes = randomBytes(3_000_000)
    const sent = upload(`data/${sha256(bytes)}`, { 'content-length': bytes.length })
    sent.on('error', () => undefined)
    sent.write(bytes.subarray(0, 2_000_000))
    await wait(50)
    sent.destroy()
    await wait(50)
    expect(await rowCount()).toBe(0)
    expect((await client.add('data', bytes)).response.status).toBe(200)
  })

  it('from a slow client succeeds', async () => {
    const bytes = randomBytes(50)
    const sent = upload(`data/${sha256(bytes)}`, { 'content-length': bytes.length })
    for (const byte of bytes) {
      sent.write(Buffer.of(byte))
      await wait(2)
    }
    sent.end()
    expect((await answerOf(sent)).status).toBe(200)
  })

  it.each([
    ['without a length', { 'transfer-encoding': 'chunked' }, 411],
    ['that announces too much', { 'content-length': 512 * 1024 * 1024 + 1 }, 413],
  ])('%s is refused before a byte is read', async (_case, headers, status) => {
    const sent = upload(`data/${'0'.repeat(64)}`, headers)
    sent.on('error', () => undefined)
    sent.flushHeaders()
    expect((await answerOf(sent)).status).toBe(status)
    sent.destroy()
    expect(await rowCount()).toBe(0)
  })

  it('of nothing is refused, because nothing has another hash', async () => {
    expect(await client.status('POST', `data/${sha256(Buffer.from('x'))}`, { body: Buffer.alloc(0) })).toBe(
      400,
    )
  })

  it('of something that is there already is fine when it is the same, and stores nothing twice', async () => {
    const bytes = randomBytes(100_000)
    expect((await client.add('data', bytes)).response.status).toBe(200)
    expect((await client.add('data', bytes)).response.status).toBe(200)
    expect(await storedBytes()).toBe(100_000)
    expect(await rowCount()).toBe(1)
  })

  it('happens once when the same object comes many times at once', async () => {
    const bytes = randomBytes(500_000)
    const all = await Promise.all(Array.from({ length: 10 }, () => client.add('data', bytes)))
    expect(all.map(({ response }) => response.status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(await storedBytes()).toBe(500_000)
    expect(await client.names('data')).toEqual([sha256(bytes)])
  })

  it('brings the same object back from the trash', async () => {
    const { name } = await client.add('data', randomBytes(0))
    const bytes = randomBytes(1000)
    const { name: wanted } = await client.add('data', bytes)
    lease = await set.start('maintenance')
    client = world.rest(lease)
    for (const each of [name, wanted]) expect(await client.status('DELETE', `data/${each}`)).toBe(200)
    expect((await client.add('data', bytes)).response.status).toBe(200)
    expect(await client.bytes(`data/${wanted}`)).toEqual(bytes)
    expect(await client.names('data')).toEqual([wanted])
  })

  it('gives lost bytes back to an object whose row is still there', async () => {
    const bytes = randomBytes(1000)
    const { name } = await client.add('index', bytes)
    await objects.remove(objectKey(set.repositoryId, { type: 'index', name }))
    expect(await client.status('GET', `index/${name}`)).toBe(422)
    await client.add('index', bytes)
    expect(await client.bytes(`index/${name}`)).toEqual(bytes)
  })

  it('is told to wait while an old object of that name is being erased, and stored afterwards', async () => {
    const bytes = randomBytes(1000)
    const { name } = await client.add('data', bytes)
    const { repositoryId } = set
    await world.store.transact([], (tx) => markForErasing(tx, repositoryId, 'data', [name], 1))
    const { response } = await client.add('data', bytes)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    await purgeDue(world.deps)
    expect(await storedBytes()).toBe(0)
    expect((await client.add('data', bytes)).response.status).toBe(200)
    expect(await client.bytes(`data/${name}`)).toEqual(bytes)
  })

  it('overcomes bytes that a crash left without a row', async () => {
    const bytes = randomBytes(1000)
    const name = sha256(bytes)
    await objects.put(objectKey(set.repositoryId, { type: 'data', name }), pieces(bytes), {
      sizeBytes: 1000,
      sha256: name,
    })
    expect(await client.status('GET', `data/${name}`)).toBe(404)
    expect((await client.add('data', bytes)).response.status).toBe(503)
    expect((await client.add('data', bytes)).response.status).toBe(200)
    expect(await client.bytes(`data/${name}`)).toEqual(bytes)
    expect(await storedBytes()).toBe(1000)
  })
})

describe('the config', () => {
  it('that a crash left without a row is replaced by the next one', async () => {
    const key = objectKey(set.repositoryId, { type: 'config', name: 'config' })
    await objects.put(key, pieces(randomBytes(155)), { sizeBytes: 155, sha256: null })
    const bytes = randomBytes(155)
    expect(await client.status('POST', 'config', { body: bytes })).toBe(200)
    expect(await client.bytes('config')).toEqual(bytes)
  })

  it('is stored once when two come at once: the one that was answered with success', async () => {
    const bodies = Array.from({ length: 8 }, () => randomBytes(155))
    const statuses = await Promise.all(bodies.map((body) => client.status('POST', 'config', { body })))
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 403, 403, 403, 403, 403, 403, 403])
    expect(await client.bytes('config')).toEqual(bodies[statuses.indexOf(200)])
  })
})

describe('a key', () => {
  it('whose upload began before the config was there is refused when it ends after', async () => {
    const key = randomBytes(100)
    const name = sha256(key)
    const slow = upload(`keys/${name}`, { 'content-length': key.length })
    slow.write(key.subarray(0, 50))
    await wait(50)
    await initialise(client)
    slow.end(key.subarray(50))
    expect((await answerOf(slow)).status).toBe(403)
    expect(await client.names('keys')).not.toContain(name)
    expect(await objects.size(objectKey(set.repositoryId, { type: 'keys', name }))).toBeNull()
  })
})

describe('a full disk', () => {
  it('is told as 507 and with the heartbeat; what was stored before stays', async () => {
    await initialise(client)
    const before = await rowCount()
    objects.failNext('put', 'DISK_FULL')
    const { name, response } = await client.add('data', randomBytes(1000))
    expect(response.status).toBe(507)
    expect(await response.json()).toMatchObject({ code: 'DISK_FULL' })
    expect(await rowCount()).toBe(before)
    expect(await client.status('GET', `data/${name}`)).toBe(404)
    expect(await computer.heartbeat(lease, 1)).toMatchObject({ problem: 'DISK_FULL' })
  })
})

describe('the quota', () => {
  it('refuses what would exceed it before the bytes travel, and tells the heartbeat', async () => {
    await client.add('data', randomBytes(600_000))
    await world.setProtection({ quotaBytes: 1_000_000 })
    expect(await computer.heartbeat(lease, 1)).toMatchObject({ problem: null })
    const sent = upload(`data/${'0'.repeat(64)}`, { 'content-length': 400_001 })
    sent.on('error', () => undefined)
    sent.flushHeaders()
    expect(await answerOf(sent)).toMatchObject({ status: 507, problem: { code: 'QUOTA_EXCEEDED' } })
    sent.destroy()
    expect(await computer.heartbeat(lease, 2)).toMatchObject({ problem: 'QUOTA_EXCEEDED' })
    expect((await client.add('data', randomBytes(400_000))).response.status).toBe(200)
  })

  it('counts the trash, and all sets of the user', async () => {
    await world.setProtection({ quotaBytes: 1_000_000 })
    const { name } = await client.add('data', randomBytes(600_000))
    const other = world.rest(await (await computer.addSet()).start('backup'))
    expect((await other.add('data', randomBytes(500_000))).response.status).toBe(507)
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${name}`)
    expect((await other.add('data', randomBytes(500_000))).response.status).toBe(507)
    expect((await other.add('data', randomBytes(400_000))).response.status).toBe(200)
  })

  it('of one account holds beside that of its group, whichever is smaller', async () => {
    const ofAccount = async (quotaBytes: number | null) =>
      await world.store.db.updateTable('users').set({ quotaBytes }).execute()
    const status = async (sizeBytes: number) =>
      (await client.add('data', randomBytes(sizeBytes))).response.status
    await ofAccount(1_000_000)
    expect([await status(600_000), await status(500_000)]).toEqual([200, 507])
    await world.setProtection({ quotaBytes: 2_000_000 })
    expect(await status(500_000)).toBe(507)
    await ofAccount(9_000_000)
    expect([await status(500_000), await status(1_000_000)]).toEqual([200, 507])
    await ofAccount(null)
    expect([await status(1_000_000), await status(800_000)]).toEqual([507, 200])
  })

  it('is not exceeded by uploads that begin at the same time', async () => {
    await world.setProtection({ quotaBytes: 1_000_000 })
    const all = await Promise.all(Array.from({ length: 10 }, () => client.add('data', randomBytes(300_000))))
    expect(all.filter(({ response }) => response.status === 200)).toHaveLength(3)
    expect(await storedBytes()).toBe(900_000)
    expect(await client.names('data')).toHaveLength(3)
    let keys = 0
    for await (const _ of objects.list(`${set.repositoryId}/`)) keys += 1
    expect(keys).toBe(3)
  })
})
