import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorCodeOf } from '../objects/error-code.fixture.ts'
import {
  filledSet,
  initialise,
  sha256,
  startWorld,
  type Computer,
  type Person,
  type World,
} from './world.fixture.ts'

let world: World
let person: Person
let computer: Computer
let set: Awaited<ReturnType<typeof filledSet>>

beforeEach(async () => {
  world = await startWorld({ protection: { undeclaredReadMegabytes: 1 } })
  person = await world.addPerson()
  computer = await person.addComputer()
  set = await filledSet(world, computer)
})
afterEach(async () => {
  await world.close()
})

const restoreLease = async () => set.restore(await person.grant({ kind: 'restore', backupSetId: set.id }))

describe('whoever has a backup lease, from a stolen laptop (P2)', () => {
  it('reads lists, config, keys, indexes, snapshots and folders, as every backup does', async () => {
    const thief = world.rest(await set.start('backup'))
    expect(await thief.names('data')).toHaveLength(2)
    for (const path of ['config', `index/${set.names.index}`, `snapshots/${set.names.snapshot}`])
      expect(await thief.status('GET', path)).toBe(200)
    expect(await thief.status('GET', `data/${set.names.folders}`)).toBe(200)
  })

  it('does not get file data, in one piece or in many', async () => {
    const thief = world.rest(await set.start('backup'))
    expect(await thief.status('GET', `data/${set.names.data}`)).toBe(403)
    let received = 0
    for (let first = 0; first < 6_000_000; first += 100_000) {
      const range = { headers: { range: `bytes=${first}-${first + 99_999}` } }
      const response = await thief.send('GET', `data/${set.names.data}`, range)
      const length = (await response.arrayBuffer()).byteLength
      if (response.status === 206) received += length
    }
    expect(received).toBe(1_000_000)
  })

  it('gets no more of it with a new lease, or after breaking off', async () => {
    for (let leases = 0; leases < 3; leases += 1) {
      const thief = world.rest(await set.start('backup'))
      const range = { headers: { range: 'bytes=0-599999' } }
      const response = await thief.send('GET', `data/${set.names.data}`, range)
      await response.body?.cancel()
      expect(response.status).toBe(leases === 0 ? 206 : 403)
    }
  })

  it('gets no more of it by moving the set to further computers', async () => {
    const range = { headers: { range: 'bytes=0-599999' } }
    expect(await world.rest(await set.start('backup')).status('GET', `data/${set.names.data}`, range)).toBe(
      206,
    )
    const { definition } = set.backupSet
    for (const version of [1, 2]) {
      const next = await person.addComputer()
      await world.handlers.updateBackupSet(
        { backupSetId: set.id, definition, version, deviceId: next.deviceId },
        person.call,
      )
      const thief = world.rest(await next.startLease(set.id, 'backup'))
      expect(await thief.status('GET', `data/${set.names.data}`, range)).toBe(403)
    }
  })

  it('cannot declare older packs to be folders', async () => {
    const lease = await set.start('backup')
    const row = await world.store.db
      .selectFrom('leases')
      .selectAll()
      .where('id', '=', lease.id)
      .executeTakeFirstOrThrow()
    const origin = { address: '', network: '' }
    expect(
      await world.handlers.declareMetadata({ packs: [set.names.data] }, { caller: { lease: row }, origin }),
    ).toEqual({ accepted: 0 })
    expect(await world.rest(lease).status('GET', `data/${set.names.data}`)).toBe(403)
  })

  it.each(['config', 'keys', 'data', 'index', 'snapshots'] as const)('cannot delete %s', async (type) => {
    const thief = world.rest(await set.start('backup'))
    const names = type === 'config' ? [''] : await thief.names(type)
    expect(names.length).toBeGreaterThan(0)
    for (const name of names)
      expect(await thief.status('DELETE', type === 'config' ? 'config' : `${type}/${name}`)).toBe(403)
    expect(await thief.status('DELETE', '')).toBe(403)
    expect(await world.rest(await restoreLease()).bytes(`data/${set.names.data}`)).toEqual(set.data)
  })

  it('cannot overwrite anything', async () => {
    const thief = world.rest(await set.start('backup'))
    const before = await thief.bytes('config')
    expect(await thief.status('POST', 'config', { body: randomBytes(155) })).toBe(403)
    expect(await thief.status('POST', `data/${set.names.data}`, { body: randomBytes(6_000_000) })).toBe(400)
    expect(await thief.bytes('config')).toEqual(before)
    expect(await world.rest(await restoreLease()).bytes(`data/${set.names.data}`)).toEqual(set.data)
  })

  it('cannot add a key of his own', async () => {
    const thief = world.rest(await set.start('backup'))
    expect((await thief.add('keys', randomBytes(100))).response.status).toBe(403)
    expect(await thief.status('POST', '?create=true')).toBe(200)
    expect((await thief.add('keys', randomBytes(100))).response.status).toBe(403)
    expect(await thief.names('keys')).toHaveLength(1)
  })

  it('cannot take away the lock of another computer’s run', async () => {
    const restore = world.rest(await restoreLease())
    const lock = await restore.add('locks', randomBytes(100))
    const thief = world.rest(await set.start('backup'))
    expect(await thief.status('DELETE', `locks/${lock.name}`)).toBe(403)
    expect(await restore.names('locks')).toEqual([lock.name])
  })

  it('reaches no other repository, and learns not even whether it exists', async () => {
    const other = await (await (await world.addPerson('bob')).addComputer()).addSet()
    const lease = await set.start('backup')
    for (const repositoryId of [other.repositoryId, 'rep_AAAAAAAAAAAAAAAAAAAAAA']) {
      const thief = world.rest({ ...lease, repositoryPath: `/restic/${repositoryId}/` })
      for (const [method, path] of [
        ['GET', 'config'],
        ['GET', 'data/'],
        ['POST', '?create=true'],
        ['DELETE', ''],
      ] as const)
        expect(await thief.status(method, path)).toBe(404)
    }
  })

  it('gets no lease for a set of another computer or user', async () => {
    const stranger = await (await world.addPerson('bob')).addComputer()
    const sibling = await person.addComputer()
    for (const each of [stranger, sibling])
      expect(await errorCodeOf(each.startLease(set.id, 'backup'))).toBe('NOT_FOUND')
  })
})

describe('whoever has a maintenance lease', () => {
  it('moves objects to the trash, where they stay, and never keys or config', async () => {
    await world.rest(await set.start('backup')).add('snapshots', randomBytes(300))
    const thief = world.rest(await set.start('maintenance'))
    for (const path of [
      `data/${set.names.data}`,
      `index/${set.names.index}`,
      `snapshots/${set.names.snapshot}`,
    ]) {
      expect(await thief.status('DELETE', path)).toBe(200)
      expect(await thief.status('GET', path)).toBe(404)
      expect(await thief.status('HEAD', path)).toBe(404)
      expect(await thief.status('DELETE', path)).toBe(404)
    }
    expect(await thief.status('DELETE', 'config')).toBe(403)
    for (const name of await thief.names('keys'))
      expect(await thief.status('DELETE', `keys/${name}`)).toBe(403)
    const trashed = await world.store.db
      .selectFrom('objects')
      .selectAll()
      .where('trashedAt', 'is not', null)
      .execute()
    expect(trashed).toHaveLength(3)
    for (const row of trashed) expect((row.releaseAt ?? 0) - (row.trashedAt ?? 0)).toBe(30 * 86_400_000)
  })

  it('reads no more file data than a backup', async () => {
    const thief = world.rest(await set.start('maintenance'))
    expect(await thief.status('GET', `data/${set.names.data}`)).toBe(403)
  })

  it('is refused where policy forbids maintenance', async () => {
    await world.setProtection({ maintenanceAllowed: false })
    expect(await errorCodeOf(set.start('maintenance'))).toBe('NOT_ALLOWED')
    expect((await set.start('backup')).kind).toBe('backup')
  })
})

describe('whoever has a live session, but no grant', () => {
  it('browses folders, and reads no file data at all', async () => {
    const thief = world.rest(await set.browse())
    expect(await thief.status('GET', `data/${set.names.folders}`)).toBe(200)
    const range = { headers: { range: 'bytes=0-0' } }
    expect(await thief.status('GET', `data/${set.names.data}`, range)).toBe(403)
  })

  it('writes and deletes nothing', async () => {
    const thief = world.rest(await set.browse())
    for (const type of ['keys', 'data', 'index', 'snapshots', 'locks'] as const) {
      expect((await thief.add(type, randomBytes(10))).response.status).toBe(403)
      for (const name of await thief.names(type))
        expect(await thief.status('DELETE', `${type}/${name}`)).toBe(403)
    }
    expect(await thief.status('POST', 'config', { body: randomBytes(10) })).toBe(403)
    expect(await thief.status('POST', '?create=true')).toBe(403)
    expect(await thief.status('DELETE', '')).toBe(403)
  })

  it('gets no restore lease, and a grant for another operation is none', async () => {
    const other = await computer.addSet()
    expect(await errorCodeOf(set.restore('nothing'))).toBe('STEP_UP_REQUIRED')
    for (const operation of [
      { kind: 'delete-set', backupSetId: set.id },
      { kind: 'restore', backupSetId: other.id },
    ] as const)
      expect(await errorCodeOf(set.restore(await person.grant(operation)))).toBe('STEP_UP_REQUIRED')
  })
})

describe('whoever has a restore lease', () => {
  it('reads everything of that repository', async () => {
    const client = world.rest(await restoreLease())
    expect(await client.bytes(`data/${set.names.data}`)).toEqual(set.data)
  })

  it('writes and deletes nothing but its own locks', async () => {
    const client = world.rest(await restoreLease())
    for (const type of ['keys', 'data', 'index', 'snapshots'] as const) {
      expect((await client.add(type, randomBytes(10))).response.status).toBe(403)
      for (const name of await client.names(type))
        expect(await client.status('DELETE', `${type}/${name}`)).toBe(403)
    }
    const lock = await client.add('locks', randomBytes(10))
    expect(lock.response.status).toBe(200)
    expect(await world.rest(await restoreLease()).status('DELETE', `locks/${lock.name}`)).toBe(403)
    expect(await client.status('DELETE', `locks/${lock.name}`)).toBe(200)
  })

  it('used its grant up', async () => {
    const grant = await person.grant({ kind: 'restore', backupSetId: set.id })
    await set.restore(grant)
    expect(await errorCodeOf(set.restore(grant))).toBe('STEP_UP_REQUIRED')
  })
})

describe('whoever has no lease', () => {
  it.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Bearer abc' }],
    [
      'no password',
      { authorization: `Basic ${Buffer.from('lea_AAAAAAAAAAAAAAAAAAAAAA').toString('base64')}` },
    ],
    [
      'an unknown lease',
      { authorization: `Basic ${Buffer.from('lea_AAAAAAAAAAAAAAAAAAAAAA:x').toString('base64')}` },
    ],
    ['no lease id', { authorization: `Basic ${Buffer.from("' or 1=1:x").toString('base64')}` }],
  ])('is unauthorized with %s', async (_case, headers) => {
    const response = await fetch(`${world.address}/restic/${set.repositoryId}/config`, {
      headers: { ...headers },
    })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  it('is unauthorized with the secret of another lease, and with an older lease of the same run', async () => {
    const [first, second] = [await set.start('backup'), await set.start('backup')]
    expect(await world.rest(first).status('GET', 'config')).toBe(401)
    expect(await world.rest({ ...second, secret: first.secret }).status('GET', 'config')).toBe(401)
    expect(await world.rest(second).status('GET', 'config')).toBe(200)
  })
})

describe('names and verbs that are not of the protocol', () => {
  it('lead nowhere', async () => {
    const client = world.rest(await set.start('maintenance'))
    const upper = 'AB'.repeat(32)
    for (const path of [`data/${upper}`, 'data/xyz', 'trash/', 'data', 'data/..%2fconfig']) {
      for (const method of ['GET', 'DELETE']) expect(await client.status(method, path)).toBe(404)
    }
    expect(await client.status('GET', '')).toBe(404)
    expect(await client.status('POST', '')).toBe(404)
    expect(await client.status('POST', 'data/', { body: randomBytes(3) })).toBe(404)
    expect(await client.status('PUT', `data/${sha256(Buffer.from('x'))}`)).toBe(404)
    expect(await client.status('PATCH', 'config')).toBe(404)
  })
})

describe('paths that climb', () => {
  it.each([
    '/restic/../restic/REP/config',
    '/restic/REP/data/../config',
    '/restic/REP/%2e%2e/REP/config',
    '//restic/REP/config',
  ])('%s leads nowhere', async (form) => {
    const lease = await set.start('backup')
    const path = form.replaceAll('REP', set.repositoryId)
    // fetch would tidy the path up.
    const sent = request(`${world.address}`, {
      path,
      headers: { authorization: world.rest(lease).authorization },
    })
    sent.end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    response.resume()
    expect(response.statusCode).toBe(404)
  })
})

describe('a repository that is just being initialised', () => {
  it('forgets the keys of an attempt that was cut short', async () => {
    const fresh = await computer.addSet()
    const client = world.rest(await fresh.start('backup'))
    await client.status('POST', '?create=true')
    await client.add('keys', randomBytes(100))
    await initialise(client)
    expect(await client.names('keys')).toHaveLength(1)
  })
})

describe('refusals', () => {
  it('are audited once per lease, reason and minute, however often they are repeated', async () => {
    const thief = world.rest(await set.start('backup'))
    for (let tries = 0; tries < 5; tries += 1) await thief.status('DELETE', `data/${set.names.data}`)
    await thief.status('GET', `data/${set.names.data}`)
    const refused = (await world.audit()).filter((entry) => entry.outcome === 'refused')
    expect(refused.map((entry) => entry.action)).toEqual(['storage.delete', 'storage.get'])
    expect(refused[0]).toMatchObject({
      actor: `device:${computer.deviceId}`,
      target: `data/${set.names.data}`,
    })
  })

  it('never write a lease’s secret to the log', async () => {
    const lease = await set.start('backup')
    await world.rest(lease).status('DELETE', 'config')
    expect(world.logLines.join('\n')).toContain(lease.id)
    expect(world.logLines.join('\n')).not.toContain(lease.secret)
  })
})
