import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Server as TcpServer } from 'node:net'
import { FakeClock, type Clock } from '../../shared/clock.ts'
import { isAppError } from '../../shared/errors.ts'
import type { Log } from '../core-deps.ts'
import { createServerClient, type ServerClientOptions } from './create-server-client.ts'
import type { ServerClient } from './server-client.ts'

export const info = {
  product: 'Holdfast',
  version: '0.1.0',
  apiVersion: 1,
  name: 'Test',
  now: '2026-01-05T08:00:00.000Z',
  trial: null,
}
export const secret = 'tell-nobody-this'
const running: (Server | TcpServer)[] = []
/** What the client under test warned of since the last test. */
export const warnings: object[] = []
export const log: Log = {
  info: () => undefined,
  warn: (fields) => warnings.push(fields),
  error: () => undefined,
}

/** Ends every server that a test started; for `afterEach`. */
export async function endServers(): Promise<void> {
  warnings.length = 0
  for (const server of running.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

export async function listen(server: Server | TcpServer): Promise<number> {
  running.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export type Answerer = (...args: Parameters<RequestListener>) => unknown

/** A client of a real HTTP server that answers as told. Waits between tries pass at once. */
export async function clientOf(
  answer: Answerer,
  options: Partial<ServerClientOptions> = {},
): Promise<ServerClient> {
  return clientAt(await listen(createServer((request, response) => void answer(request, response))), options)
}

export function clientAt(port: number, options: Partial<ServerClientOptions> = {}): ServerClient {
  const address = `http://127.0.0.1:${String(port)}`
  return createServerClient({
    address,
    allowInsecure: false,
    caFile: null,
    clock: impatient(),
    log,
    ...options,
  })
}

/** A clock on which waits between tries are over at once and a request's own deadline never comes. */
export function impatient(waits: number[] = []): Clock {
  const deadlines = new FakeClock()
  return {
    nowMs: () => deadlines.nowMs(),
    sleep: (ms, signal) => {
      if (ms >= 30_000) return deadlines.sleep(ms, signal)
      waits.push(ms)
      return Promise.resolve()
    },
  }
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += String(part)
  return text
}

/** The failure that must come, and everything that a logger could find in it. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ code: string; details: unknown; whole: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isAppError(error)) throw new Error('There was no failure, or an unknown one.', { cause: error })
  const whole = [String(error), error.stack, JSON.stringify(error), String(error.cause)].join('\n')
  return { code: error.code, details: error.details, whole }
}

export const signIn = {
  loginName: 'ann',
  password: secret,
  client: { name: 'Holdfast', version: '0', platform: 'linux', hostName: 'pc' },
}
