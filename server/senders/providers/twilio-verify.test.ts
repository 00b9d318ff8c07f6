import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { languages } from '../../../shared/model/language.ts'
import type { Verifier } from '../provider.ts'
import { failureOf } from '../provider.contract.ts'
import { addSender } from '../senders.ts'
import { openTestSenders, twilioDraft } from '../senders.fixture.ts'
import { startTwilio, twilioAccount, twilioProblem } from './twilio.fixture.ts'
import { startTwilioVerify, verifyService, type VerifyStandIn } from './twilio-verify.fixture.ts'
import { twilioVerifyProvider } from './twilio-verify.ts'

let verify: VerifyStandIn
beforeEach(async () => {
  verify = await startTwilioVerify()
})
afterEach(() => verify.close())

const to = '+4915112345678'
const passcode = { language: 'en', channel: 'sms', to, text: 'XYWD-581883', passcode: '581883' } as const
const settings = () => ({
  provider: 'twilio-verify' as const,
  ...twilioAccount,
  serviceSid: verifyService,
  baseUrl: verify.baseUrl,
})
function verifierOf(change: Partial<ReturnType<typeof settings>> = {}): Verifier {
  const { verifier } = twilioVerifyProvider({ ...settings(), ...change })
  if (verifier === undefined) throw new Error('It checks no codes.')
  return verifier
}

describe('Twilio Verify', () => {
  it.each([
    ['sms', 'sms'],
    ['voice', 'call'],
  ] as const)('makes, sends and checks a code by %s', async (channel, theirs) => {
    const started = await verifierOf().start({ ...passcode, channel })
    expect([...verify.pending.values()]).toMatchObject([{ to, channel: theirs }])
    expect(await verifierOf().check(started.reference, verify.codeOf(to))).toBe('right')
    // Nothing of ours went there.
    expect(verify.requests.map(({ body }) => body).join()).not.toContain('581883')
  })

  it.each(languages.filter((language) => language !== 'en'))('is told to write in %s', async (language) => {
    await verifierOf().start({ ...passcode, language })
    expect([...verify.pending.values()]).toMatchObject([{ to, locale: language }])
  })

  it('chooses English or the language of the number’s country by itself', async () => {
    await verifierOf().start(passcode)
    expect([...verify.pending.values()]).toMatchObject([{ to, locale: '' }])
  })

  it('makes a code also where its template is not written in the language', async () => {
    verify.locales = ['en']
    const { reference } = await verifierOf().start({ ...passcode, language: 'ar' })
    expect([...verify.pending.values()]).toMatchObject([{ to, locale: '', sends: 1 }])
    expect(await verifierOf().check(reference, verify.codeOf(to))).toBe('right')
  })

  it('has codes as long as the service says', async () => {
    verify.codeLength = 8
    const { codeLength } = await verifierOf().start(passcode)
    expect([codeLength, verify.codeOf(to).length]).toEqual([8, 8])
  })

  it('says wrong five times, then that the code is over, whatever is typed', async () => {
    const { reference } = await verifierOf().start(passcode)
    const right = verify.codeOf(to)
    for (let tries = 0; tries < 5; tries += 1)
      expect(await verifierOf().check(reference, '0000')).toBe('wrong')
    expect(await verifierOf().check(reference, right)).toBe('expired')
    expect(await verifierOf().check(reference, right)).toBe('expired')
  })

  it('takes a right code once', async () => {
    const { reference } = await verifierOf().start(passcode)
    const right = verify.codeOf(to)
    expect(await verifierOf().check(reference, right)).toBe('right')
    expect(await verifierOf().check(reference, right)).toBe('expired')
  })

  it('takes no code after ten minutes, and none of a verification that it never made', async () => {
    const { reference } = await verifierOf().start(passcode)
    const right = verify.codeOf(to)
    verify.pass(600_000)
    expect(await verifierOf().check(reference, right)).toBe('expired')
    expect(await verifierOf().check('VE1/../../Services', right)).toBe('expired')
  })

  it('ends a verification before its time, and needs not when it is over', async () => {
    const { reference } = await verifierOf().start(passcode)
    const right = verify.codeOf(to)
    await verifierOf().cancel(reference)
    expect(await verifierOf().check(reference, right)).toBe('expired')
    await verifierOf().cancel(reference)
    verify.next = twilioProblem(503, 20503, 'down')
    expect((await failureOf(verifierOf().cancel(reference))).details?.['reason']).toBe('provider-unreachable')
    verify.next = { status: 200, body: '{"status":"pending"}' }
    expect((await failureOf(verifierOf().cancel(reference))).code).toBe('SEND_FAILED')
  })

  it.each(['', '12a456', '123', '12345678901', '1234&To=x'])(
    'is not asked about %j, which is no code',
    async (typed) => {
      const { reference } = await verifierOf().start(passcode)
      const before = verify.requests.length
      expect(await verifierOf().check(reference, typed)).toBe('wrong')
      expect(verify.requests).toHaveLength(before)
    },
  )

  it.each([
    [400, 60200, 'number-refused'],
    [403, 60410, 'number-refused'],
    [400, 60205, 'number-refused'],
    [403, 60605, 'number-refused'],
    [429, 60203, 'provider-busy'],
    [429, 20429, 'provider-busy'],
    [404, 20404, 'provider-refused'],
    [503, 20503, 'provider-unreachable'],
  ])('tells a start that ends with status %d and code %d as %s', async (status, code, reason) => {
    const { reference } = await verifierOf().start(passcode)
    verify.next = twilioProblem(status, code, 'no')
    expect((await failureOf(verifierOf().start(passcode))).details?.['reason']).toBe(reason)
    expect(reference).toMatch(/^VE/)
  })

  it('starts five times for a number in ten minutes', async () => {
    for (let count = 0; count < 5; count += 1) await verifierOf().start(passcode)
    const { details } = await failureOf(verifierOf().start(passcode))
    expect(details).toEqual({ reason: 'provider-busy', status: 429, providerCode: 60203 })
  })

  it('that cannot be asked about a code is a failure and never “right”', async () => {
    const { reference } = await verifierOf().start(passcode)
    for (const answer of [
      twilioProblem(503, 20503, 'down'),
      twilioProblem(401, 20003, 'no'),
      { status: 200, body: '{"valid":true}' },
      { status: 200, body: 'approved' },
      'hang up' as const,
    ]) {
      verify.next = answer
      expect((await failureOf(verifierOf().check(reference, '123456'))).code).toBe('SEND_FAILED')
    }
  })

  it.each([
    ['a wrong token', { authToken: 'wrong' }],
    ['an unknown service', { serviceSid: 'VA1/../VA2' }],
  ])('refuses %s without telling the token', async (_what, change) => {
    const failure = await failureOf(verifierOf(change).start(passcode))
    expect(failure.details?.['reason']).toBe('provider-refused')
    expect(JSON.stringify([failure, failure.message])).not.toContain(twilioAccount.authToken)
  })
})

describe('Twilio Verify as the first sender', () => {
  it('has its own code typed, while notices go by the second', async () => {
    const twilio = await startTwilio()
    try {
      const test = await openTestSenders()
      const draft = { name: 'Verify', channels: ['sms', 'voice'], order: 1, settings: settings() }
      const { id } = await addSender(test.deps, draft, 'test')
      await addSender(test.deps, twilioDraft(twilio.baseUrl, { order: 2 }), 'test')
      const verification = await test.senders.sendPasscode(passcode)
      if (verification === null) throw new Error('Our own code was sent.')
      expect([verification.senderId, verification.codeLength]).toEqual([id, 6])
      expect(await test.senders.checkPasscode(verification, '000000')).toBe('wrong')
      expect(await test.senders.checkPasscode(verification, verify.codeOf(to))).toBe('right')
      await test.senders.send({ language: 'en', channel: 'sms', to, text: 'a notice' })
      expect(twilio.messages.map(({ text }) => text)).toEqual(['a notice'])
      verify.next = twilioProblem(503, 20503, 'down')
      expect(await test.senders.sendPasscode(passcode)).toBeNull()
      expect(twilio.messages.map(({ text }) => text)).toEqual(['a notice', passcode.text])
    } finally {
      await twilio.close()
    }
  })

  it('that was removed proves nothing any more', async () => {
    const test = await openTestSenders()
    await addSender(test.deps, { name: 'Verify', channels: ['sms'], settings: settings() }, 'test')
    const verification = await test.senders.sendPasscode(passcode)
    if (verification === null) throw new Error('Our own code was sent.')
    await test.store.db.deleteFrom('senders').execute()
    expect(await test.senders.checkPasscode(verification, verify.codeOf(to))).toBe('expired')
  })
})
