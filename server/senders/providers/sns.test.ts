import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, providerContract } from '../provider.contract.ts'
import { startStandIn } from '../stand-in.fixture.ts'
import {
  snsAccount as account,
  snsProblem as problem,
  snsRegion as region,
  startSns,
  type SnsStandIn,
} from './sns.fixture.ts'
import { snsProvider } from './sns.ts'

let sns: SnsStandIn
beforeEach(async () => {
  sns = await startSns()
})
afterEach(() => sns.close())

const provider = (change: object = {}) =>
  snsProvider({ provider: 'sns', region, ...account, senderId: null, endpoint: sns.baseUrl, ...change })
const sms = { language: 'en', channel: 'sms', to: '+4915112345678', text: 'XYWD-581883 is the code' } as const

providerContract('Amazon SNS', 'sms', () =>
  Promise.resolve({
    provider: provider(),
    arrived: () => Promise.resolve(sns.messages.map(({ text, to }) => ({ to, text }))),
    breakDown: () => {
      sns.next = problem(500, 'InternalError', `${sms.text} ${account.secretAccessKey}`)
      return Promise.resolve()
    },
    secrets: [account.secretAccessKey],
  }),
)

describe('Amazon SNS', () => {
  it('sends transactional messages, under a name where one is set', async () => {
    await provider().send(sms)
    await provider({ senderId: 'Holdfast' }).send(sms)
    expect(sns.messages.map(({ attributes }) => attributes)).toEqual([
      { 'AWS.SNS.SMS.SMSType': 'Transactional' },
      { 'AWS.SNS.SMS.SMSType': 'Transactional', 'AWS.SNS.SMS.SenderID': 'Holdfast' },
    ])
  })

  it('is asked once for a message: trying again is the next sender’s turn', async () => {
    sns.next = problem(503, 'ServiceUnavailable', 'down')
    await failureOf(provider().send(sms))
    expect(sns.requests).toHaveLength(1)
  })

  it.each([
    ['a wrong key', { secretAccessKey: 'wrong' }],
    ['another account', { accessKeyId: 'AKIDOTHER' }],
  ])('refuses %s', async (_what, change) => {
    const { details } = await failureOf(provider(change).send(sms))
    expect(details).toEqual({
      reason: 'provider-refused',
      status: 403,
      providerCode: 'SignatureDoesNotMatch',
    })
  })

  it.each([
    [400, 'InvalidParameter', 'Invalid parameter: PhoneNumber', 'number-refused'],
    [400, 'InvalidParameter', 'Invalid parameter: Message too long', 'provider-refused'],
    [400, 'OptedOut', 'opted out', 'number-refused'],
    [400, 'Throttling', 'Rate exceeded', 'provider-busy'],
    [429, 'Throttled', 'slow down', 'provider-busy'],
    [403, 'AuthorizationError', 'not allowed', 'provider-refused'],
    [500, 'InternalError', 'down', 'provider-unreachable'],
  ])('tells status %d with code %s (%s) as %s', async (status, code, message, reason) => {
    sns.next = problem(status, code, message)
    expect((await failureOf(provider().send(sms))).details?.['reason']).toBe(reason)
  })

  it.each([
    ['a connection that breaks', 'hang up' as const],
    ['a page of a proxy', { status: 502, body: '<html>' }],
  ])('does not take %s for a sent message', async (_what, answer) => {
    sns.next = answer
    expect((await failureOf(provider().send(sms))).details?.['reason']).toBe('provider-unreachable')
  })

  it('follows no redirect', async () => {
    const elsewhere = await startStandIn(() => ({ status: 200, body: '' }))
    try {
      sns.next = { status: 307, body: '', headers: { location: `${elsewhere.baseUrl}/` } }
      expect((await failureOf(provider().send(sms))).code).toBe('SEND_FAILED')
      expect(elsewhere.requests).toEqual([])
    } finally {
      await elsewhere.close()
    }
  })
})
