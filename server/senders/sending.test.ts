import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '../../shared/errors.ts'
import { listAlerts } from '../alerts/alerts.ts'
import { senderCounts } from './counts.ts'
import { startTwilio, twilioAccount, twilioProblem, type TwilioStandIn } from './providers/twilio.fixture.ts'
import { addSender } from './senders.ts'
import { openTestSenders, twilioDraft } from './senders.fixture.ts'

let first: TwilioStandIn
let second: TwilioStandIn
beforeEach(async () => {
  ;[first, second] = await Promise.all([startTwilio(), startTwilio()])
})
afterEach(() => Promise.all([first.close(), second.close()]))

const sms = { language: 'en', channel: 'sms', to: '+4915112345678', text: 'hello' } as const
const passcode = { ...sms, text: 'XYWD-581883', passcode: '581883' } as const

async function openWithTwo(config: object = {}) {
  const test = await openTestSenders({ config })
  await addSender(
    test.deps,
    twilioDraft(second.baseUrl, { name: 'Second', order: 2, channels: ['sms'] }),
    'test',
  )
  await addSender(test.deps, twilioDraft(first.baseUrl, { name: 'First', order: 1 }), 'test')
  return test
}
const failed = async (work: Promise<unknown>): Promise<AppError> =>
  await work.then(
    () => Promise.reject(new Error('It was done.')),
    (error: unknown) => error as AppError,
  )

describe('a message', () => {
  it('goes by the first sender of its channel, and by it alone', async () => {
    const { senders } = await openWithTwo()
    await senders.send(sms)
    expect(await senders.sendPasscode(passcode)).toBeNull()
    expect([first.messages.length, second.requests.length]).toEqual([2, 0])
  })

  it.each([
    ['is unreachable', twilioProblem(503, 20503, '')],
    ['breaks off', 'hang up' as const],
    ['is busy', twilioProblem(429, 20429, '')],
    ['refuses our account', twilioProblem(401, 20003, '')],
  ])('goes by the next sender where the first %s', async (_what, answer) => {
    const { logged, senders } = await openWithTwo()
    first.next = answer
    await senders.sendPasscode(passcode)
    expect(second.messages).toMatchObject([{ to: sms.to, text: passcode.text }])
    expect(logged.join()).not.toContain('581883')
  })

  it('to a number that cannot get messages is nobody else’s turn', async () => {
    const { senders } = await openWithTwo()
    first.next = twilioProblem(400, 21614, '')
    expect((await failed(senders.send(sms))).details).toMatchObject({ reason: 'number-refused' })
    expect(second.requests).toEqual([])
  })

  it('that nobody takes fails with what the last one said', async () => {
    const { senders } = await openWithTwo()
    first.next = twilioProblem(429, 20429, '')
    second.next = twilioProblem(503, 20503, '')
    expect((await failed(senders.send(sms))).details).toMatchObject({ reason: 'provider-unreachable' })
  })

  it('of a channel that nobody serves fails', async () => {
    const { senders } = await openWithTwo()
    const mail = {
      language: 'en',
      channel: 'email',
      to: 'anna@example.org',
      subject: 'x',
      text: 'y',
    } as const
    expect((await failed(senders.send(mail))).details).toEqual({ reason: 'provider-refused' })
    expect([...(await senders.channels((await openWithTwo()).store.db))]).toEqual(['sms', 'voice'])
  })

  it.each([
    ['sms', '+4915112345678,+4915112345679'],
    ['sms', 'anna@example.org'],
    ['email', 'anna@example.org, eve@example.org'],
    ['email', 'anna@example.org\r\nBcc: eve@example.org'],
    ['email', 'Anna <anna@example.org>'],
  ] as const)('by %s to “%s” goes to nobody', async (channel, to) => {
    const test = await openTestSenders({ config: { environment: 'trial' } })
    const draft = { name: 'x', channels: ['sms', 'email'], settings: { provider: 'outbox' } }
    await addSender(test.deps, draft, 'test')
    const sending = test.senders.send({ language: 'en', channel, to, subject: 'x', text: 'y' })
    expect((await failed(sending)).details).toEqual({ reason: 'number-refused' })
    expect(test.outboxed).toEqual([])
  })

  it('keeps the line feeds of its text and no other control, whoever chose the names in it', async () => {
    const test = await openTestSenders({ config: { environment: 'trial' } })
    const draft = { name: 'x', channels: ['sms', 'email'], settings: { provider: 'outbox' } }
    await addSender(test.deps, draft, 'test')
    const subject = 'Code for anna\r\nBcc: eve@example.org\u2028X: y'
    const text = 'one\r\ntwo\rthree\u0000\u001b[31m\u202efour\u2029five'
    await test.senders.send({ channel: 'email', to: 'anna@example.org', subject, text, language: 'en' })
    expect(test.outboxed).toEqual([
      {
        channel: 'email',
        to: 'anna@example.org',
        subject: 'Code for anna Bcc: eve@example.org X: y',
        text: 'one\ntwo\nthree  [31m four five',
        language: 'en',
      },
    ])
  })
})

describe('a sender', () => {
  it('that is off is not used', async () => {
    const test = await openTestSenders()
    await addSender(test.deps, twilioDraft(first.baseUrl, { isEnabled: false }), 'test')
    expect((await test.senders.channels(test.store.db)).size).toBe(0)
    await failed(test.senders.send(sms))
    expect(first.requests).toEqual([])
  })

  it('of the configuration file keeps older installations going, after all others', async () => {
    const settings = twilioDraft(second.baseUrl).settings as never
    const file = { provider: 'twilio', accountSid: 'AC1', authTokenFile: 'token', sender: '+12025550123' }
    const test = await openTestSenders({ configured: settings, config: { sms: file } })
    await test.senders.send(sms)
    expect(second.messages).toHaveLength(1)
    await addSender(test.deps, twilioDraft(first.baseUrl, { order: 99 }), 'test')
    await test.senders.send(sms)
    expect([first.messages.length, second.messages.length]).toEqual([1, 1])
  })

  it('is the outbox of a database that comes from a trial never in production', async () => {
    const trial = await openTestSenders({ config: { environment: 'trial' } })
    await addSender(trial.deps, { name: 'x', channels: ['sms'], settings: { provider: 'outbox' } }, 'test')
    const production = await openTestSenders({ store: trial.store })
    expect((await production.senders.channels(production.store.db)).size).toBe(0)
    await failed(production.senders.send(sms))
    expect(production.outboxed).toEqual([])
  })
})

describe.each(['test', 'staging'])('a %s server', (environment) => {
  it('with the database of a production server sends no message, whatever the settings say', async () => {
    const production = await openWithTwo()
    const restored = await openTestSenders({ store: production.store, config: { environment } })
    await restored.senders.send(sms)
    expect(await restored.senders.sendPasscode({ ...passcode, channel: 'voice' })).toBeNull()
    const [{ id } = { id: '' }] = await restored.store.db.selectFrom('senders').select('id').execute()
    await restored.senders.sendPasscodeBy(id, passcode)
    expect(restored.outboxed.map(({ channel }) => channel)).toEqual(['sms', 'voice', 'sms'])
    expect([first.requests, second.requests]).toEqual([[], []])
  })

  it('also asks no provider about a code', async () => {
    const production = await openWithTwo()
    const restored = await openTestSenders({ store: production.store, config: { environment } })
    const [{ id } = { id: '' }] = await restored.store.db.selectFrom('senders').select('id').execute()
    const verification = { senderId: id, reference: 'VE1', codeLength: 6 }
    expect(await restored.senders.checkPasscode(verification, '123456')).toBe('expired')
    expect(first.requests).toEqual([])
  })
})

describe('the record of a sender', () => {
  it('says by day, channel and country what was sent, why others were not, and what it cost', async () => {
    const { clock, deps, senders, store } = await openWithTwo()
    await senders.send(sms)
    await senders.send(sms)
    first.next = twilioProblem(503, 20503, '')
    await senders.send({ ...sms, to: '+85237991234' })
    const counts = await senderCounts(store.db, clock.nowMs(), 1)
    const [one] = await deps.store.db.selectFrom('senders').select('id').where('name', '=', 'First').execute()
    const lines = counts.map((each) => [
      each.senderId === one?.id ? 'First' : 'Second',
      each.country,
      each.outcome,
      each.count,
      each.priceMicros,
      each.currency,
    ])
    expect(lines.sort((a, b) => String(a).localeCompare(String(b)))).toEqual([
      ['First', 'DE', 'sent', 2, 15_000, 'USD'],
      ['First', 'HK', 'provider-unreachable', 1, 0, null],
      ['Second', 'HK', 'sent', 1, 7500, 'USD'],
    ])
    expect(counts[0]?.day).toBe('2026-01-05')
    clock.advance(86_400_000)
    expect(await senderCounts(store.db, clock.nowMs(), 1)).toEqual([])
    expect(await senderCounts(store.db, clock.nowMs(), 2)).toHaveLength(3)
  })

  it('alerts once a day of a provider that refuses us', async () => {
    const { senders, store } = await openWithTwo()
    first.next = twilioProblem(401, 20003, '')
    await senders.send(sms)
    await senders.send(sms)
    const alerts = (await listAlerts(store.db, { limit: 10 })).filter(({ kind }) => kind === 'sender-refused')
    expect(alerts).toMatchObject([{ count: 2, details: { provider: 'twilio', channel: 'sms' } }])
    expect(JSON.stringify(alerts)).not.toContain(twilioAccount.authToken)
  })
})
