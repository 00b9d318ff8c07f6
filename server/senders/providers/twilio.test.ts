import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Language } from '../../../shared/model/language.ts'
import type { SettingsOf } from '../../../shared/model/sender.ts'
import { textsIn } from '../../texts/texts.ts'
import {
  failureOf,
  httpProviderContract,
  providerContract,
  voiceProviderContract,
} from '../provider.contract.ts'
import { startTwilio, twilioAccount, twilioProblem, type TwilioStandIn } from './twilio.fixture.ts'
import { twilioProvider } from './twilio.ts'

let twilio: TwilioStandIn
beforeEach(async () => {
  twilio = await startTwilio()
})
afterEach(() => twilio.close())

const provider = (settings: Partial<SettingsOf<'twilio'>> = {}, baseUrl = twilio.baseUrl) =>
  twilioProvider({ provider: 'twilio', ...twilioAccount, sender: '+12025550123', baseUrl, ...settings })
const sms = { language: 'en', channel: 'sms', to: '+4915112345678', text: 'XYWD-581883 is the code' } as const
const call = { ...sms, channel: 'voice', passcode: '581883' } as const

/** What a telephone would hear of TwiML (https://www.twilio.com/docs/voice/twiml/say). */
function heard(twiml: string): string {
  const said = [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, text]) => text ?? '')
  return said.join(' ').replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

/** Voices of Amazon Polly by language: https://www.twilio.com/docs/voice/twiml/say/text-speech */
const documentedVoices: [Language, string, string, string][] = [
  ['de', 'Polly.Vicki', 'de-DE', 'Noch einmal: 5, 8, 1, 8, 8, 3.'],
  ['fr', 'Polly.Celine', 'fr-FR', 'Encore une fois : 5, 8, 1, 8, 8, 3.'],
  ['es', 'Polly.Lucia', 'es-ES', 'Otra vez: 5, 8, 1, 8, 8, 3.'],
  ['pt-BR', 'Polly.Camila', 'pt-BR', 'Mais uma vez: 5, 8, 1, 8, 8, 3.'],
  ['ja', 'Polly.Mizuki', 'ja-JP', 'もう一度お伝えします。5, 8, 1, 8, 8, 3。'],
  ['zh-CN', 'Polly.Zhiyu', 'cmn-CN', '再说一遍：5, 8, 1, 8, 8, 3。'],
  ['ar', 'Polly.Zeina', 'arb', 'مرة أخرى: 5, 8, 1, 8, 8, 3.'],
]

const breakDown = (): Promise<void> => {
  twilio.next = twilioProblem(503, 20503, `${sms.text} ${twilioAccount.authToken}`)
  return Promise.resolve()
}

providerContract('Twilio', 'sms', () =>
  Promise.resolve({
    provider: provider(),
    arrived: () => Promise.resolve(twilio.messages.map(({ text, to }) => ({ to, text }))),
    breakDown,
    secrets: [twilioAccount.authToken],
  }),
)
voiceProviderContract('Twilio', () =>
  Promise.resolve({
    provider: provider(),
    arrived: () => Promise.resolve(twilio.calls.map(({ to, twiml }) => ({ to, text: heard(twiml) }))),
    breakDown,
    secrets: [twilioAccount.authToken],
  }),
)
httpProviderContract(
  'Twilio',
  (standIn) => ({ provider: provider({}, standIn.baseUrl), message: sms }),
  () => startTwilio(),
)

describe('Twilio', () => {
  it.each(['+12025550123', 'MG00000000000000000000000000000000', 'HOLDFAST'])(
    'sends as %s',
    async (sender) => {
      await provider({ sender }).send(sms)
      expect(twilio.messages).toEqual([{ to: sms.to, text: sms.text, sender }])
    },
  )

  it('tells the price as far as Twilio’s answer does', async () => {
    expect(await provider().send(sms)).toEqual({ price: { micros: 7500, currency: 'USD' } })
    expect(await provider().send(call)).toEqual({ price: null })
  })

  it('is told to wait beyond its rate', async () => {
    const slow = await startTwilio(1)
    try {
      await provider({}, slow.baseUrl).send(sms)
      const { details } = await failureOf(provider({}, slow.baseUrl).send(sms))
      expect(details).toEqual({ reason: 'provider-busy', status: 429, providerCode: 20429 })
    } finally {
      await slow.close()
    }
  })

  it.each([
    ['a wrong auth token', { authToken: 'wrong' }, { status: 401, providerCode: 20003 }],
    ['an unknown account', { accountSid: 'AC1/../AC2' }, { status: 404, providerCode: 20404 }],
    ['a sender that makes no calls', { sender: 'HOLDFAST' }, { status: 400, providerCode: 21212 }],
  ])('tells %s', async (_name, settings, details) => {
    const failure = await failureOf(provider(settings).send(call))
    expect(failure.details).toEqual({ reason: 'provider-refused', ...details })
    expect(twilio.calls).toEqual([])
  })

  it.each([
    [400, 21211, 'number-refused'],
    [400, 21408, 'number-refused'],
    [400, 21610, 'number-refused'],
    [400, 21614, 'number-refused'],
    [400, 13224, 'number-refused'],
    [400, 21606, 'provider-refused'],
    [500, 20500, 'provider-unreachable'],
  ])('tells status %d with code %d as %s', async (status, code, reason) => {
    twilio.next = twilioProblem(status, code, sms.text)
    const failure = await failureOf(provider().send(sms))
    expect(failure.details).toEqual({ reason, status, providerCode: code })
  })

  it('takes an answer of success that is none for a refusal', async () => {
    twilio.next = { status: 200, body: '{}' }
    expect((await failureOf(provider().send(sms))).details?.['reason']).toBe('provider-refused')
  })

  it('that nobody answers for is told as such', async () => {
    const failure = await failureOf(provider({}, 'http://127.0.0.1:9').send(sms))
    expect(failure.details).toEqual({ reason: 'provider-unreachable' })
  })

  it.each(documentedVoices)('speaks %s with %s and %s', async (language, voice, spoken, digits) => {
    const text = textsIn(language).text('sender-test.text', { code: 'XYWD-581883', server: 'Test' })
    await provider().send({ ...call, text, language })
    const attributes = [...(twilio.calls[0]?.twiml.matchAll(/<Say ([^>]*)>/g) ?? [])].map(([, each]) => each)
    expect(attributes).toEqual(Array.from({ length: 2 }, () => `language="${spoken}" voice="${voice}"`))
    expect(heard(twilio.calls[0]?.twiml ?? '')).toContain(digits)
  })

  it('speaks English in the voice of the account', async () => {
    await provider().send(call)
    expect(twilio.calls[0]?.twiml).toMatch(
      /^<Response><Say>.*<Say>Once more: 5, 8, 1, 8, 8, 3\.<\/Say><\/Response>$/,
    )
  })

  it('hears a name as text, whatever markup it has', async () => {
    await provider().send({ ...call, text: '581883 for "</Say><Dial>+18005550100</Dial>\u0000"' })
    for (const markup of ['<Dial>', '\u0000']) expect(twilio.calls[0]?.twiml).not.toContain(markup)
    expect(twilio.calls[0]?.twiml).toContain('&lt;Dial&gt;')
  })
})
