import { request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest, type AgentOptions, type RequestOptions } from 'node:https'
import { isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AppError } from '../../shared/errors.ts'
import { proxyFailure, proxyRefusal, proxyUnreachable } from './failures.ts'
import { proxyAuthorization, proxyHost, type ProxyRoute } from './proxy-route.ts'
import { parsedUrl } from './parsed-url.ts'

export interface TunnelOptions {
  readonly route: ProxyRoute
  /** Certificates (PEM) in place of the system's, for the proxy and the server alike, as restic has it. */
  readonly ca?: Buffer
  readonly signal: AbortSignal
}

/**
 * Connects to TLS servers through a proxy (CONNECT). What is inside the tunnel is encrypted for the server, whose
 * certificate is checked as ever: the proxy sees the server's name, and nothing else.
 */
export class TunnelAgent extends Agent {
  readonly #tunnel: TunnelOptions
  /** Whether the proxy has connected us; what happens from then on is between us and the server. */
  isOpen = false

  constructor(tunnel: TunnelOptions, options: AgentOptions) {
    super(options)
    this.#tunnel = tunnel
  }

  override createConnection(options: RequestOptions, callback?: OnConnected): undefined {
    void this.#connect(options, callback)
  }

  async #connect(options: RequestOptions, callback: OnConnected | undefined): Promise<void> {
    const host = options.host ?? 'localhost'
    const name = host.includes(':') ? `[${host}]` : host
    let stream: Duplex
    try {
      const socket = await openTunnel(this.#tunnel, `${name}:${String(options.port ?? 443)}`)
      this.isOpen = true
      stream = super.createConnection({ ...options, socket } as RequestOptions) as Duplex
    } catch (error) {
      // Node's type has no place for a failure without a stream.
      callback?.(error as Error, undefined as never)
      return
    }
    callback?.(null, stream)
  }
}

type OnConnected = (error: Error | null, stream: Duplex) => void

/** @throws AppError what proxyFailure and proxyRefusal name */
function openTunnel({ route, ca, signal }: TunnelOptions, authority: string): Promise<Socket> {
  const url = parsedUrl(route.address)
  const host = proxyHost(route)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return Promise.reject(proxyUnreachable(host, 'UNSUPPORTED'))
  }
  const proxyName = url.hostname.replace(/^\[|\]$/g, '')
  const authorization = proxyAuthorization(route)
  return new Promise((resolve, reject: (error: AppError) => void) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
      host: proxyName,
      // Else Node takes the name for the proxy's certificate from the header Host, which is the server's.
      servername: isIP(proxyName) === 0 ? proxyName : '',
      port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port,
      method: 'CONNECT',
      path: authority,
      headers: {
        host: authority,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      agent: false,
      signal,
      ...(ca === undefined ? {} : { ca }),
    })
    request.once('connect', (response: IncomingMessage, socket: Socket, head: Buffer) => {
      const { statusCode = 0 } = response
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy()
        return reject(proxyRefusal(statusCode, host))
      }
      // A server speaks TLS only when it was spoken to: what comes before is no tunnel.
      if (head.length > 0) {
        socket.destroy()
        return reject(proxyUnreachable(host, 'NO_TUNNEL'))
      }
      return resolve(socket)
    })
    request.once('error', (error) => reject(proxyFailure(error, host)))
    request.end()
  })
}
