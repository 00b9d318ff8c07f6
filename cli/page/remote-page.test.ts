import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../core/server-client/certificate.fixture.ts'
import type { ClientApi } from '../../shared/client-api.ts'
import { FakeClock } from '../../shared/clock.ts'
import type { Page } from './page-options.ts'
import { startPage } from './start-page.ts'

let folder: string
let page: Page
let port: number
let ca: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-remote-page-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Holdfast</title>')
  const files = makeCertificate(folder, 'own', 'DNS:client.test')
  ca = await readFile(files.certificateFile, 'utf8')
  const api: ClientApi = {
    request: () => Promise.resolve({ ok: true, value: { done: true } as never }),
    on: () => () => undefined,
  }
  page = await startPage({
    client: { api },
    rendererFolder: folder,
    port: 0,
    clock: new FakeClock(),
    remote: {
      listenAddress: '127.0.0.1',
      hostName: 'Client.test',
      certificate: ca,
      privateKey: await readFile(files.keyFile, 'utf8'),
    },
    onUnexpected: () => '',
  })
  port = Number(new URL(page.url).port)
})
afterAll(async () => {
  await page.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A request as another computer's browser makes it: by the name in the certificate, over TLS. */
function call(
  method: string,
  path: string,
  more: Omit<RequestOptions, 'headers'> & { headers?: Record<string, string> } = {},
  body?: string,
): Promise<Answer> {
  const name = `client.test:${String(port)}`
  const headers = { host: name, ...more.headers }
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, ca, servername: 'client.test', agent: false }
    const sent = httpsRequest({ ...options, ...more, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const json = () => ({ origin: `https://client.test:${String(port)}`, 'content-type': 'application/json' })

describe('a page for other computers', () => {
  it('is opened by the name of the certificate, with a cookie for TLS and this host alone', async () => {
    expect(page.url).toMatch(/^https:\/\/client\.test:\d+\/#token=[\w-]{43}$/)
    const token = new URL(page.url).hash.replace('#token=', '')
    const entered = await call('POST', '/client-api/enter', { headers: json() }, JSON.stringify({ token }))
    expect(entered.headers['set-cookie']?.[0]).toMatch(
      /^__Host-holdfast-page-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    )
    const { value } = JSON.parse(entered.body) as { value: { key: string } }
    const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    const headers = { ...json(), cookie, 'x-holdfast-page': value.key }
    const asked = await call(
      'POST',
      '/client-api/request',
      { headers },
      '{"name":"signIn.signOut","input":{}}',
    )
    expect(asked.status).toBe(200)
    const plain = await call(
      'POST',
      '/client-api/request',
      { headers: { ...headers, origin: `http://client.test:${String(port)}` } },
      '{"name":"signIn.signOut","input":{}}',
    )
    expect(plain.status).toBe(403)
  })

  it.each(['127.0.0.1', 'localhost', 'evil.test'])('is nothing under the name %s', async (name) => {
    const answer = await call('GET', '/', { headers: { host: `${name}:${String(port)}` } })
    expect(answer.status).toBe(403)
    expect(answer.body).not.toContain('<title>')
  })

  it('speaks no plain HTTP', async () => {
    const outcome = await new Promise((resolve) => {
      const sent = httpRequest({ host: '127.0.0.1', port, path: '/', agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', () => resolve('refused'))
      sent.end()
    })
    expect(outcome).toBe('refused')
  })

  it('speaks no TLS before 1.2', async () => {
    await expect(
      call('GET', '/', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow(/alert|version|protocol/i)
  })
})
