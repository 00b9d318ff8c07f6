import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest'
import { FakeClock, type Clock } from '../../shared/clock.ts'
import { isAppError } from '../../shared/errors.ts'
import { backupSetIdSchema, factorIdSchema } from '../../shared/model/ids.ts'
import type { Log } from '../core-deps.ts'
import { systemClock } from '../ports/system-clock.ts'
import { askServer } from './clock-skew.ts'
import { createServerClient, type ServerClientOptions } from './create-server-client.ts'
import type { ServerClient } from './server-client.ts'

const info = {
  product: 'Holdfast',
  version: '0.1.0',
  apiVersion: 1,
  name: 'Test',
  now: '2026-01-05T08:00:00.000Z',
}
const secret = 'tell-nobody-this'
const running: (Server | TcpServer)[] = []
let warnings: object[] = []
const log: Log = { info: () => undefined, warn: (fields) => warnings.push(fields), error: () => undefined }

afterEach(async () => {
  warnings = []
  for (const server of running.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(server: Server | TcpServer): Promise<number> {
  running.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

type Answerer = (...args: Parameters<RequestListener>) => unknown

/** A client of a real HTTP server that answers as told. Waits between tries pass at once. */
async function clientOf(answer: Answerer, options: Partial<ServerClientOptions> = {}): Promise<ServerClient> {
  return clientAt(await listen(createServer((request, response) => void answer(request, response))), options)
}

function clientAt(port: number, options: Partial<ServerClientOptions> = {}): ServerClient {
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
function impatient(waits: number[] = []): Clock {
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

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += String(part)
  return text
}

async function failureOf(
  promise: Promise<unknown>,
): Promise<{ code: string; details: unknown; whole: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!isAppError(error)) throw new Error('There was no failure, or an unknown one.', { cause: error })
  // Everything that a logger could find in it.
  const whole = [String(error), error.stack, JSON.stringify(error), String(error.cause)].join('\n')
  return { code: error.code, details: error.details, whole }
}

const signIn = {
  loginName: 'ann',
  password: secret,
  client: { name: 'Holdfast', version: '0', platform: 'linux', hostName: 'pc' },
}

describe('a request to the server', () => {
  it('puts path parameters, query and body where the contract says', async () => {
    const seen: string[] = []
    const server = await clientOf(async (request, response) => {
      seen.push(`${String(request.method)} ${String(request.url)} ${await bodyOf(request)}`)
      json(200, { runs: [], done: true })(request, response)
    })
    const bearer = { kind: 'bearer', token: 't' } as const
    const backupSetId = backupSetIdSchema.parse(`set_${'a'.repeat(22)}`)
    const factorId = factorIdSchema.parse(`fac_${'b'.repeat(22)}`)
    await server.call('runs', { backupSetId, limit: 7 }, bearer)
    await server.call('removeFactor', { factorId, grantToken: 'g' }, bearer)
    await server.call('signOut', {}, bearer)
    expect(seen).toEqual([
      `GET /api/v1/backup-sets/${backupSetId}/runs?limit=7 `,
      `DELETE /api/v1/factors/${factorId} {"grantToken":"g"}`,
      'POST /api/v1/sign-out ',
    ])
  })

  it.each([
    ['nothing', { kind: 'none' }, undefined],
    ['a token', { kind: 'bearer', token: 'abc' }, 'Bearer abc'],
    [
      'a lease',
      { kind: 'lease', leaseId: 'lea_1', secret: 'pw' },
      `Basic ${Buffer.from('lea_1:pw').toString('base64')}`,
    ],
  ] as const)('proves itself with %s', async (_what, credentials, header) => {
    let seen: string | undefined
    const server = await clientOf((request, response) => {
      seen = request.headers.authorization
      json(200, info)(request, response)
    })
    await server.call('serverInfo', {}, credentials)
    expect(seen).toBe(header)
  })

  it('throws the server’s own problem with its details, and the id that finds it in the server’s log', async () => {
    const problem = { code: 'PASSCODE_WRONG', message: 'Wrong.', details: { triesLeft: 2 }, errorId: 'err_1' }
    const server = await clientOf(json(422, problem))
    expect(
      await failureOf(server.call('prove', { code: '123456' }, { kind: 'bearer', token: 't' })),
    ).toMatchObject({
      code: 'PASSCODE_WRONG',
      details: { triesLeft: 2, serverErrorId: 'err_1' },
    })
  })

  it('tells when a session ended, by the token that ended, and not for other failures', async () => {
    const ended: string[] = []
    const onSessionEnded = async (token: string): Promise<void> => void ended.push(token)
    const over = await clientOf(json(401, { code: 'SESSION_ENDED', message: 'Over.' }), { onSessionEnded })
    const other = await clientOf(json(403, { code: 'STEP_UP_REQUIRED', message: 'Again.' }), {
      onSessionEnded,
    })
    await failureOf(over.call('me', {}, { kind: 'bearer', token: 'mine' }))
    await failureOf(other.call('me', {}, { kind: 'bearer', token: 'mine' }))
    expect(ended).toEqual(['mine'])
  })
})

describe('what is not the contract', () => {
  const page = '<html>Welcome to the hotel. Please accept our terms.</html>'
  it.each<[string, RequestListener, object]>([
    [
      'a sign-in page with status 200',
      (_q, r) => r.writeHead(200, { 'content-type': 'text/html' }).end(page),
      { reason: 'not-json', status: 200 },
    ],
    ['a page with status 404', (_q, r) => r.writeHead(404).end(page), { reason: 'not-json', status: 404 }],
    ['a page with status 511', (_q, r) => r.writeHead(511).end(page), { reason: 'not-json', status: 511 }],
    ['an empty answer', (_q, r) => r.writeHead(200).end(), { reason: 'not-json' }],
    ['another server’s JSON', json(200, { hello: 'world' }), { reason: 'wrong-shape' }],
    ['another server’s error', json(404, { error: 'no' }), { reason: 'unknown-problem' }],
    [
      'a problem of a code nobody knows',
      json(400, { code: 'NEW_ONE', message: 'x' }),
      { reason: 'unknown-problem' },
    ],
    ['JSON that is cut off', (_q, r) => r.writeHead(200).end('{"product":"Hold'), { reason: 'not-json' }],
  ])('%s is refused', async (_what, answer, details) => {
    expect(await failureOf((await clientOf(answer)).call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
      details,
    })
  })

  it('a redirect is refused: the password goes to no second address', async () => {
    let reached = 0
    const other = await listen(
      createServer((request, response) => {
        reached += 1
        json(200, {})(request, response)
      }),
    )
    const location = `http://127.0.0.1:${String(other)}/`
    for (const status of [301, 302, 307, 308]) {
      const server = await clientOf((_q, r) => r.writeHead(status, { location }).end())
      expect(await failureOf(server.call('signInStart', signIn, { kind: 'none' }))).toMatchObject({
        code: 'SERVER_ANSWER_UNKNOWN',
        details: { reason: 'redirect' },
      })
    }
    expect(reached).toBe(0)
  })

  it('something that does not speak HTTP is refused', async () => {
    const port = await listen(createTcpServer((socket) => socket.resume().end('220 mail.example ESMTP\r\n')))
    expect(await failureOf(clientAt(port).call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
      details: { reason: 'not-http' },
    })
  })

  it('an answer without end is refused', async () => {
    const server = await clientOf((_q, r) => {
      const more = (): void => {
        if (!r.destroyed) r.write('x'.repeat(1 << 20), () => setImmediate(more))
      }
      more()
    })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_ANSWER_UNKNOWN',
      details: { reason: 'too-long' },
    })
  })
})

describe('a server that cannot be reached', () => {
  async function freePort(): Promise<number> {
    const server = createServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    running.splice(running.indexOf(server), 1)
    return port
  }

  it('refuses connections: also a request that must not be repeated is, because nothing was sent', async () => {
    expect(
      await failureOf(clientAt(await freePort()).call('signInStart', signIn, { kind: 'none' })),
    ).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'refused', systemCode: 'ECONNREFUSED' },
    })
    expect(warnings).toHaveLength(3)
  })

  it('has no name', async () => {
    const server = createServerClient({
      address: 'https://nothing.invalid',
      allowInsecure: false,
      caFile: null,
      clock: impatient(),
      log,
    })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'name-unknown' },
    })
  })

  it('cuts every connection: reading is tried four times, what changes something once', async () => {
    let connections = 0
    const port = await listen(
      createTcpServer((socket: Socket) => {
        connections += 1
        socket.once('data', () => socket.destroy())
        socket.on('error', () => undefined)
      }),
    )
    const cut = { code: 'SERVER_UNREACHABLE', details: { reason: 'cut' } }
    expect(await failureOf(clientAt(port).call('serverInfo', {}, { kind: 'none' }))).toMatchObject(cut)
    expect(connections).toBe(4)
    expect(await failureOf(clientAt(port).call('signInStart', signIn, { kind: 'none' }))).toMatchObject(cut)
    expect(connections).toBe(5)
  })

  it('cuts the answer in the middle', async () => {
    const server = await clientOf((_q, r) => {
      r.writeHead(200, { 'content-length': '1000' }).write('{"product":')
      setImmediate(() => r.destroy())
    })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'cut' },
    })
  })

  it('never answers: the deadline ends it', async () => {
    const server = await clientOf(() => undefined, { clock: systemClock })
    const call = server.call('signInStart', signIn, { kind: 'none' }, { timeoutMs: 50 })
    expect(await failureOf(call)).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'timeout' },
    })
  })

  it('answers drop by drop: the deadline counts for the whole answer', async () => {
    const server = await clientOf(
      (_q, r) => {
        r.writeHead(200)
        const drip = setInterval(() => r.write(' '), 5)
        r.on('close', () => clearInterval(drip))
      },
      { clock: systemClock },
    )
    const call = server.call('signInStart', signIn, { kind: 'none' }, { timeoutMs: 100 })
    expect(await failureOf(call)).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'timeout' },
    })
  })

  it.each([502, 503, 504])('is spoken for by a proxy with status %i', async (status) => {
    const server = await clientOf((_q, r) => r.writeHead(status).end('<html>Bad gateway</html>'))
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'gateway' },
    })
    expect(warnings).toHaveLength(3)
  })

  it('comes back meanwhile: the caller never notices', async () => {
    let tries = 0
    const server = await clientOf((request, response) => {
      tries += 1
      if (tries < 3) request.socket.destroy()
      else json(200, info)(request, response)
    })
    expect(await server.call('serverInfo', {}, { kind: 'none' })).toEqual(info)
  })
})

describe('a server that is busy', () => {
  const busy = (retryAfterSeconds: number): RequestListener =>
    json(503, { code: 'SERVER_BUSY', message: 'Busy.', details: { retryAfterSeconds } })

  it('is asked again after the time it asked for, when the request may be repeated', async () => {
    const waits: number[] = []
    const server = await clientOf(busy(7), { clock: impatient(waits) })
    await failureOf(server.call('serverInfo', {}, { kind: 'none' }))
    expect(waits).toEqual([7_000, 7_000, 7_000])
  })

  it('is not waited for longer than half a minute', async () => {
    const waits: number[] = []
    const server = await clientOf(busy(31), { clock: impatient(waits) })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_BUSY',
      details: { retryAfterSeconds: 31 },
    })
    expect(waits).toEqual([])
  })

  it('is not asked again to sign in', async () => {
    const waits: number[] = []
    const server = await clientOf(busy(1), { clock: impatient(waits) })
    expect(await failureOf(server.call('signInStart', signIn, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_BUSY',
    })
    expect(waits).toEqual([])
  })

  it('is waited for longer each time when it says nothing', async () => {
    const waits: number[] = []
    const server = await clientOf(json(503, { code: 'SERVER_BUSY', message: 'Busy.' }), {
      clock: impatient(waits),
    })
    await failureOf(server.call('serverInfo', {}, { kind: 'none' }))
    expect(waits.map((ms) => Math.floor(Math.log2(ms / 500)))).toEqual([0, 1, 2])
  })

  it('says in the header when to come back', async () => {
    const server = await clientOf(
      json(429, { code: 'RATE_LIMITED', message: 'Slow.' }, { 'retry-after': '12' }),
    )
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: 12 },
    })
  })
})

describe('a cancelled request', () => {
  it('ends at once, and was not repeated', async () => {
    const stop = new AbortController()
    let tries = 0
    const server = await clientOf(() => {
      tries += 1
      stop.abort()
    })
    const call = server.call('serverInfo', {}, { kind: 'none' }, { signal: stop.signal })
    expect(await failureOf(call)).toMatchObject({ code: 'CANCELLED' })
    expect(tries).toBe(1)
  })

  it('ends in the wait before another try', async () => {
    const stop = new AbortController()
    const clock: Clock = {
      nowMs: () => 0,
      sleep: async (ms, signal) => {
        if (ms >= 30_000) return new FakeClock().sleep(ms, signal)
        stop.abort()
      },
    }
    const server = await clientOf((request) => request.socket.destroy(), { clock })
    const call = server.call('serverInfo', {}, { kind: 'none' }, { signal: stop.signal })
    expect(await failureOf(call)).toMatchObject({ code: 'CANCELLED' })
  })

  it('that was cancelled before is never sent', async () => {
    let tries = 0
    const server = await clientOf(() => void (tries += 1))
    const call = server.call('serverInfo', {}, { kind: 'none' }, { signal: AbortSignal.abort() })
    expect(await failureOf(call)).toMatchObject({ code: 'CANCELLED' })
    expect(tries).toBe(0)
  })
})

describe('a failure of any kind', () => {
  it.each<[string, Answerer]>([
    ['a cut connection', (request) => request.socket.destroy()],
    ['a page', (_q, r) => r.writeHead(200).end('<html>')],
    [
      'an echo of everything',
      async (request, response) =>
        response.writeHead(400).end((await bodyOf(request)) + JSON.stringify(request.headers)),
    ],
    [
      'a redirect that quotes',
      async (request, response) => response.writeHead(302, { location: `/${await bodyOf(request)}` }).end(),
    ],
  ])('tells nothing of password or token: %s', async (_what, answer) => {
    const server = await clientOf(answer)
    const { whole } = await failureOf(server.call('signInStart', signIn, { kind: 'bearer', token: secret }))
    expect(whole).not.toContain(secret)
    expect(JSON.stringify(warnings)).not.toContain(secret)
  })
})

describe('a server with a certificate', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-tls-'))
    const certificate = (name: string, subject: string): void => {
      const file = join(folder, name)
      execFileSync(
        'openssl',
        [
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-keyout',
          `${file}.key`,
          '-out',
          `${file}.pem`,
          '-days',
          '2',
          '-subj',
          '/CN=holdfast test',
          '-addext',
          `subjectAltName=${subject}`,
        ],
        { stdio: 'ignore' },
      )
    }
    certificate('own', 'IP:127.0.0.1')
    certificate('other', 'DNS:elsewhere.example')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function tlsClient(name: string, caFile: string | null): Promise<ServerClient> {
    const tls = {
      key: readFileSync(join(folder, `${name}.key`)),
      cert: readFileSync(join(folder, `${name}.pem`)),
    }
    const port = await listen(createTlsServer(tls, json(200, info)))
    return createServerClient({
      address: `https://127.0.0.1:${String(port)}`,
      allowInsecure: false,
      caFile: caFile === null ? null : join(folder, caFile),
      clock: impatient(),
      log,
    })
  }

  it('of its own authority is trusted when that authority’s file was named', async () => {
    const server = await tlsClient('own', 'own.pem')
    expect(await server.call('serverInfo', {}, { kind: 'none' })).toEqual(info)
  })

  it.each([
    ['of an authority nobody named', 'own', null, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another authority than the named one', 'own', 'other.pem', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['for another name', 'other', 'other.pem', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])(
    '%s is refused, also when plain HTTP would be allowed, and not asked twice',
    async (_what, name, ca, reason) => {
      const server = await tlsClient(name, ca)
      expect(await failureOf(server.call('signInStart', signIn, { kind: 'none' }))).toMatchObject({
        code: 'SERVER_CERTIFICATE',
        details: { reason },
      })
      expect(warnings).toEqual([])
    },
  )

  it('is refused when the authority’s file cannot be read', async () => {
    await expect(tlsClient('own', 'missing.pem')).rejects.toMatchObject({
      code: 'SERVER_CERTIFICATE',
      details: { reason: 'ENOENT' },
    })
  })

  it('is not spoken to where plain HTTP is what answers', async () => {
    const port = await listen(createServer(json(200, info)))
    const server = createServerClient({
      address: `https://127.0.0.1:${String(port)}`,
      allowInsecure: true,
      caFile: null,
      clock: impatient(),
      log,
    })
    expect(await failureOf(server.call('serverInfo', {}, { kind: 'none' }))).toMatchObject({
      code: 'SERVER_UNREACHABLE',
      details: { reason: 'tls' },
    })
  })
})

describe('the clocks', () => {
  it('are compared at the middle of the request', async () => {
    const clock = new FakeClock(Date.parse(info.now) - 10_000)
    const server = await clientOf(
      (request, response) => {
        clock.advance(2_000)
        json(200, info)(request, response)
      },
      { clock },
    )
    expect(await askServer(server, clock)).toEqual({ info, skewMs: 9_000 })
  })
})
