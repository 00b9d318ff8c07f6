import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { textsIn } from '../../texts/texts.ts'
import {
  failureOf,
  httpProviderContract,
  providerContract,
  voiceProviderContract,
} from '../provider.contract.ts'
import {
  basicCredentials,
  isJson,
  jsonAnswer,
  startStandIn,
  type StandIn,
  type StandInAnswer,
} from '../stand-in.fixture.ts'
import { clickSendProvider } from './clicksend.ts'

const account = { username: 'anna', apiKey: 'key-of-clicksend' }

const smsSchema = z.object({
  messages: z
    .array(
      z.strictObject({
        to: z.string(),
        body: z.string().min(1),
        source: z.string(),
        from: z.string().optional(),
      }),
    )
    .min(1)
    .max(1000),
})
/** https://github.com/ClickSend/clicksend-python/blob/master/docs/VoiceMessage.md */
/** https://developers.clicksend.com/docs/messaging/voice-messaging, "Allowed Languages" */
const documentedLanguages = [
  'en-us',
  'en-au',
  'en-gb',
  'en-in',
  'de-de',
  'es-es',
  'es-us',
  'fr-ca',
  'fr-fr',
  'it-it',
  'pt-pt',
  'pt-br',
] as const

const voiceSchema = z.object({
  messages: z
    .array(
      z.strictObject({
        to: z.string(),
        body: z.string().min(1).max(1200),
        voice: z.enum(['female', 'male']),
        custom_string: z.string(),
        country: z.string(),
        source: z.string(),
        lang: z.enum(documentedLanguages),
      }),
    )
    .min(1)
    .max(1000),
})

type ClickSend = StandIn & {
  readonly messages: { to: string; text: string; sender: string | undefined }[]
  readonly calls: { to: string; text: string; lang: string }[]
  /** What the next message is said to be, while the whole answer is a success. */
  status: string
}

function answered(httpCode: number, code: string, data: object | null): StandInAnswer {
  return jsonAnswer(httpCode, { http_code: httpCode, response_code: code, response_msg: '', data })
}

/**
 * A stand-in for ClickSend's API, version 3, that takes only what its documentation describes:
 * https://developers.clicksend.com/docs/messaging/sms and
 * https://developers.clicksend.com/docs/messaging/voice-messaging: HTTP Basic with user name and API key, JSON
 * with up to 1000 messages. The answer is 200 also when a message was not queued; each message has a status of
 * its own (https://help.clicksend.com/article/cb98hv79pw-post-application-status-codes) and its price.
 */
async function startClickSend(): Promise<ClickSend> {
  const messages: ClickSend['messages'] = []
  const calls: ClickSend['calls'] = []
  const standIn = await startStandIn((request) => {
    const given = basicCredentials(request)
    if (given?.user !== account.username || given.password !== account.apiKey)
      return answered(401, 'UNAUTHORIZED', null)
    const isVoice = request.url === '/v3/voice/send'
    if (request.method !== 'POST' || (!isVoice && request.url !== '/v3/sms/send'))
      return answered(404, 'NOT_FOUND', null)
    const body = isJson(request) ? (JSON.parse(request.body) as unknown) : null
    const parsed = isVoice ? voiceSchema.safeParse(body) : smsSchema.safeParse(body)
    const [message] = parsed.data?.messages ?? []
    if (message === undefined) return answered(400, 'BAD_REQUEST', null)
    const isNumber = /^\+[1-9]\d{6,14}$/.test(message.to)
    const status = isNumber ? clickSend.status : 'INVALID_RECIPIENT'
    if (status === 'SUCCESS') {
      const { to, body: text } = message
      if ('lang' in message) calls.push({ to, text, lang: message.lang })
      else messages.push({ to, text, sender: message.from })
    }
    return answered(200, 'SUCCESS', {
      total_price: 0.0566,
      total_count: 1,
      queued_count: 1,
      messages: [{ ...message, status, message_id: 'x', message_price: '0.0566' }],
      _currency: { currency_name_short: 'AUD', currency_prefix_d: '$' },
    })
  })
  const clickSend: ClickSend = Object.assign(standIn, { messages, calls, status: 'SUCCESS' })
  return clickSend
}

let clickSend: ClickSend
beforeEach(async () => {
  clickSend = await startClickSend()
})
afterEach(() => clickSend.close())

const provider = (change: object = {}, baseUrl = clickSend.baseUrl) =>
  clickSendProvider({
    provider: 'clicksend',
    ...account,
    sender: null,
    voiceLanguage: 'en-us',
    baseUrl,
    ...change,
  })
const sms = { language: 'en', channel: 'sms', to: '+4915112345678', text: 'XYWD-581883 is the code' } as const

const call = { ...sms, channel: 'voice', passcode: '581883' } as const

const breakDown = (): Promise<void> => {
  clickSend.next = answered(500, `${sms.text} ${account.apiKey}`, null)
  return Promise.resolve()
}
const secrets = [account.apiKey]

providerContract('ClickSend', 'sms', () =>
  Promise.resolve({
    provider: provider(),
    arrived: () => Promise.resolve(clickSend.messages.map(({ text, to }) => ({ to, text }))),
    breakDown,
    secrets,
  }),
)
voiceProviderContract('ClickSend', () =>
  Promise.resolve({
    provider: provider(),
    arrived: () => Promise.resolve(clickSend.calls),
    breakDown,
    secrets,
  }),
)
httpProviderContract(
  'ClickSend',
  (standIn) => ({ provider: provider({}, standIn.baseUrl), message: sms }),
  () => startClickSend(),
)

describe('ClickSend', () => {
  it('sends from a shared number unless a sender is set', async () => {
    await provider().send(sms)
    await provider({ sender: 'Holdfast' }).send(sms)
    expect(clickSend.messages.map(({ sender }) => sender)).toEqual([undefined, 'Holdfast'])
  })

  it.each([
    ['en', 'en-us'],
    ['de', 'de-de'],
    ['fr', 'fr-fr'],
    ['es', 'es-es'],
    ['pt-BR', 'pt-br'],
  ] as const)('speaks %s as %s', async (language, lang) => {
    await provider().send({ ...call, text: 'XYWD-581883: …', language, inEnglish: 'not this' })
    const again = textsIn(language).text('spoken.again', { digits: '5, 8, 1, 8, 8, 3' })
    expect(clickSend.calls).toMatchObject([{ lang, text: `X, Y, W, D: 5, 8, 1, 8, 8, 3: … ${again}` }])
  })

  it('speaks a language as in the country that is set', async () => {
    await provider({ voiceLanguage: 'en-gb' }).send(call)
    await provider({ voiceLanguage: 'en-gb' }).send({ ...call, language: 'de' })
    expect(clickSend.calls.map(({ lang }) => lang)).toEqual(['en-gb', 'de-de'])
  })

  it.each(['ja', 'zh-CN', 'ar'] as const)('speaks English where it has no voice for %s', async (language) => {
    await provider().send({ ...call, text: '581883 …', language, inEnglish: 'XYWD-581883 is the code' })
    expect(clickSend.calls).toMatchObject([
      { lang: 'en-us', text: 'X, Y, W, D: 5, 8, 1, 8, 8, 3 is the code Once more: 5, 8, 1, 8, 8, 3.' },
    ])
  })

  it('tells the price in the account’s currency', async () => {
    expect(await provider().send(sms)).toEqual({ price: { micros: 56_600, currency: 'AUD' } })
  })

  it.each([
    ['INVALID_RECIPIENT', 'number-refused'],
    ['COUNTRY_NOT_ENABLED', 'number-refused'],
    ['INSUFFICIENT_CREDIT', 'provider-refused'],
    ['MISSING_REQUIRED_FIELDS', 'provider-refused'],
    ['THROTTLED', 'provider-busy'],
  ])('tells a message that is %s inside an answer of success as %s', async (status, reason) => {
    clickSend.status = status
    const { details } = await failureOf(provider().send(sms))
    expect(details).toEqual({ reason, status: 200, providerCode: status })
    expect(clickSend.messages).toEqual([])
  })

  it('takes an answer of success without a message for a refusal', async () => {
    for (const body of ['{}', '{"data":{"messages":[]}}', 'OK']) {
      clickSend.next = { status: 200, body }
      expect((await failureOf(provider().send(sms))).details?.['reason']).toBe('provider-refused')
    }
  })
})
