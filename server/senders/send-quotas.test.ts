import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { DeviceId, FactorId, UserId } from '../../shared/model/ids.ts'
import { limitsSchema, type Limits } from '../../shared/model/policy.ts'
import { listAlerts } from '../alerts/alerts.ts'
import { ensureDefaultGroup, findGroup } from '../accounts/groups.ts'
import { readPhoneNumber } from '../factors/phone-numbers.ts'
import { newId } from '../server-key.ts'
import { changeServerSettings, settingsLock } from '../settings.ts'
import { serverKeyFrom } from '../server-key.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import type { Store } from '../store/store.ts'
import { resumeNumberBlock } from './number-blocks.ts'
import { sendsLock, takeSend, type PlannedSend } from './send-quotas.ts'

const hourMs = 3_600_000

function sendingOn(store: Store, change: Partial<Limits> = {}) {
  const clock = new FakeClock()
  const wide = {
    sendsPerNumberPer10Minutes: 10,
    sendsPerNumberPerDay: 50,
    sendsPerNetworkPerHour: 1000,
    sendsPerPrefixPerDay: 10_000,
  }
  const limits = limitsSchema.parse({ ...wide, ...change })
  const send = async (number: string, by: Partial<PlannedSend> = {}): Promise<number | null> => {
    const callingCode = number.startsWith('+') ? readPhoneNumber(number, 'number').callingCode : 'email'
    const plan = { number, callingCode, network: '192.0.2.1', deviceId: null, registering: null, ...by }
    return await store.transact([sendsLock], (tx) => takeSend(tx, plan, limits, limits, clock.nowMs()))
  }
  const alerts = async () => (await listAlerts(store.db, { limit: 100 })).map(({ kind }) => kind)
  const prove = async (phoneNumber: string) => {
    await ensureDefaultGroup({ store, clock })
    const { id: groupId } = await findGroup({ store, clock }, 'Default')
    const userId = user()
    const account = { id: userId, loginName: userId, loginKey: userId, displayName: '', groupId }
    const state = { kind: 'backup', role: null, status: 'enabled', passwordHash: null } as const
    const dates = { mustChangePassword: 0, passwordExpiresAt: null, offerDismissed: 0, createdAt: 1 } as const
    await store.db
      .insertInto('users')
      .values({ ...account, ...state, ...dates, lastSignIn: null })
      .execute()
    const factor = { id: newId<FactorId>('fac'), userId, method: 'sms', label: 'Phone', phoneNumber } as const
    const rest = {
      secretSealed: null,
      lastTotpStep: null,
      isProven: 1,
      addedAt: 1,
      lastUsedAt: null,
    } as const
    await store.db
      .insertInto('factors')
      .values({ ...factor, ...rest })
      .execute()
  }
  return { clock, send, alerts, prove }
}

/** Of one block: numbers that differ in their last digits only. */
const neighbour = (index: number): string => `+4915112${String(340_000 + index).padStart(6, '0')}`
/** Each in a block of its own. */
const stranger = (index: number): string => `+491511${String(1_000_000 + index * 10_001).slice(0, 7)}`
const user = (): UserId => newId<UserId>('usr')
const device = newId<DeviceId>('dev')

describeOnEveryStore('messages', (fresh) => {
  const open = async (change?: Partial<Limits>) => {
    const store = await (await fresh()).open()
    return { store, ...sendingOn(store, change) }
  }

  it('that flood one number leave the number’s known computer and the notices to it alone', async () => {
    const { send } = await open({ sendsPerNumberPer10Minutes: 3 })
    const flood = [1, 2, 3, 4, 5].map(() => () => send(neighbour(1)))
    const waits = []
    for (const one of flood) waits.push(await one())
    expect(waits).toEqual([null, null, null, 600, 600])
    expect(await send(neighbour(1), { deviceId: device })).toBeNull()
    expect(await send(neighbour(1), { network: null })).toBeNull()
  })

  it('that flood a million numbers end at the day’s budget, and known computers and notices go on', async () => {
    const { alerts, send } = await open({ sendsPerServerPerDay: 10, sendsPerCountryPerDay: 1000 })
    let sent = 0
    for (let index = 0; index < 30; index += 1) {
      const wait = await send(stranger(index), { network: `198.51.100.${index}`, registering: user() })
      if (wait === null) sent += 1
    }
    expect(sent).toBe(10)
    expect(await send(stranger(500), { deviceId: device })).toBeNull()
    expect(await send(stranger(500), { network: null })).toBeNull()
    expect((await alerts()).sort()).toEqual(['message-budget-near', 'message-budget-reached'])
  })

  it('alert once at four fifths of the budget and once at its end', async () => {
    const { alerts, clock, send } = await open({ sendsPerServerPerDay: 10 })
    for (let index = 0; index < 7; index += 1) await send(stranger(index))
    expect(await alerts()).toEqual([])
    await send(stranger(7))
    expect(await alerts()).toEqual(['message-budget-near'])
    for (let index = 8; index < 20; index += 1) await send(stranger(index))
    expect((await alerts()).sort()).toEqual(['message-budget-near', 'message-budget-reached'])
    clock.advance(24 * hourMs)
    expect(await send(stranger(30))).toBeNull()
  })

  it('of one country alert for that country, and leave the others alone', async () => {
    const { alerts, send, store } = await open({ sendsPerCountryPerDay: 5 })
    for (let index = 0; index < 8; index += 1) await send(stranger(index))
    expect(await send('+85237991234')).toBeNull()
    expect((await alerts()).sort()).toEqual(['country-budget-near', 'country-budget-reached'])
    const [alert] = await listAlerts(store.db, { limit: 1 })
    expect(alert?.details).toEqual({ about: '49, unknown computers', limit: 5 })
  })

  it('to one block of numbers have a limit, whatever each number may get', async () => {
    const { send } = await open({ sendsPerPrefixPerDay: 3 })
    for (let index = 0; index < 3; index += 1) expect(await send(neighbour(index))).toBeNull()
    expect(await send(neighbour(4))).toBe(86_400)
    expect(await send(neighbour(4), { deviceId: device })).toBeNull()
    expect(await send(stranger(4))).toBeNull()
  })

  it('from one network have a limit, which known computers behind it do not share', async () => {
    const { send } = await open({ sendsPerNetworkPerHour: 2 })
    for (let index = 0; index < 2; index += 1) expect(await send(stranger(index))).toBeNull()
    expect(await send(stranger(3))).toBe(3600)
    expect(await send(stranger(3), { deviceId: device })).toBeNull()
  })

  it('go only to countries that are allowed, calls and registrations too; mail has no country', async () => {
    const { clock, send, store } = await open()
    const settings = { allowedCountries: ['DE'] }
    await store.transact([settingsLock, 'audit'], (tx) =>
      changeServerSettings(
        tx,
        { clock, serverKey: serverKeyFrom(Buffer.alloc(32, 7)) },
        { settings, version: 0 },
        'test',
      ),
    )
    expect(await send(neighbour(1))).toBeNull()
    expect(await send('+85237991234')).toBe(86_400)
    expect(await send('+85237991234', { deviceId: device, registering: user() })).toBe(86_400)
    // A satellite phone belongs to no country.
    expect(await send('+881622222222')).toBe(86_400)
    expect(await send('anna@example.org')).toBeNull()
  })
})

describeOnEveryStore('a block of numbers', (fresh) => {
  const open = async () => {
    const store = await (await fresh()).open()
    return {
      store,
      ...sendingOn(store, { pumpingNumbers: 5, pumpingProvenPercent: 40, prefixPauseHours: 2 }),
    }
  }

  it('of which many are begun and few proven pauses with an alert; proven numbers of it go on', async () => {
    const { alerts, clock, prove, send, store } = await open()
    await prove(neighbour(0))
    for (let index = 0; index < 5; index += 1) {
      expect(await send(neighbour(index), { registering: user() })).toBeNull()
    }
    expect(await send(neighbour(9), { registering: user() })).toBe(7200)
    expect(await send(neighbour(0))).toBeNull()
    expect(await send(stranger(7), { registering: user() })).toBeNull()
    expect(await alerts()).toEqual(['number-block-paused'])
    const [alert] = await listAlerts(store.db, { limit: 1 })
    expect(alert?.details).toEqual({ block: '+491511234', numbers: 5, proven: 1, hours: 2 })
    clock.advance(2 * hourMs)
    expect(await send(neighbour(9), { registering: user() })).toBeNull()
  })

  it('of which people prove their numbers does not pause: a company buys its numbers in one piece', async () => {
    const { alerts, prove, send } = await open()
    for (let index = 0; index < 20; index += 1) {
      expect(await send(neighbour(index), { registering: user() })).toBeNull()
      await prove(neighbour(index))
    }
    expect(await alerts()).toEqual([])
  })

  it('of which one number is begun again and again does not pause', async () => {
    const { alerts, send } = await open()
    for (let count = 0; count < 10; count += 1) await send(neighbour(1), { registering: user() })
    expect(await alerts()).toEqual([])
  })

  it('is resumed by an administrator, who starts its count anew', async () => {
    const { clock, send, store } = await open()
    for (let index = 0; index < 5; index += 1) await send(neighbour(index), { registering: user() })
    expect(await send(neighbour(9), { registering: user() })).toBe(7200)
    expect(await resumeNumberBlock({ store, clock }, '+491511234', 'user:anna')).toBe(true)
    expect(await resumeNumberBlock({ store, clock }, '+491511234', 'user:anna')).toBe(false)
    for (let index = 10; index < 14; index += 1) {
      expect(await send(neighbour(index), { registering: user() })).toBeNull()
    }
  })
})

describe('neighbours in these tests', () => {
  it('are in one block and strangers in many', () => {
    expect(new Set([0, 1, 9].map((index) => neighbour(index).slice(0, -4))).size).toBe(1)
    expect(new Set([0, 1, 9, 500].map((index) => stranger(index).slice(0, -4))).size).toBe(4)
  })
})
