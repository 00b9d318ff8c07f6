import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { SmsMessage } from './sender.ts'

export const twilioAccount = {
  accountSid: 'AC00000000000000000000000000000000',
  authToken: 'test auth:töken',
}

/**
 * A stand-in for Twilio that takes only what its documentation describes for "Create a Message"
 * (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource): POST to the
 * account's Messages.json, HTTP Basic with account SID and auth token, a form with `To`, `Body` and either
 * `From` or `MessagingServiceSid`. Answers 201 with the message, or an error as documented in
 * https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions.
 */
export async function startTwilio() {
  const arrived: (SmsMessage & { sender: string })[] = []
  const answer = { next: null as { status: number; body: string; headers?: Record<string, string> } | null }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const fail = (status: number, code: number, message: string): void => {
        const more_info = `https://www.twilio.com/docs/errors/${code}`
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ code, message, more_info, status }))
      }
      if (answer.next !== null) {
        response.writeHead(answer.next.status, answer.next.headers ?? {})
        response.end(answer.next.body)
        return
      }
      const { accountSid, authToken } = twilioAccount
      if (request.method !== 'POST') return fail(405, 20004, 'Method not allowed')
      if (request.url !== `/2010-04-01/Accounts/${accountSid}/Messages.json`)
        return fail(404, 20404, 'Not found')
      const basic = Buffer.from(`${accountSid}:${authToken}`).toString('base64')
      if (request.headers.authorization !== `Basic ${basic}`) return fail(401, 20003, 'Authenticate')
      if (!/^application\/x-www-form-urlencoded(;|$)/.test(request.headers['content-type'] ?? '')) {
        return fail(415, 20001, 'Unsupported media type')
      }
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
      const field = (name: string): string => form.get(name) ?? ''
      const [to, text, from, service] = [
        field('To'),
        field('Body'),
        field('From'),
        field('MessagingServiceSid'),
      ]
      if (!/^\+[1-9]\d{6,14}$/.test(to)) return fail(400, 21211, 'Invalid To')
      if (text === '') return fail(400, 21602, 'Body is required')
      if ((from === '') === (service === '')) return fail(400, 21603, 'A sender is required')
      if (service !== '' && !service.startsWith('MG')) return fail(400, 21703, 'Unknown messaging service')
      arrived.push({ to, text, sender: from === '' ? service : from })
      response.writeHead(201, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ sid: 'SM00000000000000000000000000000000', status: 'queued', to }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { baseUrl: `http://127.0.0.1:${port}`, arrived, answer, close }
}
