import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import type { Channel } from '../../shared/model/sender.ts'
import type { Message } from './messages.ts'
import type { Provider } from './provider.ts'
import { startStandIn, type StandIn, type StandInAnswer } from './stand-in.fixture.ts'

/** A provider together with the place where its messages can be seen and where it can be made to fail. */
export interface ProviderUnderTest {
  readonly provider: Provider
  /** What arrived, in order. */
  readonly arrived: () => Promise<readonly { to: string; text: string }[]>
  /** From now on nothing can be sent. */
  readonly breakDown: () => Promise<void>
  /** What must stand in no failure. */
  readonly secrets: readonly string[]
}

const recipients = {
  sms: ['+4915112345678', '+85237991234'],
  voice: ['+4915112345678', '+85237991234'],
  email: ['anna@example.org', 'o.hara+x@example.com'],
} as const

function messageTo(channel: Channel, to: string, text: string): Message {
  return { channel, to, text, language: 'en', ...(channel === 'email' ? { subject: 'Your code' } : {}) }
}

/** Every Provider that writes obeys this on each of its channels. A new one adds one line, not new tests. */
export function providerContract(
  name: string,
  channel: 'sms' | 'email',
  create: () => Promise<ProviderUnderTest>,
): void {
  describe(`${name} as a provider of ${channel}`, () => {
    it('passes recipient and text on as they are, in order', async () => {
      const { arrived, provider } = await create()
      const [first, second] = recipients[channel]
      const messages = [
        messageTo(channel, first, 'XYWD-581883 is the code for "demo & user"\nMüller 🔒 CBS'),
        messageTo(channel, second, '100 % = all + more'),
      ]
      for (const message of messages) await provider.send(message)
      expect(await arrived()).toEqual(messages.map(({ text, to }) => ({ to, text })))
    })

    failsQuietly(channel, create)
  })
}

/** Every Provider that calls obeys this; `arrived` is what the called person heard. */
export function voiceProviderContract(name: string, create: () => Promise<ProviderUnderTest>): void {
  describe(`${name} as a provider of voice`, () => {
    it('says the digits of a passcode one by one, twice', async () => {
      const { arrived, provider } = await create()
      const passcode = '581883'
      const [to] = recipients.voice
      await provider.send({
        ...messageTo('voice', to, `XYWD-${passcode} is the code for "a<b & c"`),
        passcode,
      })
      const [call, ...others] = await arrived()
      expect([call?.to, others]).toEqual([to, []])
      expect(call?.text.split('5, 8, 1, 8, 8, 3')).toHaveLength(3)
      expect(call?.text).not.toContain(passcode)
      expect(call?.text).toContain('X, Y, W, D')
    })

    failsQuietly('voice', create)
  })
}

function failsQuietly(channel: Channel, create: () => Promise<ProviderUnderTest>): void {
  it('says that a message could not be sent, why, and neither what it said nor a secret', async () => {
    const { breakDown, provider, secrets } = await create()
    await breakDown()
    const message = messageTo(channel, recipients[channel][0], 'XYWD-581883')
    const error = await failureOf(provider.send({ ...message, passcode: '581883' }))
    const said = JSON.stringify([error, error.message, String(error.cause)])
    for (const secret of ['581883', ...secrets]) expect(said).not.toContain(secret)
  })
}

/** What holds for every provider that is asked over HTTP. */
export function httpProviderContract(
  name: string,
  make: (standIn: StandIn) => { readonly provider: Provider; readonly message: Message },
  start: () => Promise<StandIn>,
): void {
  describe(`${name} over HTTP`, () => {
    let standIn: StandIn
    beforeEach(async () => {
      standIn = await start()
    })
    afterEach(() => standIn.close())

    const reasonAfter = async (answer: StandInAnswer | 'hang up'): Promise<unknown> => {
      standIn.next = answer
      const { message, provider } = make(standIn)
      return (await failureOf(provider.send(message))).details?.['reason']
    }

    it.each<[string, StandInAnswer | 'hang up', string]>([
      ['a page of a proxy', { status: 502, body: '<html>' }, 'provider-unreachable'],
      ['a service that is down', { status: 503, body: '' }, 'provider-unreachable'],
      ['a connection that breaks', 'hang up', 'provider-unreachable'],
      ['a rate limit', { status: 429, body: '{}' }, 'provider-busy'],
      ['credentials that are refused', { status: 401, body: '{}' }, 'provider-refused'],
      ['a path that is not there', { status: 404, body: '' }, 'provider-refused'],
      ['an endless answer', { status: 500, body: 'x'.repeat(200_000) }, 'provider-unreachable'],
    ])('tells %s', async (_what, answer, reason) => {
      expect(await reasonAfter(answer)).toBe(reason)
    })

    it('follows no redirect: credentials and passcodes go nowhere else', async () => {
      const elsewhere = await startStandIn(() => ({ status: 200, body: '{}' }))
      try {
        for (const status of [301, 302, 307, 308]) {
          const location = `${elsewhere.baseUrl}/stolen`
          expect(await reasonAfter({ status, body: '', headers: { location } })).toBe('provider-unreachable')
        }
        expect(elsewhere.requests).toEqual([])
      } finally {
        await elsewhere.close()
      }
    })
  })
}

export async function failureOf(sending: Promise<unknown>): Promise<AppError> {
  const error = await sending.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({
    code: 'SEND_FAILED',
    details: { reason: expect.stringMatching(/^(number|provider)-/) as unknown },
  })
  return error as AppError
}
