import { expect, it } from 'vitest'
import { FakeClock } from '../shared/clock.ts'
import { isAppError } from '../shared/errors.ts'
import { createHashPool } from './accounts/hash-pool.ts'
import { addPhone } from './accounts/user-factors.ts'
import { createUser } from './accounts/users.ts'
import { listAudit } from './audit/audit.ts'
import { factorHistory } from './factors/factor-events.ts'
import { addSender, listSenders } from './senders/senders.ts'
import { openTestSenders, twilioDraft } from './senders/senders.fixture.ts'
import { modeSwitchLocks, switchToMobile } from './mode-switch.ts'
import { changeServerSettings, serverSettings, settingsLock } from './settings.ts'
import { serverKeyFrom } from './server-key.ts'
import { describeOnEveryStore } from './store/every-store.fixture.ts'

describeOnEveryStore('the settings of the whole server', (fresh) => {
  async function open() {
    const store = await (await fresh()).open()
    const change = (settings: unknown, version: number) =>
      store.transact([settingsLock, 'audit'], (tx) =>
        changeServerSettings(
          tx,
          { clock: new FakeClock(), serverKey: serverKeyFrom(Buffer.alloc(32, 7)) },
          { settings, version },
          'test',
        ),
      )
    return { store, change }
  }

  it('are the defaults until somebody changes one', async () => {
    const { store } = await open()
    const { settings, version } = await serverSettings(store.db)
    expect([settings.mode, settings.requireSecondFactorFor.systemUsers, version]).toEqual(['any', true, 0])
  })

  it('stay changed, and the audit log says by whom', async () => {
    const { change, store } = await open()
    await change({ mode: 'sms' }, 0)
    expect((await serverSettings(store.db)).settings.mode).toBe('sms')
    const entries = await store.db.selectFrom('audit').select('entry').execute()
    expect(entries.map(({ entry }) => entry).join()).toContain('"settings.changed"')
  })

  it('are not overwritten by somebody who edited an older version', async () => {
    const { change, store } = await open()
    await change({ mode: 'sms' }, 0)
    const late = await change({ mode: 'any' }, 0).catch((error: unknown) => error)
    expect(isAppError(late, 'VERSION_CONFLICT')).toBe(true)
    expect((await serverSettings(store.db)).settings.mode).toBe('sms')
  })

  it('refuse what the schema does not know, by its path', async () => {
    const { change } = await open()
    const error = await change({ allowedCountries: ['Germany'] }, 0).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INPUT_INVALID', details: { paths: ['allowedCountries.0'] } })
  })

  it('that go from text messages to apps erase phones and their senders for good, and nothing else', async () => {
    const { change, store } = await open()
    const test = await openTestSenders({ store, config: { environment: 'trial' } })
    await addSender(test.deps, twilioDraft('https://api.twilio.com'), 'test')
    const settings = { provider: 'outbox' }
    await addSender(test.deps, { name: 'Both', channels: ['sms', 'email'], settings }, 'test')
    await addSender(test.deps, { name: 'Mail', channels: ['email'], settings }, 'test')
    const hashes = createHashPool({ memoryKib: 64, passes: 1, concurrency: 1, maxWaiting: 10 })
    const accounts = { ...test.deps, hashes, messages: test.senders }
    const { userId } = await createUser(accounts, { loginName: 'anna', kind: 'backup' }, 'test')
    await addPhone(accounts, userId, { number: '+49 1512 3456789' }, 'test')
    await change({ mode: 'sms' }, 0)
    expect((await listSenders(test.deps)).map(({ name }) => name)).toEqual(['Both', 'Mail', 'Twilio'])
    await store.transact(modeSwitchLocks, (tx) => switchToMobile(tx, test.deps, 'test'))
    expect((await listSenders(test.deps)).map(({ channels, name }) => [name, channels])).toEqual([
      ['Both', ['email']],
      ['Mail', ['email']],
    ])
    expect(await store.db.selectFrom('factors').selectAll().execute()).toEqual([])
    const history = (await factorHistory(store.db, userId)).map(({ event }) => event)
    expect(history.toSorted()).toEqual(['added', 'reset-by-administrator'])
    const entries = (await listAudit(store.db, { limit: 99 })).filter(
      ({ action }) => action === 'telephony.erased',
    )
    expect(entries).toMatchObject([{ actor: 'test', details: { senders: 1, phones: 1 } }])
    const back = await change({ mode: 'sms' }, 2).catch((error: unknown) => error)
    expect(isAppError(back, 'CONFLICT')).toBe(true)
  })
})
