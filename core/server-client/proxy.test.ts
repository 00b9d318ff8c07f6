import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../ports/system-clock.ts'
import { createServerClient } from './create-server-client.ts'
import type { ServerClient } from './server-client.ts'

const info = {
  product: 'Holdfast',
  version: '0',
  apiVersion: 1,
  name: 'CBS',
  now: '2026-01-05T08:00:00.000Z',
}
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy']

let folder: string
let kept: Record<string, string | undefined>
let running: Server[]
/** What the proxy was asked for: the requests' first lines and headers, never what is inside a tunnel. */
let asked: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-proxy-'))
  kept = Object.fromEntries(names.map((name) => [name, process.env[name]]))
  for (const name of names) Reflect.deleteProperty(process.env, name)
  running = []
  asked = []
})
afterEach(async () => {
  for (const [name, value] of Object.entries(kept)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
  for (const server of running) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  rmSync(folder, { recursive: true, force: true })
})

async function listen(server: Server): Promise<string> {
  running.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

async function startProxy(refusal?: string): Promise<string> {
  const proxy = createServer((request, response) => {
    asked.push(`${String(request.method)} ${String(request.url)}`)
    response.writeHead(502).end('no')
  })
  proxy.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${String(request.url)} ${JSON.stringify(request.headers)}`)
    if (refusal !== undefined) return void socket.end(refusal)
    const [host = '', port = ''] = String(request.url).split(':')
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    for (const [each, other] of [
      [target, socket],
      [socket, target],
    ] as const) {
      each.on('error', () => each.destroy())
      each.on('close', () => other.destroy())
    }
  })
  return `http://${await listen(proxy)}`
}

async function tlsClient(): Promise<ServerClient> {
  const file = join(folder, 'own')
  const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1']
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${file}.key`,
  ]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', `${file}.pem`, '-days', '2', ...subject], {
    stdio: 'ignore',
  })
  const tls = { key: readFileSync(`${file}.key`), cert: readFileSync(`${file}.pem`) }
  const server = createTlsServer(tls, (_request, response) => void response.end(JSON.stringify(info)))
  const address = `https://${await listen(server)}`
  return createServerClient({
    address,
    allowInsecure: false,
    caFile: `${file}.pem`,
    clock: systemClock,
    log: silent,
  })
}

describe('a system proxy', () => {
  it('carries the connection without seeing into it: the certificate is the server’s own', async () => {
    const server = await tlsClient()
    process.env['HTTPS_PROXY'] = await startProxy()
    expect(await server.call('serverInfo', {}, { kind: 'bearer', token: 'tell-nobody' })).toEqual(info)
    expect(asked).toHaveLength(1)
    expect(asked[0]).toContain(`CONNECT ${new URL(server.address).host}`)
    expect(asked[0]).not.toMatch(/tell-nobody|authorization/i)
  })

  it('is left out for what NO_PROXY names', async () => {
    const server = await tlsClient()
    process.env['HTTPS_PROXY'] = await startProxy()
    process.env['NO_PROXY'] = '127.0.0.1'
    expect(await server.call('serverInfo', {}, { kind: 'none' })).toEqual(info)
    expect(asked).toEqual([])
  })

  it('that wants a password of its own is told apart from a server that refuses', async () => {
    const server = await tlsClient()
    process.env['HTTPS_PROXY'] = await startProxy('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    await expect(
      server.call('prove', { code: '123456' }, { kind: 'bearer', token: 't' }),
    ).rejects.toMatchObject({
      code: 'SERVER_UNREACHABLE',
    })
  })
})
