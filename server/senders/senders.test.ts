import { describe, expect, it } from 'vitest'
import type { AppError } from '../../shared/errors.ts'
import { z } from 'zod'
import {
  destinationFields,
  maskedSecret,
  providerNames,
  providerSettingsSchema,
  secretFields,
} from '../../shared/model/sender.ts'
import { listAlerts } from '../alerts/alerts.ts'
import { listAudit } from '../audit/audit.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { startTwilio, twilioAccount } from './providers/twilio.fixture.ts'
import { addSender, listSenders, removeSender, updateSender } from './senders.ts'
import { openTestSenders, twilioDraft } from './senders.fixture.ts'

const base = 'https://api.twilio.com'
const failed = async (work: Promise<unknown>): Promise<AppError> =>
  await work.then(
    () => Promise.reject(new Error('It was done.')),
    (error: unknown) => error as AppError,
  )
const draftOf = async (test: Awaited<ReturnType<typeof openTestSenders>>) => {
  const [sender] = await listSenders(test.deps)
  if (sender === undefined) throw new Error('There is none.')
  const { channels, isEnabled, name, order, settings } = sender
  return { id: sender.id, version: sender.version, draft: { channels, isEnabled, name, order, settings } }
}

describeOnEveryStore('senders', (fresh) => {
  const open = async () => await openTestSenders({ store: await (await fresh()).open() })

  it('are listed in the order in which they are tried, secrets masked', async () => {
    const test = await open()
    await addSender(test.deps, twilioDraft(base, { name: 'Second', order: 2 }), 'test')
    await addSender(test.deps, twilioDraft(base, { name: 'First' }), 'test')
    const senders = await listSenders(test.deps)
    expect(senders.map(({ name }) => name)).toEqual(['First', 'Second'])
    expect(senders[0]?.settings).toEqual({
      provider: 'twilio',
      ...twilioAccount,
      authToken: maskedSecret,
      sender: '+12025550123',
      baseUrl: base,
    })
  })

  it('have their secrets nowhere in the database, the audit log or the alerts', async () => {
    const test = await open()
    await addSender(test.deps, twilioDraft(base), 'test')
    const tables = ['senders', 'audit', 'alerts'] as const
    const rows = await Promise.all(
      tables.map((table) => test.store.db.selectFrom(table).selectAll().execute()),
    )
    expect(rows.map((each) => each.length)).toEqual([1, 1, 1])
    expect(JSON.stringify(rows)).not.toContain(twilioAccount.authToken)
  })

  it('keep a secret whose mask is written back', async () => {
    const twilio = await startTwilio()
    try {
      const test = await open()
      await addSender(test.deps, twilioDraft(twilio.baseUrl), 'test')
      const { draft, ...which } = await draftOf(test)
      const changed = await updateSender(
        test.deps,
        { ...which, draft: { ...draft, name: 'Renamed' } },
        'test',
      )
      expect([changed.name, changed.version]).toEqual(['Renamed', 2])
      await test.senders.send({ language: 'en', channel: 'sms', to: '+4915112345678', text: 'hello' })
      expect(twilio.messages).toHaveLength(1)
    } finally {
      await twilio.close()
    }
  })

  it('send no kept secret to a new address: whoever took over a console would get it', async () => {
    const test = await open()
    await addSender(test.deps, twilioDraft(base), 'test')
    const { draft, ...which } = await draftOf(test)
    const elsewhere = { ...draft, settings: { ...draft.settings, baseUrl: 'https://thief.example' } }
    const error = await failed(updateSender(test.deps, { ...which, draft: elsewhere }, 'test'))
    expect(error).toMatchObject({
      code: 'INPUT_INVALID',
      details: { paths: ['settings.authToken'], reason: 'secret-missing' },
    })
    const known = { ...elsewhere, settings: { ...elsewhere.settings, authToken: 'given again' } }
    expect((await updateSender(test.deps, { ...which, draft: known }, 'test')).version).toBe(2)
  })

  it.each([
    [
      'another address',
      {
        settings: JSON.stringify({
          ...twilioDraft('https://thief.example').settings,
          authToken: maskedSecret,
        }),
      },
    ],
    ['another row', { id: 'snd_AAAAAAAAAAAAAAAAAAAAAA' as never }],
  ])('whose row was edited to %s send nothing at all', async (_what, edit) => {
    const test = await open()
    await addSender(test.deps, twilioDraft(base), 'test')
    await test.store.db.updateTable('senders').set(edit).execute()
    const sending = test.senders.send({ language: 'en', channel: 'sms', to: '+4915112345678', text: 'hello' })
    expect((await failed(sending)).details).toMatchObject({ reason: 'provider-refused' })
    expect(test.logged.join()).toContain('cannot be opened')
  })

  it('are not overwritten by somebody who edited an older version', async () => {
    const test = await open()
    await addSender(test.deps, twilioDraft(base), 'test')
    const { draft, ...which } = await draftOf(test)
    await updateSender(test.deps, { ...which, draft }, 'test')
    expect((await failed(updateSender(test.deps, { ...which, draft }, 'test'))).code).toBe('VERSION_CONFLICT')
  })

  it('leave an audit entry and an alert with each change', async () => {
    const test = await open()
    const { id } = await addSender(test.deps, twilioDraft(base), 'user:anna')
    await removeSender(test.deps, id, 'user:anna')
    const entries = await listAudit(test.store.db, { limit: 10 })
    expect(entries.map(({ action, actor, target }) => [action, actor, target])).toEqual([
      ['sender.removed', 'user:anna', id],
      ['sender.added', 'user:anna', id],
    ])
    expect(await listAlerts(test.store.db, { limit: 10 })).toMatchObject([
      { kind: 'senders-changed', count: 2, details: { name: 'Twilio', by: 'user:anna' } },
    ])
  })

  it.each([
    ['a name that is taken', twilioDraft(base), 'CONFLICT'],
    [
      'a mask where there is nothing to keep',
      twilioDraft(base, { name: 'x', settings: { authToken: maskedSecret } }),
      'INPUT_INVALID',
    ],
    [
      'a channel that its provider lacks',
      twilioDraft(base, { name: 'x', channels: ['email'] }),
      'INPUT_INVALID',
    ],
    ['a channel twice', twilioDraft(base, { name: 'x', channels: ['sms', 'sms'] }), 'INPUT_INVALID'],
    ['an address without TLS', twilioDraft('http://api.twilio.com', { name: 'x' }), 'INPUT_INVALID'],
    [
      'an address that looks like this computer',
      twilioDraft('http://127.0.0.1@thief.example', { name: 'x' }),
      'INPUT_INVALID',
    ],
    ['an address with a password', twilioDraft('https://a:b@api.twilio.com', { name: 'x' }), 'INPUT_INVALID'],
    ['a line break', twilioDraft(base, { name: 'x', settings: { sender: '+1\r\nX: y' } }), 'INPUT_INVALID'],
    [
      'the outbox in production',
      { name: 'x', channels: ['sms'], settings: { provider: 'outbox' } },
      'NOT_ALLOWED',
    ],
  ])('refuse %s, and never repeat a secret', async (_what, draft, code) => {
    const test = await open()
    await addSender(test.deps, twilioDraft(base), 'test')
    const error = await failed(addSender(test.deps, draft, 'test'))
    expect(error.code).toBe(code)
    expect(JSON.stringify([error.message, error.details])).not.toContain(twilioAccount.authToken)
    expect(await listSenders(test.deps)).toHaveLength(1)
  })

  it('show the one of the configuration file last, which is changed there only', async () => {
    const sms = { provider: 'twilio', accountSid: 'AC1', authTokenFile: 'token', sender: '+12025550123' }
    const test = await openTestSenders({ store: await (await fresh()).open(), config: { sms } })
    await addSender(test.deps, twilioDraft(base), 'test')
    const senders = await listSenders(test.deps)
    expect(senders.map(({ id, isReadOnly }) => [id.slice(0, 4), isReadOnly])).toEqual([
      ['snd_', false],
      ['conf', true],
    ])
    expect(senders[1]?.settings).toMatchObject({ accountSid: 'AC1', authToken: maskedSecret })
    expect((await failed(removeSender(test.deps, 'configuration-file', 'test'))).code).toBe('NOT_ALLOWED')
  })
})

describe('the settings of providers', () => {
  const shape = (name: string) => {
    const option = providerSettingsSchema.options.find((each) => each.shape.provider.value === name)
    return z
      .object({ properties: z.record(z.string(), z.looseObject({})) })
      .parse(z.toJSONSchema(option ?? z.never())).properties
  }

  it.each(providerNames)('%s tell a form what is secret, where it goes and what each field means', (name) => {
    const fields = Object.entries(shape(name)).filter(([field]) => field !== 'provider')
    const marked = (mark: string) =>
      fields.filter(([, field]) => field[mark] === true).map(([field]) => field)
    expect(marked('secret')).toEqual(secretFields[name])
    expect(marked('destination')).toEqual(destinationFields[name])
    for (const [, field] of fields) expect(String(field['description']).length).toBeGreaterThan(3)
  })
})
