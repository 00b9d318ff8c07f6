import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a browser brought back from the server's page. */
export type Returned = { readonly kind: 'code'; readonly code: string } | { readonly kind: 'declined' }

export interface LoopbackReturn {
  /** On 127.0.0.1 (RFC 8252 7.3: by number, because a name could be made to lead elsewhere). */
  readonly port: number
  /** Settles once; never rejects. */
  readonly returned: Promise<Returned>
  /** Where the browser goes after it has brought something. */
  showAfterwards(address: string): void
  close(): void
}

/**
 * Waits on loopback for a browser of this computer.
 *
 * 1. Only a GET of `/` under the listener's own address that shows `state` counts; everything else is
 *    answered with 404 and changes nothing, so that no page and no other program can end the waiting.
 * 2. The first answer is the only one.
 * 3. What it brings is a code that only the holder of the verifier can use.
 */
export async function listenForReturn(state: string): Promise<LoopbackReturn> {
  let afterwards: string | undefined
  let settle: (returned: Returned) => void = () => undefined
  const returned = new Promise<Returned>((resolve) => (settle = resolve))
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo
    const found = readReturn(request, `127.0.0.1:${port}`, state)
    if (found === undefined) {
      send(response, 404, {})
      return
    }
    const address =
      afterwards === undefined ? undefined : `${afterwards}#${found.kind === 'code' ? 'done' : 'declined'}`
    send(response, address === undefined ? 204 : 303, address === undefined ? {} : { location: address })
    settle(found)
    server.close()
  })
  server.requestTimeout = 10_000
  server.maxConnections = 20
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  // A client that is about to end does not wait for a browser.
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    returned,
    showAfterwards: (address) => (afterwards = address),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function readReturn(request: IncomingMessage, host: string, state: string): Returned | undefined {
  if (request.method !== 'GET' || request.headers.host !== host) return undefined
  // Only a path and a query: what looks like a whole address would be read as one.
  if (request.url?.startsWith('/?') !== true) return undefined
  const query = new URLSearchParams(request.url.slice(2))
  if (!isSame(query.get('state') ?? '', state)) return undefined
  const code = query.get('code')
  if (code !== null) return { kind: 'code', code }
  return query.get('error') === 'declined' ? { kind: 'declined' } : undefined
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function send(response: ServerResponse, status: number, headers: Record<string, string>): void {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'content-length': 0,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...headers,
  })
  response.end()
}
