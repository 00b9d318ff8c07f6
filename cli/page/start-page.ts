import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { openPageFiles } from '../../core/page/page-files.ts'
import { pageHeaders } from '../../core/page/page-policy.ts'
import { isClientRequest } from '../../shared/answer.ts'
import {
  clientRequests,
  type ClientApi,
  type ClientCall,
  type ClientRequest,
  type Reply,
} from '../../shared/client-api.ts'
import { AppError, errorCatalog, inputError, isAppError, problemFrom } from '../../shared/errors.ts'
import { streamEvents } from './event-stream.ts'
import { refusalOf } from './guard.ts'
import type { Page, PageOptions } from './page-options.ts'
import { createPageSessions, type PageSessions } from './page-sessions.ts'
import { readJson } from './read-json.ts'

const enterSchema = z.object({ token: z.string().min(1).max(200) })
const requestSchema = z.object({ name: z.string().max(100), input: z.unknown() })
const beginsSignIn: ReadonlySet<ClientRequest> = new Set(['signIn.start', 'password.startReset'])
const manyStreams = 20
/** Carries the key of the session; a page of another origin could not even send it without being asked first. */
const keyHeader = 'x-holdfast-page'

/** What a request needs to be answered. */
interface Context {
  readonly api: ClientApi
  readonly sessions: PageSessions
  readonly cookieName: string
  readonly isTls: boolean
  readonly streams: Set<() => void>
}

/**
 * Serves the interface to a browser on this computer.
 *
 * 1. Every request is checked for its Host and where it comes from before anything of it is read.
 * 2. The files of the interface are public; every request and event needs the session (cookie and key) that a
 *    one-time token of the address was traded for. The token stands behind `#`, which browsers send to nobody.
 * 3. Other computers are answered only over TLS and under the one configured name.
 *
 * @throws AppError INPUT_INVALID when the port cannot be had
 */
export async function startPage(options: PageOptions): Promise<Page> {
  const files = await openPageFiles(options.rendererFolder)
  const { remote } = options
  const isTls = remote !== undefined
  const sessions = createPageSessions(options.clock)
  const names = new Set<string>()
  let context: Context | undefined
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = refusalOf(request, names, isTls)
    if (refusal !== undefined || context === undefined) {
      return sendReply(response, notAllowed(`Refused by the page’s check of the ${refusal ?? 'start'}.`))
    }
    const { pathname } = new URL(request.url ?? '/', 'http://page.invalid')
    if (pathname.startsWith('/client-api/')) return answerApi(context, pathname, request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendReply(response, new AppError('NOT_FOUND', 'There is nothing here.'))
    }
    const file = await files.answer(pathname)
    response.writeHead(file.status, file.headers).end(request.method === 'HEAD' ? undefined : file.body)
  }
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      if (isAppError(error)) return sendReply(response, error)
      const errorId = options.onUnexpected(error)
      return send(response, 500, { ok: false, problem: problemFrom(error, errorId) })
    })
  }
  const server: Server = isTls
    ? createHttpsServer({ cert: remote.certificate, key: remote.privateKey, minVersion: 'TLSv1.2' }, listener)
    : createHttpServer(listener)
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.maxConnections = 100
  const port = await listen(server, options.port, remote?.listenAddress ?? '127.0.0.1')
  const hosts = isTls ? [remote.hostName.toLowerCase()] : ['127.0.0.1', 'localhost']
  for (const host of hosts) names.add(`${host}:${port}`)
  if (isTls && port === 443) names.add(hosts[0] ?? '')
  // The port keeps the pages of several profiles apart: cookies know no ports.
  const cookieName = `${isTls ? '__Host-' : ''}holdfast-page-${port}`
  context = { api: options.client.api, sessions, cookieName, isTls, streams: new Set() }
  const { streams } = context
  const newUrl = (): string =>
    `${isTls ? 'https' : 'http'}://${hosts[0]}:${port}/#token=${sessions.newLinkToken()}`
  return {
    url: newUrl(),
    newUrl,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const stop of streams) stop()
      server.closeAllConnections()
      await closed
    },
  }
}

async function answerApi(
  context: Context,
  pathname: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { api, sessions, streams } = context
  if (pathname === '/client-api/enter' && request.method === 'POST') {
    return enter(context, await readJson(request), response)
  }
  const cookie = cookieOf(request, context.cookieName)
  const key = request.headers[keyHeader]
  if (cookie === undefined || typeof key !== 'string' || !sessions.isValid({ cookie, key })) {
    return sendReply(response, notAllowed('Open the page with the address that `holdfast ui` prints.'))
  }
  if (pathname === '/client-api/request' && request.method === 'POST') {
    return send(response, 200, await forward(api, await readJson(request)))
  }
  if (pathname === '/client-api/events' && request.method === 'GET') {
    if (streams.size >= manyStreams) throw new AppError('RATE_LIMITED', 'Too many pages are open.')
    response.writeHead(200, { ...apiHeaders, 'content-type': 'text/event-stream; charset=utf-8' })
    const stop = streamEvents(api, response)
    streams.add(stop)
    response.on('close', () => streams.delete(stop))
    return
  }
  throw new AppError('NOT_FOUND', 'There is nothing here.')
}

function enter({ sessions, cookieName, isTls }: Context, body: unknown, response: ServerResponse): void {
  const parsed = enterSchema.safeParse(body)
  if (!parsed.success) throw inputError(parsed.error)
  const session = sessions.enter(parsed.data.token)
  if (session === undefined) {
    return sendReply(
      response,
      notAllowed('This address was used or is too old. Ask `holdfast ui` for a new one.'),
    )
  }
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isTls ? '; Secure' : ''}`
  response.setHeader('set-cookie', `${cookieName}=${session.cookie}; ${attributes}`)
  send(response, 200, { ok: true, value: { key: session.key } })
}

async function forward(api: ClientApi, body: unknown): Promise<Reply<unknown>> {
  const parsed = requestSchema.safeParse(body)
  if (!parsed.success) throw inputError(parsed.error)
  const { name, input } = parsed.data
  if (!isClientRequest(name)) throw new AppError('NOT_FOUND', 'There is no request of that name.')
  return call(api, name, input)
}

async function call<R extends ClientRequest>(
  api: ClientApi,
  name: R,
  input: unknown,
): Promise<Reply<unknown>> {
  const parsed = clientRequests[name].input.safeParse(input)
  if (!parsed.success) throw inputError(parsed.error)
  // Not left to the script in the browser: a demand for web sign-ins must count every sign-in of this page.
  const data = beginsSignIn.has(name) ? { ...parsed.data, fromPage: true } : parsed.data
  return api.request(name, data as ClientCall<R>)
}

const apiHeaders = { ...pageHeaders, 'cache-control': 'no-store' }

function send(response: ServerResponse, status: number, reply: Reply<unknown>): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { ...apiHeaders, 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(reply))
}

/** A refusal ends the connection: what is left of a long body is not read to its end. */
function sendReply(response: ServerResponse, error: AppError): void {
  if (!response.headersSent) response.setHeader('connection', 'close')
  send(response, errorCatalog[error.code].httpStatus, { ok: false, problem: problemFrom(error) })
}

function notAllowed(message: string): AppError {
  return new AppError('NOT_ALLOWED', message)
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim())
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
}

function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const details = { port, reason: error.code ?? 'unknown' }
      reject(
        new AppError('INPUT_INVALID', `The page cannot listen at port ${port} (${error.code}).`, {
          cause: error,
          details,
        }),
      )
    })
    server.listen(port, address, () => resolve((server.address() as AddressInfo).port))
  })
}
