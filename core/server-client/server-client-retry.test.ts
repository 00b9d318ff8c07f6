import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { FakeClock, type Clock } from '../../shared/clock.ts'
import { systemClock } from '../ports/system-clock.ts'
import { createServerClient } from './create-server-client.ts'
import { afterEach, describe, expect, it } from 'vitest'
import {
  info,
  warnings,
  log,
  endServers,
  listen,
  clientOf,
  clientAt,
  impatient,
  json,
  failureOf,
  signIn,
} from './http-server.fixture.ts'

afterEach(endServers)

describe('a server that cannot be reached', () => {
  async function freePort(): Promise<number> {
    const port = await listen(createServer())
    await endServers()
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
