import { createHash, createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, providerContract } from '../provider.contract.ts'
import {
  isForm,
  startStandIn,
  type StandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../stand-in.fixture.ts'
import { snsProvider } from './sns.ts'

const account = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const region = 'eu-central-1'

type Sns = StandIn & {
  readonly messages: { to: string; text: string; attributes: Record<string, string> }[]
}

/** https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
function problem(status: number, code: string, message: string): StandInAnswer {
  const body = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`
  return { status, body, headers: { 'content-type': 'text/xml' } }
}

/** Signature version 4 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). */
function isSigned(request: StandInRequest): boolean {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/sns\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    )
  if (found === null) return false
  const [, key = '', date = '', scopeRegion = '', signed = '', signature] = found
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
  const mac = (by: string | Buffer, text: string): Buffer => createHmac('sha256', by).update(text).digest()
  const headers = signed.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
  const canonical = ['POST', '/', '', headers.join(''), signed, hash(request.body)].join('\n')
  const scope = `${date}/${scopeRegion}/sns/aws4_request`
  const text = ['AWS4-HMAC-SHA256', String(request.headers['x-amz-date']), scope, hash(canonical)].join('\n')
  const signing = ['sns', 'aws4_request'].reduce(
    mac,
    mac(mac(`AWS4${account.secretAccessKey}`, date), scopeRegion),
  )
  return (
    key === account.accessKeyId && scopeRegion === region && mac(signing, text).toString('hex') === signature
  )
}

/**
 * A stand-in for Amazon SNS that takes only what its documentation describes for Publish to a telephone number
 * (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html): a form with the version and the action, signed
 * with signature version 4; attributes as in https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html.
 */
async function startSns(): Promise<Sns> {
  const messages: Sns['messages'] = []
  const standIn = await startStandIn((request) => {
    if (request.method !== 'POST' || request.url !== '/' || !isForm(request))
      return problem(400, 'InvalidAction', 'No such action')
    if (!isSigned(request)) return problem(403, 'SignatureDoesNotMatch', 'The signature does not match.')
    const form = new URLSearchParams(request.body)
    if (form.get('Action') !== 'Publish' || form.get('Version') !== '2010-03-31')
      return problem(400, 'InvalidAction', 'No such action')
    const [to, text] = [form.get('PhoneNumber') ?? '', form.get('Message') ?? '']
    if (!/^\+[1-9]\d{6,14}$/.test(to))
      return problem(400, 'InvalidParameter', 'Invalid parameter: PhoneNumber Reason: not valid')
    if (text === '') return problem(400, 'InvalidParameter', 'Invalid parameter: Empty message')
    const attributes: Record<string, string> = {}
    for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index += 1) {
      const entry = `MessageAttributes.entry.${index}`
      attributes[form.get(`${entry}.Name`) ?? ''] = form.get(`${entry}.Value.StringValue`) ?? ''
    }
    messages.push({ to, text, attributes })
    const body =
      '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>'
    return { status: 200, body, headers: { 'content-type': 'text/xml' } }
  })
  return Object.assign(standIn, { messages })
}

let sns: Sns
beforeEach(async () => {
  sns = await startSns()
})
afterEach(() => sns.close())

const provider = (change: object = {}) =>
  snsProvider({ provider: 'sns', region, ...account, senderId: null, endpoint: sns.baseUrl, ...change })
const sms = { channel: 'sms', to: '+4915112345678', text: 'XYWD-581883 is the code' } as const

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
