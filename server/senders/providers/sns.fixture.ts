import { createHash, createHmac } from 'node:crypto'
import {
  isForm,
  startStandIn,
  type StandIn,
  type StandInAnswer,
  type StandInRequest,
} from '../stand-in.fixture.ts'

export const snsAccount = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
}
export const snsRegion = 'eu-central-1'

export type SnsStandIn = StandIn & {
  readonly messages: { to: string; text: string; attributes: Record<string, string> }[]
}

/** https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
export function snsProblem(status: number, code: string, message: string): StandInAnswer {
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
    mac(mac(`AWS4${snsAccount.secretAccessKey}`, date), scopeRegion),
  )
  return (
    key === snsAccount.accessKeyId &&
    scopeRegion === snsRegion &&
    mac(signing, text).toString('hex') === signature
  )
}

/**
 * A stand-in for Amazon SNS that takes only what its documentation describes for Publish to a telephone number
 * (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html): a form with the version and the action, signed
 * with signature version 4; attributes as in https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html.
 */
export async function startSns(): Promise<SnsStandIn> {
  const messages: SnsStandIn['messages'] = []
  const standIn = await startStandIn((request) => {
    if (request.method !== 'POST' || request.url !== '/' || !isForm(request))
      return snsProblem(400, 'InvalidAction', 'No such action')
    if (!isSigned(request)) return snsProblem(403, 'SignatureDoesNotMatch', 'The signature does not match.')
    const form = new URLSearchParams(request.body)
    if (form.get('Action') !== 'Publish' || form.get('Version') !== '2010-03-31')
      return snsProblem(400, 'InvalidAction', 'No such action')
    const [to, text] = [form.get('PhoneNumber') ?? '', form.get('Message') ?? '']
    if (!/^\+[1-9]\d{6,14}$/.test(to))
      return snsProblem(400, 'InvalidParameter', 'Invalid parameter: PhoneNumber Reason: not valid')
    if (text === '') return snsProblem(400, 'InvalidParameter', 'Invalid parameter: Empty message')
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
