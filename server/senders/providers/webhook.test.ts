import { createHmac, timingSafeEqual } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { FakeClock } from '../../../shared/clock.ts'
import { channelSchema } from '../../../shared/model/sender.ts'
import { failureOf, httpProviderContract, providerContract } from '../provider.contract.ts'
import { isJson, startStandIn, type StandIn, type StandInRequest } from '../stand-in.fixture.ts'
import { webhookProvider } from './webhook.ts'

const key = 'a key of at least thirty-two characters'
const bodySchema = z.strictObject({
  id: z.uuid(),
  at: z.iso.datetime(),
  channel: channelSchema,
  to: z.string(),
  subject: z.string().optional(),
  text: z.string(),
  language: z.string(),
  passcode: z.string().nullable(),
})

type Receiver = StandIn & { readonly messages: z.infer<typeof bodySchema>[]; nowMs: number }

/** A receiver as docs/how-to/messages.md describes it: signature, a window of five minutes, each id once. */
async function startReceiver(): Promise<Receiver> {
  const messages: Receiver['messages'] = []
  const standIn = await startStandIn((request) => {
    if (request.method !== 'POST' || request.url !== '/send?via=holdfast' || !isJson(request))
      return { status: 404, body: '' }
    if (!isGenuine(request, receiver.nowMs)) return { status: 401, body: '' }
    const message = bodySchema.parse(JSON.parse(request.body))
    if (messages.some(({ id }) => id === message.id)) return { status: 409, body: '' }
    if (message.to === '+4915100000000') return { status: 422, body: '' }
    messages.push(message)
    return { status: 204, body: '' }
  })
  const receiver: Receiver = Object.assign(standIn, { messages, nowMs: new FakeClock().nowMs() })
  return receiver
}

function isGenuine({ body, headers }: StandInRequest, nowMs: number): boolean {
  const [, seconds = '', signature = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['holdfast-signature'])) ?? []
  const expected = createHmac('sha256', key).update(`${seconds}.${body}`).digest()
  const given = Buffer.from(signature, 'hex')
  const isRecent = Math.abs(nowMs / 1000 - Number(seconds)) <= 300
  return isRecent && given.length === expected.length && timingSafeEqual(given, expected)
}

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const provider = (change: object = {}, clock = new FakeClock(), baseUrl = receiver.baseUrl) =>
  webhookProvider({ provider: 'webhook', url: `${baseUrl}/send?via=holdfast`, key, ...change }, clock)
const sms = {
  channel: 'sms',
  to: '+4915112345678',
  text: 'XYWD-581883 is the code',
  language: 'en',
  passcode: '581883',
} as const

for (const channel of ['sms', 'email'] as const) {
  providerContract('a webhook', channel, () =>
    Promise.resolve({
      provider: provider(),
      arrived: () => Promise.resolve(receiver.messages.map(({ text, to }) => ({ to, text }))),
      breakDown: () => {
        receiver.next = { status: 503, body: `${sms.text} ${key}` }
        return Promise.resolve()
      },
      secrets: [key],
    }),
  )
}
httpProviderContract(
  'a webhook',
  (standIn) => ({ provider: provider({}, new FakeClock(), standIn.baseUrl), message: sms }),
  () => startReceiver(),
)

describe('a webhook', () => {
  it('gets everything that a service needs to send, spelling a passcode included', async () => {
    await provider().send({ ...sms, channel: 'voice' })
    await provider().send({
      language: 'en',
      channel: 'email',
      to: 'anna@example.org',
      subject: 'A notice',
      text: 'hello',
    })
    expect(receiver.messages).toMatchObject([
      { channel: 'voice', to: sms.to, text: sms.text, language: 'en', passcode: '581883' },
      { channel: 'email', subject: 'A notice', passcode: null },
    ])
  })

  it('can tell that a request is not of this server', async () => {
    const failure = await failureOf(provider({ key: 'another key of at least thirty-two chars' }).send(sms))
    expect(failure.details).toEqual({ reason: 'provider-refused', status: 401 })
    const [request] = receiver.requests
    if (request === undefined) throw new Error('Nothing came.')
    expect(isGenuine({ ...request, body: request.body.replace('581883', '000000') }, receiver.nowMs)).toBe(
      false,
    )
  })

  it('can refuse a request that somebody recorded and sends again', async () => {
    await provider().send(sms)
    const [recorded] = receiver.requests
    if (recorded === undefined) throw new Error('Nothing came.')
    const replay = async (): Promise<number> => {
      const headers = {
        'content-type': 'application/json',
        'holdfast-signature': String(recorded.headers['holdfast-signature']),
      }
      const url = `${receiver.baseUrl}${recorded.url}`
      return (await fetch(url, { method: 'POST', headers, body: recorded.body })).status
    }
    expect(await replay()).toBe(409)
    receiver.nowMs += 301_000
    expect(await replay()).toBe(401)
    expect(receiver.messages).toHaveLength(1)
  })

  it('answers 422 for a number that cannot get messages, which is nobody else’s turn', async () => {
    const failure = await failureOf(provider().send({ ...sms, to: '+4915100000000' }))
    expect(failure.details).toEqual({ reason: 'number-refused', status: 422 })
  })
})
