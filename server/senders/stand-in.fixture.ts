import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface StandInRequest {
  readonly method: string
  /** Path with query. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface StandInAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface StandIn {
  readonly baseUrl: string
  /** Every request, whatever was answered. */
  readonly requests: readonly StandInRequest[]
  /** What is answered instead of what the provider would say, until it is null again. */
  next: StandInAnswer | 'hang up' | null
  close(): Promise<void>
}

export function jsonAnswer(status: number, value: object): StandInAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } }
}

/** A provider's API on loopback: `answer` takes what its documentation describes and refuses all else. */
export async function startStandIn(answer: (request: StandInRequest) => StandInAnswer): Promise<StandIn> {
  const requests: StandInRequest[] = []
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      requests.push(request)
      if (standIn.next === 'hang up') {
        incoming.socket.destroy()
        return
      }
      const { body, headers, status } = standIn.next ?? answer(request)
      response.writeHead(status, headers ?? {})
      response.end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const standIn: StandIn = {
    baseUrl: `http://127.0.0.1:${port}`,
    requests,
    next: null,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return standIn
}

/** RFC 7617, as a provider reads it. */
export function basicCredentials(request: StandInRequest): { user: string; password: string } | null {
  const encoded = /^Basic (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

export function isForm(request: StandInRequest): boolean {
  return /^application\/x-www-form-urlencoded(;|$)/.test(request.headers['content-type'] ?? '')
}

export function isJson(request: StandInRequest): boolean {
  return /^application\/json(;|$)/.test(request.headers['content-type'] ?? '')
}
