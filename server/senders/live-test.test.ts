import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '../../shared/errors.ts'
import { limitsSchema } from '../../shared/model/policy.ts'
import { findGroup, updateGroupPolicy } from '../accounts/groups.ts'
import { listAudit } from '../audit/audit.ts'
import { changeServerSettings, settingsLock } from '../settings.ts'
import { finishSenderTest, startSenderTest } from './live-test.ts'
import { startTwilio, twilioProblem, type TwilioStandIn } from './providers/twilio.fixture.ts'
import { startTwilioVerify, verifyService } from './providers/twilio-verify.fixture.ts'
import { addSender } from './senders.ts'
import { openTestSenders, twilioDraft } from './senders.fixture.ts'

const to = '+49 1511 2345678'

let twilio: TwilioStandIn
let test: Awaited<ReturnType<typeof openTestSenders>>
let senderId: string
beforeEach(async () => {
  twilio = await startTwilio()
  test = await openTestSenders()
  senderId = (await addSender(test.deps, twilioDraft(twilio.baseUrl, { isEnabled: false }), 'test')).id
})
afterEach(() => twilio.close())

const start = (change: object = {}) =>
  startSenderTest(
    test.deps,
    { senderId, channel: 'sms', to, network: '192.0.2.1', language: null, ...change },
    'user:anna',
  )
const finish = (testId: string, code: string) => finishSenderTest(test.deps, { testId, code }, 'user:anna')
const arrived = () => /^[A-Z]{4}-(\d+)/.exec(twilio.messages.at(-1)?.text ?? '')
const setLimits = async (change: object): Promise<void> => {
  const { id: groupId, policy, version } = await findGroup(test.deps, 'Default')
  const limits = limitsSchema.parse({ ...policy.limits, ...change })
  await updateGroupPolicy(test.deps, { groupId, policy: { ...policy, limits }, version }, 'test')
}
const failed = async (work: Promise<unknown>): Promise<AppError> =>
  await work.then(
    () => Promise.reject(new Error('It was done.')),
    (error: unknown) => error as AppError,
  )

describe('a live test', () => {
  it('really sends, also by a sender that is off still, and takes the code that arrived', async () => {
    const started = await start()
    expect(started).toMatchObject({ maskedDestination: '+4••••••••5678', codeLength: 6, isReal: true })
    const [whole = '', digits = ''] = arrived() ?? []
    expect(whole.startsWith(`${started.prefix ?? '?'}-`)).toBe(true)
    await finish(started.testId, ` ${digits.slice(0, 3)} ${digits.slice(3)}`)
    const actions = (await listAudit(test.store.db, { limit: 2 })).map(({ action, actor, outcome }) => [
      action,
      actor,
      outcome,
    ])
    expect(actions).toEqual([
      ['sender.test-completed', 'user:anna', 'ok'],
      ['sender.test-started', 'user:anna', 'ok'],
    ])
  })

  it('takes the letters before the code too, and a code once', async () => {
    const { testId } = await start()
    const [whole = ''] = arrived() ?? []
    await finish(testId, whole)
    expect((await failed(finish(testId, whole))).code).toBe('PASSCODE_EXPIRED')
  })

  it('has five tries, however many come at once', async () => {
    const { testId } = await start()
    const wrong = async () => (await failed(finish(testId, '000000'))).code
    const codes = await Promise.all([1, 2, 3, 4, 5, 6, 7].map(wrong))
    expect(codes.filter((code) => code === 'PASSCODE_WRONG').length).toBeLessThanOrEqual(4)
    expect((await failed(finish(testId, arrived()?.[1] ?? ''))).code).toBe('PASSCODE_EXPIRED')
  })

  it('ends after ten minutes', async () => {
    const { testId } = await start()
    test.clock.advance(600_000)
    expect((await failed(finish(testId, arrived()?.[1] ?? ''))).code).toBe('PASSCODE_EXPIRED')
  })

  it('that the provider refuses says what it said, and is recorded', async () => {
    twilio.next = twilioProblem(401, 20003, 'no')
    expect((await failed(start())).details).toEqual({
      reason: 'provider-refused',
      status: 401,
      providerCode: 20003,
    })
    const [entry] = await listAudit(test.store.db, { limit: 1 })
    expect(entry).toMatchObject({
      action: 'sender.test-started',
      outcome: 'failed',
      details: { reason: 'provider-refused' },
    })
  })

  it.each([
    ['a number without its country', { to: '01511 2345678' }, 'INPUT_INVALID'],
    ['an address in place of a number', { to: 'anna@example.org' }, 'INPUT_INVALID'],
    [
      'a channel that the sender is not used for',
      { channel: 'email', to: 'anna@example.org' },
      'INPUT_INVALID',
    ],
    ['a sender that is not there', { senderId: 'snd_unknown' }, 'NOT_FOUND'],
  ])('refuses %s', async (_what, change, code) => {
    expect((await failed(start(change))).code).toBe(code)
    expect(twilio.requests).toEqual([])
  })

  it('counts as messages do: a console that was taken over floods nobody', async () => {
    await setLimits({ sendsPerNumberPer10Minutes: 2 })
    await start()
    await start()
    expect((await failed(start())).code).toBe('RATE_LIMITED')
    expect(twilio.messages).toHaveLength(2)
  })

  it('sends to no country that is not allowed', async () => {
    const settings = { allowedCountries: ['HK'] }
    await test.store.transact([settingsLock, 'audit'], (tx) =>
      changeServerSettings(tx, test.deps, { settings, version: 0 }, 'test'),
    )
    expect((await failed(start())).code).toBe('COUNTRY_NOT_ALLOWED')
  })

  it('of Twilio Verify has the code typed that Twilio made', async () => {
    const verify = await startTwilioVerify()
    try {
      const { accountSid, authToken } = twilioDraft(verify.baseUrl).settings
      const settings = {
        provider: 'twilio-verify',
        accountSid,
        authToken,
        serviceSid: verifyService,
        baseUrl: verify.baseUrl,
      }
      verify.codeLength = 8
      const sender = await addSender(test.deps, { name: 'Verify', channels: ['sms'], settings }, 'test')
      const started = await start({ senderId: sender.id })
      expect([started.prefix, started.codeLength]).toEqual([null, 8])
      expect((await failed(finish(started.testId, '00000000'))).details).toEqual({ triesLeft: 4 })
      await finish(started.testId, verify.codeOf('+4915112345678'))
    } finally {
      await verify.close()
    }
  })

  it('on a test server says that nothing was really sent', async () => {
    const restored = await openTestSenders({ store: test.store, config: { environment: 'staging' } })
    const started = await startSenderTest(
      restored.deps,
      { senderId, channel: 'sms', to, network: null, language: null },
      'test',
    )
    expect([started.isReal, twilio.requests, restored.outboxed.length]).toEqual([false, [], 1])
  })

  it('leaves its code nowhere in the database', async () => {
    // So long that no other number has its digits by chance.
    await setLimits({ passcodeDigits: 10 })
    await start()
    const tables = ['senderTests', 'audit', 'throttles', 'senderCounts', 'alerts'] as const
    const rows = await Promise.all(
      tables.map((table) => test.store.db.selectFrom(table).selectAll().execute()),
    )
    expect(arrived()?.[1]).toMatch(/^\d{10}$/)
    expect(JSON.stringify(rows)).not.toContain(arrived()?.[1])
  })
})
