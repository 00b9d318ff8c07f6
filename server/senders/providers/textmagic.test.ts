import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, httpProviderContract, providerContract } from '../provider.contract.ts'
import { isForm, jsonAnswer, startStandIn, type StandIn, type StandInAnswer } from '../stand-in.fixture.ts'
import { textMagicProvider } from './textmagic.ts'

const account = { username: 'anna.berg', apiKey: 'key-of-textmagic' }

type TextMagic = StandIn & { readonly messages: { to: string; text: string; sender: string }[] }

/** https://www.textmagic.com/docs/api/response-codes/ */
function problem(code: number, message: string, fields?: Record<string, string[]>): StandInAnswer {
  return jsonAnswer(code, { code, message, errors: fields === undefined ? null : { common: [], fields } })
}

/**
 * A stand-in for TextMagic that takes only what its documentation describes
 * (https://www.textmagic.com/docs/api/send-sms/, https://www.textmagic.com/docs/api/authentication/): POST to
 * /api/v2/messages with the headers X-TM-Username and X-TM-Key and a form with `text`, `phones` (E.164 without
 * the plus sign) and `from`; 201 with the message's id. More than `perSecond` requests at once are 429
 * (https://www.textmagic.com/docs/api/restrictions/: 20).
 */
async function startTextMagic(perSecond = 20): Promise<TextMagic> {
  const messages: TextMagic['messages'] = []
  let asked = 0
  const standIn = await startStandIn((request) => {
    asked += 1
    if (request.url !== '/api/v2/messages' || request.method !== 'POST') return problem(404, 'Not found')
    const { headers } = request
    if (headers['x-tm-username'] !== account.username || headers['x-tm-key'] !== account.apiKey)
      return problem(401, 'Unauthorized')
    if (asked > perSecond) return problem(429, 'Too many requests')
    const form = new URLSearchParams(request.body)
    const [text, phones, from] = ['text', 'phones', 'from'].map((name) => form.get(name) ?? '')
    if (!isForm(request) || text === undefined || text === '') {
      return problem(400, 'Validation Failed', { text: ['This value should not be blank.'] })
    }
    if (!/^[1-9]\d{6,14}$/.test(phones ?? ''))
      return problem(400, 'Validation Failed', { phones: ['Invalid phone number.'] })
    if (from !== '12025550123') return problem(400, 'Validation Failed', { from: ['Not your sender.'] })
    messages.push({ to: `+${phones ?? ''}`, text, sender: from })
    return jsonAnswer(201, { id: 1, href: '/api/v2/messages/1', type: 'message', messageId: 1 })
  })
  return Object.assign(standIn, { messages })
}

let textMagic: TextMagic
beforeEach(async () => {
  textMagic = await startTextMagic()
})
afterEach(() => textMagic.close())

const provider = (change: object = {}, baseUrl = textMagic.baseUrl) =>
  textMagicProvider({ provider: 'textmagic', ...account, sender: '+12025550123', baseUrl, ...change })
const sms = { language: 'en', channel: 'sms', to: '+4915112345678', text: 'XYWD-581883 is the code' } as const

providerContract('TextMagic', 'sms', () =>
  Promise.resolve({
    provider: provider(),
    arrived: () => Promise.resolve(textMagic.messages.map(({ text, to }) => ({ to, text }))),
    breakDown: () => {
      textMagic.next = problem(503, `${sms.text} ${account.apiKey}`)
      return Promise.resolve()
    },
    secrets: [account.apiKey],
  }),
)
httpProviderContract(
  'TextMagic',
  (standIn) => ({ provider: provider({}, standIn.baseUrl), message: sms }),
  () => startTextMagic(),
)

describe('TextMagic', () => {
  it('sends from the number that was bought there', async () => {
    expect(await provider().send(sms)).toEqual({ price: null })
    expect(textMagic.messages).toEqual([{ to: sms.to, text: sms.text, sender: '12025550123' }])
  })

  it('tells a number that it cannot reach from a sender that is not ours', async () => {
    const toNobody = await failureOf(provider().send({ ...sms, to: '+0' }))
    expect(toNobody.details).toEqual({ reason: 'number-refused', status: 400 })
    const fromOthers = await failureOf(provider({ sender: '+12025550199' }).send(sms))
    expect(fromOthers.details).toEqual({ reason: 'provider-refused', status: 400 })
  })

  it.each([{ username: 'other' }, { apiKey: 'wrong' }])('refuses wrong credentials', async (change) => {
    expect((await failureOf(provider(change).send(sms))).details?.['reason']).toBe('provider-refused')
    expect(textMagic.messages).toEqual([])
  })

  it('is told to wait beyond twenty requests a second', async () => {
    for (let count = 0; count < 20; count += 1) await provider().send(sms)
    expect((await failureOf(provider().send(sms))).details).toEqual({ reason: 'provider-busy', status: 429 })
  })
})
