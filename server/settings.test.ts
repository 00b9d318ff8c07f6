import { expect, it } from 'vitest'
import { FakeClock } from '../shared/clock.ts'
import { isAppError } from '../shared/errors.ts'
import { changeServerSettings, serverSettings, settingsLock } from './settings.ts'
import { describeOnEveryStore } from './store/every-store.fixture.ts'

describeOnEveryStore('the settings of the whole server', (fresh) => {
  async function open() {
    const store = await (await fresh()).open()
    const change = (settings: unknown, version: number) =>
      store.transact([settingsLock, 'audit'], (tx) =>
        changeServerSettings(tx, { clock: new FakeClock() }, { settings, version }, 'test'),
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
    await change({ mode: 'mobile' }, 0)
    expect((await serverSettings(store.db)).settings.mode).toBe('mobile')
    const entries = await store.db.selectFrom('audit').select('entry').execute()
    expect(entries.map(({ entry }) => entry).join()).toContain('"settings.changed"')
  })

  it('are not overwritten by somebody who edited an older version', async () => {
    const { change, store } = await open()
    await change({ mode: 'mobile' }, 0)
    const late = await change({ mode: 'sms' }, 0).catch((error: unknown) => error)
    expect(isAppError(late, 'VERSION_CONFLICT')).toBe(true)
    expect((await serverSettings(store.db)).settings.mode).toBe('mobile')
  })

  it('refuse what the schema does not know, by its path', async () => {
    const { change } = await open()
    const error = await change({ allowedCountries: ['Germany'] }, 0).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'INPUT_INVALID', details: { paths: ['allowedCountries.0'] } })
  })
})
