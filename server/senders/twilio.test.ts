import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemOf } from '../sign-in/auth.fixture.ts'
import { smsSenderContract } from './sender.contract.ts'
import { startTwilio, twilioAccount } from './twilio.fixture.ts'
import { twilioSender } from './twilio.ts'

let twilio: Awaited<ReturnType<typeof startTwilio>>
beforeEach(async () => {
  twilio = await startTwilio()
})
afterEach(() => twilio.close())

const sender = (settings: Partial<Parameters<typeof twilioSender>[0]> = {}) =>
  twilioSender({ ...twilioAccount, sender: '+12025550123', baseUrl: twilio.baseUrl, ...settings })
const message = { to: '+4915112345678', text: 'XYWD-581883 is the code' }

smsSenderContract('Twilio', () =>
  Promise.resolve({
    sender: sender(),
    arrived: () => Promise.resolve(twilio.arrived.map(({ to, text }) => ({ to, text }))),
    breakDown: () => {
      twilio.answer.next = { status: 503, body: '' }
      return Promise.resolve()
    },
  }),
)

describe('Twilio', () => {
  it.each(['+12025550123', 'MG00000000000000000000000000000000', 'HOLDFAST'])('sends as %s', async (from) => {
    await sender({ sender: from }).send(message)
    expect(twilio.arrived).toEqual([{ ...message, sender: from }])
  })

  it.each([
    [
      'a wrong auth token',
      { authToken: 'wrong' },
      { reason: 'provider-refused', status: 401, providerCode: 20003 },
    ],
    [
      'an unknown account',
      { accountSid: 'AC1/../AC2' },
      { reason: 'provider-refused', status: 404, providerCode: 20404 },
    ],
  ])('tells %s', async (_name, settings, details) => {
    expect((await problemOf(sender(settings).send(message)))?.details).toEqual(details)
    expect(twilio.arrived).toEqual([])
  })

  it.each([
    [400, 21211, 'number-refused'],
    [400, 21408, 'number-refused'],
    [400, 21610, 'number-refused'],
    [400, 21614, 'number-refused'],
    [400, 21606, 'provider-refused'],
    [429, 20429, 'provider-busy'],
    [500, 20500, 'provider-unreachable'],
  ])('tells status %d with code %d as %s', async (status, code, reason) => {
    twilio.answer.next = { status, body: JSON.stringify({ code, message: message.text, status }) }
    const problem = await problemOf(sender().send(message))
    expect(problem?.details).toEqual({ reason, status, providerCode: code })
    expect(JSON.stringify(problem)).not.toContain('581883')
  })

  it.each([
    ['a page of a proxy', { status: 502, body: '<html>' }, 'provider-unreachable'],
    ['an answer of success that is none', { status: 200, body: '{}' }, 'provider-refused'],
    [
      'a redirect',
      { status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } },
      'provider-unreachable',
    ],
  ])('does not take %s for a sent message', async (_name, answer, reason) => {
    twilio.answer.next = answer
    const problem = await problemOf(sender().send(message))
    expect([problem?.code, problem?.details?.['reason']]).toEqual(['SEND_FAILED', reason])
  })

  it('that nobody answers for is told as such', async () => {
    const problem = await problemOf(sender({ baseUrl: 'http://127.0.0.1:9' }).send(message))
    expect(problem?.details).toEqual({ reason: 'provider-unreachable' })
  })
})
