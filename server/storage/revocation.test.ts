import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { openLocalObjects } from '../objects/local-objects.ts'
import { filledSet, sha256, startWorld, type Computer, type Person, type World } from './world.fixture.ts'

/** The promise: 5 s. What is left above the server's own 2 s is for a machine that is busy with other tests. */
const withinMs = 5000

let folder = ''
let world: World
let person: Person
let computer: Computer
let set: Awaited<ReturnType<typeof filledSet>>

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-revocation-'))
  world = await startWorld({ objects: await openLocalObjects(folder) })
  person = await world.addPerson()
  computer = await person.addComputer()
  set = await filledSet(world, computer)
})
afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

const revoke = async (): Promise<void> => {
  const grantToken = await person.grant({ kind: 'revoke-device', deviceId: computer.deviceId })
  await world.handlers.revokeDevice({ deviceId: computer.deviceId, grantToken }, person.call)
}

describe('revoking a computer', () => {
  it('stops an upload that is under way; nothing of it stays', async () => {
    const lease = await set.start('backup')
    const client = world.rest(lease)
    const bytes = randomBytes(1_000_000)
    const sent = request(`${world.address}${lease.repositoryPath}data/${sha256(bytes)}`, {
      method: 'POST',
      headers: { authorization: client.authorization, 'content-length': bytes.length },
    })
    sent.on('error', () => undefined)
    const closed = new Promise((resolve) => sent.once('close', resolve))
    sent.write(bytes.subarray(0, 999_999))
    await systemClock.sleep(100)
    await revoke()
    const revokedAt = systemClock.nowMs()
    await closed
    expect(systemClock.nowMs() - revokedAt).toBeLessThan(withinMs)
    const rows = await world.store.db
      .selectFrom('objects')
      .select('name')
      .where('name', '=', sha256(bytes))
      .execute()
    expect(rows).toEqual([])
  })

  it('stops a download that is under way, of a session that the computer holds', async () => {
    // As after signing in on that computer.
    await world.store.db.updateTable('sessions').set({ deviceId: computer.deviceId }).execute()
    const large = randomBytes(40_000_000)
    const { name } = await world.rest(await set.start('backup')).add('data', large)
    const restore = await set.restore(await person.grant({ kind: 'restore', backupSetId: set.id }))
    const response = await slowDownload(restore.repositoryPath, world.rest(restore).authorization, name)
    await revoke()
    const revokedAt = systemClock.nowMs()
    await serverHangsUp(response)
    expect(systemClock.nowMs() - revokedAt).toBeLessThan(withinMs)
    await endOf(response)
    expect(response.complete).toBe(false)
  })

  it('refuses the next request at once, and says why to who holds the lease', async () => {
    const client = world.rest(await set.start('backup'))
    await revoke()
    const response = await client.send('GET', 'config')
    expect([response.status, await response.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'DEVICE_REVOKED' }),
    ])
  })
})

describe('a session that ends', () => {
  it('takes its restore lease with it, during a download', async () => {
    const { name } = await world.rest(await set.start('backup')).add('data', randomBytes(40_000_000))
    const restore = await set.restore(await person.grant({ kind: 'restore', backupSetId: set.id }))
    const response = await slowDownload(restore.repositoryPath, world.rest(restore).authorization, name)
    await world.store.db.updateTable('sessions').set({ endedAt: systemClock.nowMs() }).execute()
    await serverHangsUp(response)
    await endOf(response)
    expect(response.complete).toBe(false)
    expect(await world.rest(restore).status('GET', 'config')).toBe(401)
  })
})

describe('an upload whose lease ends after its last byte', () => {
  it('is not stored', async () => {
    const lease = await set.start('backup')
    const { store } = world
    const bytes = randomBytes(1000)
    const sent = request(`${world.address}${lease.repositoryPath}data/${sha256(bytes)}`, {
      method: 'POST',
      headers: { authorization: world.rest(lease).authorization, 'content-length': bytes.length },
    })
    sent.write(bytes.subarray(0, 999))
    await systemClock.sleep(100)
    await store.db
      .updateTable('leases')
      .set({ endedAt: systemClock.nowMs() })
      .where('id', '=', lease.id)
      .execute()
    sent.end(bytes.subarray(999))
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    expect(response.statusCode).toBe(401)
    const rows = await store.db
      .selectFrom('objects')
      .select('name')
      .where('name', '=', sha256(bytes))
      .execute()
    expect(rows).toEqual([])
  })
})

/** Takes the first bytes and then nothing, so that the rest waits. */
async function slowDownload(
  repositoryPath: string,
  authorization: string,
  name: string,
): Promise<IncomingMessage> {
  const sent = request(`${world.address}${repositoryPath}data/${name}`, {
    headers: { authorization },
    agent: false,
  })
  sent.on('error', () => undefined)
  sent.end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.on('error', () => undefined)
  await once(response, 'readable')
  response.read(1)
  return response
}

/** A client that does not read learns nothing of it; so the server's end of the connection is asked. */
async function serverHangsUp(response: IncomingMessage): Promise<void> {
  const socket = world.serverSocket(response.socket.localPort)
  if (socket !== undefined) await new Promise((resolve) => socket.once('close', resolve))
}

async function endOf(response: IncomingMessage): Promise<void> {
  const closed = new Promise((resolve) => response.once('close', resolve))
  response.resume()
  await closed
}
