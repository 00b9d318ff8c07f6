import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../ports/system-clock.ts'
import { startProxy, type TestProxy, type TestProxyOptions } from '../proxy/proxy.fixture.ts'
import type { ProxyRoute } from '../proxy/proxy-route.ts'
import { makeCertificate } from './certificate.fixture.ts'
import { createServerClient } from './create-server-client.ts'
import { clientAt, endServers, failureOf, impatient, info, json, listen, log } from './http-server.fixture.ts'
import type { ServerClient } from './server-client.ts'

const secret = 'p@ss:w0rd/of the proxy'
const token = 'tell-nobody'
const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy']

let folder: string
let certificate: { readonly key: Buffer; readonly cert: Buffer }
const proxies: TestProxy[] = []
const kept = Object.fromEntries(variables.map((name) => [name, process.env[name]]))

beforeAll(() => {
  for (const name of variables) Reflect.deleteProperty(process.env, name)
  folder = mkdtempSync(join(tmpdir(), 'holdfast-proxy-'))
  // A name that no name server knows: only the proxy can get there.
  const files = makeCertificate(folder, 'own', 'DNS:backup.test')
  certificate = { key: readFileSync(files.keyFile), cert: readFileSync(files.certificateFile) }
})
afterEach(async () => {
  await endServers()
  for (const proxy of proxies.splice(0)) await proxy.stop()
  for (const name of variables) Reflect.deleteProperty(process.env, name)
})
afterAll(() => {
  for (const [name, value] of Object.entries(kept)) if (value !== undefined) process.env[name] = value
  rmSync(folder, { recursive: true, force: true })
})

async function proxyOf(options: TestProxyOptions = {}): Promise<TestProxy> {
  const proxy = await startProxy(options)
  proxies.push(proxy)
  return proxy
}

/** A server with a certificate, known as backup.test to the proxy alone. */
async function tlsServer(): Promise<number> {
  return listen(createTlsServer(certificate, json(200, info)))
}

function clientFor(route: ProxyRoute | null | undefined, clock = impatient()): ServerClient {
  return createServerClient({
    address: 'https://backup.test',
    allowInsecure: false,
    caFile: join(folder, 'own.pem'),
    clock,
    log,
    ...(route === undefined ? {} : { route: () => Promise.resolve(route) }),
  })
}

const ask = (client: ServerClient) => client.call('serverInfo', {}, { kind: 'bearer', token })
const open = (address: string): ProxyRoute => ({ address, loginName: null, password: null })

describe('a proxy', () => {
  it('carries the connection without seeing into it: the certificate is the server’s own', async () => {
    const proxy = await proxyOf({ names: { 'backup.test': await tlsServer() } })
    expect(await ask(clientFor(open(proxy.address)))).toEqual(info)
    expect(proxy.asked).toHaveLength(1)
    expect(proxy.asked[0]).toMatch(/^CONNECT backup\.test:443 /)
    expect(proxy.asked[0]).not.toMatch(/tell-nobody|authorization/i)
  })

  it('of the environment carries it too, and needs no setting', async () => {
    const proxy = await proxyOf({ names: { 'backup.test': await tlsServer() } })
    process.env['HTTPS_PROXY'] = proxy.address
    expect(await ask(clientFor(undefined))).toEqual(info)
    expect(proxy.asked).toHaveLength(1)
  })

  it('is signed in to with its own login name and password, which the server never gets', async () => {
    let seen: object = {}
    const server = createTlsServer(certificate, (request, response) => {
      seen = request.headers
      json(200, info)(request, response)
    })
    const names = { 'backup.test': await listen(server) }
    const proxy = await proxyOf({ loginName: 'ann', password: secret, names })
    const route = { address: proxy.address, loginName: 'ann', password: secret }
    expect(await ask(clientFor(route))).toEqual(info)
    expect(seen).not.toHaveProperty('proxy-authorization')
    expect(seen).toMatchObject({ authorization: `Bearer ${token}` })
  })

  it('is spoken to with TLS where its address says so, and its certificate is its own too', async () => {
    const names: string[] = []
    const tlsProxy = createTlsServer(certificate)
    tlsProxy.on('connect', (request, socket) => {
      names.push(String(request.url))
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n')
    })
    const port = String(await listen(tlsProxy))
    // The certificate is the server's name and not the proxy's: nothing may be said to that one.
    expect(await failureOf(ask(clientFor(open(`https://127.0.0.1:${port}`))))).toMatchObject({
      code: 'SERVER_CERTIFICATE',
      details: { host: `127.0.0.1:${port}` },
    })
    expect(names).toEqual([])
  })
})

describe('a proxy that does not carry', () => {
  it.each([
    ['no password was given', null, null],
    ['the password is wrong', 'ann', 'wrong'],
  ])('because %s is named, and asked once', async (_why, loginName, password) => {
    const proxy = await proxyOf({
      loginName: 'ann',
      password: secret,
      names: { 'backup.test': await tlsServer() },
    })
    const failure = await failureOf(ask(clientFor({ address: proxy.address, loginName, password })))
    expect(failure).toMatchObject({
      code: 'PROXY_SIGN_IN_REQUIRED',
      details: { proxy: new URL(proxy.address).host },
    })
    expect(proxy.asked).toHaveLength(1)
    expect(failure.whole).not.toContain('wrong')
  })

  it.each(['403 Forbidden', '405 Method Not Allowed'])(
    'because it may not (%s) is named, and asked once',
    async (status) => {
      const proxy = await proxyOf()
      proxy.refuse(status)
      expect(await failureOf(ask(clientFor(open(proxy.address))))).toMatchObject({
        code: 'PROXY_REFUSED',
        details: { status: Number(status.slice(0, 3)) },
      })
      expect(proxy.asked).toHaveLength(1)
    },
  )

  it('because the server does not answer it is told as that', async () => {
    const proxy = await proxyOf()
    proxy.refuse('502 Bad Gateway')
    expect((await failureOf(ask(clientFor(open(proxy.address))))).code).toBe('SERVER_UNREACHABLE')
    expect(proxy.asked).toHaveLength(4)
  })

  it('because it is not there is named, never gone round, and tried again', async () => {
    const proxy = await proxyOf()
    await proxy.stop()
    proxies.splice(0)
    const waits: number[] = []
    expect(await failureOf(ask(clientFor(open(proxy.address), impatient(waits))))).toMatchObject({
      code: 'PROXY_UNREACHABLE',
      details: { systemCode: 'ECONNREFUSED' },
    })
    expect(waits).toHaveLength(3)
  })

  it('because it never answers ends by the deadline of the request', async () => {
    const port = await listen(createTcpServer((socket) => void socket.on('error', () => undefined).resume()))
    const client = clientFor(open(`http://127.0.0.1:${String(port)}`), systemClock)
    const call = client.call('signOut', {}, { kind: 'bearer', token }, { timeoutMs: 50 })
    expect(await failureOf(call)).toMatchObject({
      code: 'PROXY_UNREACHABLE',
      details: { systemCode: 'ETIMEDOUT' },
    })
  })

  it('because it is no proxy is named', async () => {
    const port = await listen(createTcpServer((socket) => socket.resume().end('220 mail ESMTP\r\n')))
    expect((await failureOf(ask(clientFor(open(`http://127.0.0.1:${String(port)}`))))).code).toBe(
      'PROXY_UNREACHABLE',
    )
  })

  it('because it is of a kind that nobody here speaks is named', async () => {
    expect(await failureOf(ask(clientFor(open('socks5://127.0.0.1:1'))))).toMatchObject({
      code: 'PROXY_UNREACHABLE',
      details: { systemCode: 'UNSUPPORTED' },
    })
  })
})

describe('a proxy in front of a server without TLS', () => {
  it('gets the request as a whole, and its own refusals are named', async () => {
    const proxy = await proxyOf({ loginName: 'ann', password: secret })
    const clientOf = (password: string): ServerClient =>
      createServerClient({
        address: 'http://backup.test',
        allowInsecure: true,
        caFile: null,
        clock: impatient(),
        log,
        route: () => Promise.resolve({ address: proxy.address, loginName: 'ann', password }),
      })
    expect((await failureOf(ask(clientOf('wrong')))).code).toBe('PROXY_SIGN_IN_REQUIRED')
    expect((await failureOf(ask(clientOf(secret)))).code).toBe('PROXY_REFUSED')
    expect(proxy.asked[1]).toMatch(/^GET http:\/\/backup\.test\/api\/v1\/server /)
    await proxy.stop()
    proxies.splice(0)
    expect((await failureOf(ask(clientOf(secret)))).code).toBe('PROXY_UNREACHABLE')
  })

  it('is not asked about a server on this computer', async () => {
    const proxy = await proxyOf()
    process.env['HTTP_PROXY'] = proxy.address
    const port = await listen(createServer(json(200, info)))
    expect(await ask(clientAt(port))).toEqual(info)
    expect(proxy.asked).toEqual([])
  })
})
