import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import type { DeviceId, UserId } from '../../shared/model/ids.ts'
import { makeAccount, stepUp, type Account } from '../fixtures/account.ts'
import { makePeople, withId, type People } from '../fixtures/administration.ts'
import { callApi, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let people: People
let anna: Account & { readonly userId: UserId }
let ben: Account & { readonly userId: UserId }

beforeAll(async () => {
  inside = await startInsideServer()
  people = await makePeople(inside)
  anna = await withId(inside, await makeAccount(inside, 'anna', '+4915123456701'))
  ben = await withId(inside, await makeAccount(inside, 'ben', '+4915123456702'))
}, 120_000)

beforeEach(() => {
  const now = inside.clock.nowMs()
  withDatabase((database) =>
    database.prepare('update devices set trusted_since = ?, trusted_until = ?').run(now, now + 3_600_000),
  )
})

afterAll(async () => {
  await inside.dispose()
})

async function untrust(
  deviceId: DeviceId,
  as: Authorization,
  route: 'untrustDevice' | 'adminEndTrust' = 'untrustDevice',
): Promise<string> {
  try {
    await callApi(inside.address, route, { deviceId }, as)
    return 'done'
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

function withDatabase<T>(work: (database: Database.Database) => T): T {
  const database = new Database(path.join(inside.dataFolder, 'holdfast.db'))
  try {
    return work(database)
  } finally {
    database.close()
  }
}

function trusted(): string[] {
  return withDatabase((database) =>
    database
      .prepare<[], { id: string }>(
        'select id from devices where trusted_until is not null and trusted_since is not null order by id',
      )
      .all()
      .map(({ id }) => id),
  )
}

async function lastEntry(): Promise<unknown> {
  const found = (await inside.command('audit', 'search', '--action', 'device.trust-ended')) as {
    entries: unknown[]
  }
  return found.entries[0]
}

describe('ending the trust in a computer', () => {
  it('asks for a second factor there again, leaves it enrolled, and is recorded', async () => {
    expect(await untrust(anna.deviceId, anna.session)).toBe('done')
    expect(trusted()).not.toContain(anna.deviceId)
    expect(trusted()).toContain(ben.deviceId)
    const { devices } = await callApi(inside.address, 'devices', {}, anna.session)
    expect(devices).toMatchObject([{ id: anna.deviceId, revokedAt: null, trustedUntil: null }])
    expect(await lastEntry()).toMatchObject({
      actor: `user:${anna.userId}`,
      action: 'device.trust-ended',
      outcome: 'ok',
      target: anna.deviceId,
    })
  })

  it('tells of a computer of somebody else the same as of one that never was, and changes nothing', async () => {
    const before = trusted()
    expect(await untrust(ben.deviceId, anna.session)).toBe('NOT_FOUND')
    expect(await untrust('dev_AAAAAAAAAAAAAAAAAAAAAA' as DeviceId, anna.session)).toBe('NOT_FOUND')
    expect(trusted()).toEqual(before)
  })

  it('needs a fresh proof: a stolen session cannot make its owner prove who they are everywhere', async () => {
    inside.clock.advance(11 * 60_000)
    expect(await untrust(anna.deviceId, anna.session)).toBe('STEP_UP_REQUIRED')
    expect(trusted()).toContain(anna.deviceId)
    await stepUp(inside, anna.session, { kind: 'change-settings' })
    expect(await untrust(anna.deviceId, anna.session)).toBe('done')
  })

  it('is done by an administrator too, under their name', async () => {
    await stepUp(inside, people.admin.session, { kind: 'change-settings' })
    expect(await untrust(ben.deviceId, people.admin.session, 'adminEndTrust')).toBe('done')
    expect(trusted()).not.toContain(ben.deviceId)
    const { devices } = await callApi(
      inside.address,
      'adminUserDevices',
      { userId: ben.userId },
      people.admin.session,
    )
    expect(devices).toMatchObject([{ id: ben.deviceId, revokedAt: null, trustedUntil: null }])
    expect(await lastEntry()).toMatchObject({ actor: `user:${people.admin.userId}`, target: ben.userId })
  })

  it.each(['read-only-admin', 'sub-admin'] as const)(
    'is not done by a %s for a user out of reach',
    async (role) => {
      await stepUp(inside, people[role].session, { kind: 'change-settings' })
      const before = trusted()
      expect(['NOT_ALLOWED', 'NOT_FOUND']).toContain(
        await untrust(ben.deviceId, people[role].session, 'adminEndTrust'),
      )
      expect(await untrust(ben.deviceId, anna.session, 'adminEndTrust')).not.toBe('done')
      expect(trusted()).toEqual(before)
    },
  )
})
