import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { randomInt } from 'node:crypto'
import axios, { type AxiosProxyConfig } from 'axios'
import type { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import type { Route } from '../../shared/contract.ts'
import { AppError, isAppError } from '../../shared/errors.ts'
import { routes, type CallOf, type ReplyOf, type RouteName } from '../../shared/routes.ts'
import { productVersion } from '../../shared/version.ts'
import type { Log } from '../core-deps.ts'
import { codeOf } from '../profile/system-error.ts'
import { proxyFailure, proxyUnreachable } from '../proxy/failures.ts'
import { proxyHost, proxyRoute, type ProxyRoute } from '../proxy/proxy-route.ts'
import { firstProxySettings } from '../proxy/proxy-settings.ts'
import { TunnelAgent } from '../proxy/tunnel.ts'
import { serverAddress } from './address.ts'
import { networkFailure, unreachable, wasNeverSent } from './failures.ts'
import { replyOf, type Answer } from './read-answer.ts'
import { authorization, requestParts, type RequestParts } from './request-parts.ts'
import type { Credentials, ServerClient } from './server-client.ts'
import { parsedUrl } from '../proxy/parsed-url.ts'

export interface ServerClientOptions {
  readonly address: string
  readonly allowInsecure: boolean
  /** Certificates (PEM) of a certificate authority of one's own, in place of the system's. */
  readonly caFile: string | null
  readonly clock: Clock
  readonly log: Log
  /** The way there; without it the environment decides (HTTPS_PROXY, HTTP_PROXY, NO_PROXY). Asked for each request. */
  readonly route?: () => Promise<ProxyRoute | null>
  /** Called with the token that the server no longer takes, before the failure reaches the caller. */
  readonly onSessionEnded?: (token: string) => Promise<void>
}

const timeoutMs = 30_000
/** Waits between tries; each a little longer or shorter, so that many clients do not come back at once. */
const backoffMs = [500, 1_000, 2_000] as const
const longestRetryAfterSeconds = 30
const longestAnswerBytes = 64 * 1024 * 1024

/** Requests that may be made twice: they read, or leave nothing behind but a nonce that expires. */
function isSafe(name: RouteName): boolean {
  return routes[name].method === 'GET' || name === 'nonce'
}

/**
 * The server's API over HTTP. Follows no redirect: credentials go to the address that the user chose and
 * to no other, except that a proxy carries them there.
 *
 * @throws AppError INPUT_INVALID, SERVER_INSECURE, SERVER_CERTIFICATE when the CA file cannot be read
 */
export function createServerClient(options: ServerClientOptions): ServerClient {
  const { clock, log } = options
  const address = serverAddress(options.address, options.allowInsecure)
  const host = new URL(address).host
  // No keep-alive: a connection that the server closed in the meantime would fail requests that may not be repeated.
  const tls = { keepAlive: false, ...(options.caFile === null ? {} : { ca: readCa(options.caFile) }) }
  const direct = new Agent(tls)
  const isTls = address.startsWith('https:')
  const systemRoute = (): Promise<ProxyRoute | null> =>
    Promise.resolve(proxyRoute(new URL(address), firstProxySettings, null, process.env))
  const route = options.route ?? systemRoute

  const send = async (
    { method }: Route,
    parts: RequestParts,
    credentials: Credentials,
    limits: { signal: AbortSignal | undefined; timeoutMs: number },
  ): Promise<Answer> => {
    const stop = new AbortController()
    const onCancel = (): void => stop.abort()
    if (isStopped(limits.signal)) throw cancelled()
    limits.signal?.addEventListener('abort', onCancel)
    const finished = new AbortController()
    const isLate = clock.sleep(limits.timeoutMs, finished.signal).then(() => {
      if (finished.signal.aborted) return false
      stop.abort()
      return true
    })
    const token = authorization(credentials)
    let proxy: ProxyRoute | null = null
    let tunnel: TunnelAgent | undefined
    try {
      proxy = await route()
      if (proxy !== null && isTls)
        tunnel = new TunnelAgent({ ...tls, route: proxy, signal: stop.signal }, tls)
      const response = await axios.request<string>({
        method,
        url: address + parts.path,
        data: parts.body,
        headers: {
          accept: 'application/json',
          'user-agent': `Holdfast/${productVersion}`,
          // axios names a form otherwise, which the server refuses.
          'content-type': parts.body === undefined ? false : 'application/json',
          ...(token === undefined ? {} : { authorization: token }),
        },
        responseType: 'text',
        transformRequest: (data: unknown) => data,
        transformResponse: (data: unknown) => data,
        validateStatus: () => true,
        maxRedirects: 0,
        maxContentLength: longestAnswerBytes,
        httpsAgent: tunnel ?? direct,
        proxy: proxy === null || isTls ? false : plainProxy(proxy),
        signal: stop.signal,
      })
      const retryAfter = Number(response.headers['retry-after'])
      return {
        status: response.status,
        // Where there is no TLS, the proxy's own refusals look like the server's.
        proxy: proxy === null || isTls ? undefined : proxyHost(proxy),
        text: response.data,
        retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : undefined,
      }
    } catch (error) {
      if (isStopped(limits.signal)) throw cancelled()
      finished.abort()
      if (isAppError(error)) throw error
      if (await isLate) {
        // A request without TLS may have gone out already: that it may not be repeated must stay known.
        throw tunnel === undefined || tunnel.isOpen || proxy === null
          ? unreachable('timeout', host, 'ETIMEDOUT')
          : proxyUnreachable(proxyHost(proxy), 'ETIMEDOUT')
      }
      const failure = networkFailure(error, host)
      if (proxy === null || isTls || !wasNeverSent(failure)) throw failure
      throw proxyFailure(error, proxyHost(proxy))
    } finally {
      finished.abort()
      limits.signal?.removeEventListener('abort', onCancel)
    }
  }

  const call = async <N extends RouteName>(
    name: N,
    input: CallOf<N>,
    credentials: Credentials,
    { signal, timeoutMs: ms = timeoutMs }: { signal?: AbortSignal; timeoutMs?: number } = {},
  ): Promise<ReplyOf<N>> => {
    const called: Route & { readonly reply: z.ZodType } = routes[name]
    const parts = requestParts(called, input as Readonly<Record<string, unknown>>)
    for (let round = 0; ; round += 1) {
      try {
        const answer = await send(called, parts, credentials, { signal, timeoutMs: ms })
        return replyOf(answer, called.reply, host) as ReplyOf<N>
      } catch (error) {
        if (!isAppError(error)) throw error
        if (error.code === 'SESSION_ENDED' && credentials.kind === 'bearer') {
          await options.onSessionEnded?.(credentials.token)
        }
        const waitMs = retryWaitMs(name, error, round)
        if (waitMs === undefined) throw error
        log.warn({ route: name, code: error.code, details: error.details, waitMs }, 'A request is made again')
        await clock.sleep(waitMs, signal)
        if (isStopped(signal)) throw cancelled()
      }
    }
  }
  return { address, call, route }
}

/** How long to wait before the same request is made again; undefined when it is not. */
function retryWaitMs(name: RouteName, error: AppError, round: number): number | undefined {
  const backoff = backoffMs[round]
  if (backoff === undefined) return undefined
  const isPassing = ['SERVER_UNREACHABLE', 'SERVER_BUSY', 'PROXY_UNREACHABLE'].includes(error.code)
  if (!isPassing || !(isSafe(name) || wasNeverSent(error))) return undefined
  const asked = error.details?.['retryAfterSeconds']
  if (typeof asked !== 'number') return backoff + randomInt(backoff / 4)
  return asked > longestRetryAfterSeconds ? undefined : Math.max(backoff, asked * 1_000)
}

/** A request for plain HTTP names the whole address to the proxy (RFC 9112 3.2.2). */
function plainProxy(route: ProxyRoute): AxiosProxyConfig {
  const url = parsedUrl(route.address)
  if (url === null) throw proxyUnreachable(proxyHost(route), 'UNSUPPORTED')
  const { loginName, password } = route
  return {
    protocol: url.protocol,
    host: url.hostname,
    port: Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port),
    ...(loginName === null ? {} : { auth: { username: loginName, password: password ?? '' } }),
  }
}

function isStopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'The request was cancelled.')
}

function readCa(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new AppError(
      'SERVER_CERTIFICATE',
      `The certificate file ${path} cannot be read (${codeOf(error)}).`,
      {
        details: { reason: codeOf(error), path },
      },
    )
  }
}
