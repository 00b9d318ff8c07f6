import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEvents, type ClientEvents } from '../../core/events.ts'
import type { ClientApi } from '../../shared/client-api.ts'
import { FakeClock } from '../../shared/clock.ts'
import type { Page } from './page-options.ts'
import { longestBodyBytes } from './read-json.ts'
import { startPage } from './start-page.ts'

let folder: string
let page: Page
let port: number
let clock: FakeClock
let events: ClientEvents
let asked: unknown[]
let unexpected: unknown[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-page-'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Holdfast</title>')
  clock = new FakeClock()
  asked = []
  unexpected = []
  events = createEvents((error) => {
    throw error
  })
  const api: ClientApi = {
    request: (name, input) => {
      asked.push([name, input])
      if (name === 'doctor.run') return Promise.reject(new Error('/home/ann/private'))
      return Promise.resolve({ ok: true, value: { done: true } as never })
    },
    on: (name, listener) => events.on(name, listener),
  }
  page = await startPage({
    client: { api },
    rendererFolder: folder,
    port: 0,
    clock,
    onUnexpected: (error) => {
      unexpected.push(error)
      return 'err_1'
    },
  })
  port = Number(new URL(page.url).port)
})

afterEach(async () => {
  await page.stop()
  await rm(folder, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function call(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const own = () => ({ origin: `http://127.0.0.1:${port}`, 'content-type': 'application/json' })
const tokenOf = (url: string) => new URL(url).hash.replace('#token=', '')

async function enter(token: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call('POST', '/client-api/enter', { ...own(), ...headers }, JSON.stringify({ token }))
}

/** Cookie and key of a fresh session, as the browser sends them. */
async function entered(): Promise<{ cookie: string; 'x-holdfast-page': string }> {
  const answer = await enter(tokenOf(page.newUrl()))
  const { value } = JSON.parse(answer.body) as { value: { key: string } }
  return { cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '', 'x-holdfast-page': value.key }
}

async function ask(body: unknown, headers: Record<string, string>): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return call('POST', '/client-api/request', { ...own(), ...headers }, text)
}

const signOut = { name: 'signIn.signOut', input: {} }

describe('the page', () => {
  it('opens at an address whose token never leaves the browser in a request', () => {
    expect(page.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/)
  })

  it('is the interface, under its strict policy', async () => {
    const answer = await call('GET', '/')
    expect(answer.body).toContain('Holdfast')
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    expect(answer.headers['x-frame-options']).toBe('DENY')
  })

  it('listens on this computer only', async () => {
    const { networkInterfaces } = await import('node:os')
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter((each) => each.family === 'IPv4' && !each.internal)
    for (const { address } of others) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(port, address, () => resolve('connected'))
        socket.on('error', () => resolve('refused'))
      })
      expect(outcome, address).toBe('refused')
    }
  })
})

describe('a token', () => {
  it('is traded for a cookie that scripts and other sites never get', async () => {
    const answer = await enter(tokenOf(page.url))
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^holdfast-page-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
  })

  it('works once', async () => {
    const token = tokenOf(page.url)
    expect((await enter(token)).status).toBe(200)
    const again = await enter(token)
    expect(again.status).toBe(403)
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it('works once even when twenty requests race', async () => {
    const token = tokenOf(page.url)
    const answers = await Promise.all(Array.from({ length: 20 }, () => enter(token)))
    expect(answers.filter((each) => each.status === 200)).toHaveLength(1)
  })

  it('ends after ten minutes', async () => {
    clock.advance(10 * 60_000)
    expect((await enter(tokenOf(page.url))).status).toBe(403)
  })

  it('cannot be guessed at as another type', async () => {
    for (const token of [null, 0, [], {}, '']) {
      const answer = await call('POST', '/client-api/enter', own(), JSON.stringify({ token }))
      expect(answer.status).toBe(400)
    }
  })
})

describe('a request', () => {
  it('with the cookie reaches the client', async () => {
    const answer = await ask(signOut, await entered())
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toEqual({ ok: true, value: { done: true } })
    expect(asked).toEqual([['signIn.signOut', {}]])
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('says of every sign-in that it came from a page, whatever the browser says', async () => {
    const session = await entered()
    const start = { loginName: 'anna', password: 'a good password', keepSignedIn: false }
    await ask({ name: 'signIn.start', input: start }, session)
    await ask({ name: 'signIn.start', input: { ...start, fromPage: undefined } }, session)
    const reset = await ask({ name: 'signIn.start', input: { ...start, fromPage: false } }, session)
    expect(reset.body).toContain('INPUT_INVALID')
    const said = ['signIn.start', { ...start, fromPage: true }]
    expect(asked).toEqual([said, said])
  })

  it.each<[string, Record<string, string>]>([
    ['without a cookie', {}],
    ['with a made-up cookie', { cookie: `holdfast-page=${'a'.repeat(43)}`, 'x-holdfast-page': 'a' }],
  ])('%s is refused', async (_what, headers) => {
    const answer = await ask(signOut, headers)
    expect(answer.status).toBe(403)
    expect(asked).toEqual([])
  })

  it('is refused when the session is twelve hours old', async () => {
    const old = await entered()
    clock.advance(12 * 60 * 60_000)
    expect((await ask(signOut, old)).status).toBe(403)
  })

  it('of an unknown name is answered as such', async () => {
    for (const name of ['no.such', '__proto__', 'constructor']) {
      const answer = await ask({ name, input: {} }, await entered())
      expect(answer.status).toBe(404)
    }
    expect(asked).toEqual([])
  })

  it('with a malformed input is answered with the path and without the value', async () => {
    const input = { loginName: 'ann', password: ['hunter2-secret'] }
    const answer = await ask({ name: 'signIn.start', input }, await entered())
    expect(answer.status).toBe(400)
    expect(answer.body).toContain('"password"')
    expect(answer.body).not.toContain('hunter2')
    expect(asked).toEqual([])
  })

  it('that fails unexpectedly tells nothing but where the log has it', async () => {
    const answer = await ask({ name: 'doctor.run', input: {} }, await entered())
    expect(answer.status).toBe(500)
    expect(JSON.parse(answer.body)).toMatchObject({
      ok: false,
      problem: { code: 'UNEXPECTED', errorId: 'err_1' },
    })
    expect(answer.body).not.toContain('private')
    expect(unexpected).toHaveLength(1)
  })

  it.each([
    ['is no JSON', '{', 'application/json'],
    ['is a form of a foreign page', 'name=sets.delete', 'application/x-www-form-urlencoded'],
    ['is text', JSON.stringify(signOut), 'text/plain'],
  ])('whose body %s is refused', async (_what, body, type) => {
    const answer = await ask(body, { ...(await entered()), 'content-type': type })
    expect(answer.status).toBe(400)
    expect(asked).toEqual([])
  })

  it('with an oversized body is cut off', async () => {
    const session = await entered()
    const declared = await ask('{}', { ...session, 'content-length': String(longestBodyBytes + 1) })
    expect(declared.status).toBe(400)
    const streamed = await chunked(session, longestBodyBytes + 1024 * 1024)
    expect(streamed).toMatch(/^(400|closed)$/)
    expect(asked).toEqual([])
  })
})

/** Sends a body without saying its length; `closed` when the page hung up while it was still being sent. */
function chunked(session: Record<string, string>, bytes: number): Promise<string> {
  return new Promise((resolve) => {
    const headers = { ...own(), ...session, 'transfer-encoding': 'chunked' }
    const sent = httpRequest(
      { host: '127.0.0.1', port, method: 'POST', path: '/client-api/request', headers, agent: false },
      (response) => {
        response.resume()
        resolve(String(response.statusCode))
      },
    )
    sent.on('error', () => resolve('closed'))
    sent.end(Buffer.alloc(bytes, 0x20))
  })
}

describe('a page of another origin', () => {
  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of this computer', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['this address with another scheme', { origin: 'https://127.0.0.1:1' }],
    ['a site that browsers call cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['a site that browsers call same-site', { 'sec-fetch-site': 'same-site' }],
  ])('(%s) is refused even with a cookie and a fresh token', async (_who, headers) => {
    expect((await ask(signOut, { ...(await entered()), ...headers })).status).toBe(403)
    expect((await enter(tokenOf(page.newUrl()), headers as Record<string, string>)).status).toBe(403)
    expect(asked).toEqual([])
  })

  it('cannot read events', async () => {
    const headers = { ...(await entered()), 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }
    expect((await call('GET', '/client-api/events', headers)).status).toBe(403)
  })

  it('may link to the page, which it gets nothing from', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect((await call('GET', '/', headers)).status).toBe(200)
  })

  it('must not leave its origin out', async () => {
    const answer = await call(
      'POST',
      '/client-api/request',
      { ...(await entered()), 'content-type': 'application/json' },
      JSON.stringify(signOut),
    )
    expect(answer.status).toBe(403)
  })
})

describe('a name that an attacker points at this computer', () => {
  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example:PORT',
    '0.0.0.0:PORT',
  ])('(%s) is answered with nothing of the page', async (name) => {
    const host = name.replace('PORT', String(port))
    const answer = await call('GET', '/', { host })
    expect(answer.status).toBe(403)
    expect(answer.body).not.toContain('<title>')
    const asking = await ask(signOut, { host, origin: `http://${host}`, ...(await entered()) })
    expect(asking.status).toBe(403)
    expect(asked).toEqual([])
  })

  it('is not this computer’s own, which is answered', async () => {
    expect((await call('GET', '/', { host: `localhost:${port}` })).status).toBe(200)
  })
})

describe('events', () => {
  it('arrive at a page that was let in, and stop when it goes', async () => {
    const stream = await openStream(await entered())
    events.emit('session.changed', { isSignedIn: true })
    await stream.seen('event: session.changed\ndata: {"isSignedIn":true}\n\n')
    stream.response.destroy()
    events.emit('session.changed', { isSignedIn: false })
    expect(stream.text()).not.toContain('false')
  })

  it('are for nobody without the cookie', async () => {
    expect((await call('GET', '/client-api/events')).status).toBe(403)
  })

  it('end with the page', async () => {
    const stream = await openStream(await entered())
    const ended = new Promise((resolve) => stream.response.on('close', resolve))
    await page.stop()
    await ended
    expect(stream.response.complete).toBe(true)
  })
})

interface Stream {
  readonly response: IncomingMessage
  text(): string
  seen(part: string): Promise<void>
}

function openStream(headers: Record<string, string>): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port, path: '/client-api/events', headers, agent: false },
      (response) => {
        let text = ''
        let check = (): void => undefined
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
          check()
        })
        const seen = (part: string): Promise<void> =>
          new Promise((done) => {
            check = () => {
              if (text.includes(part)) done()
            }
            check()
          })
        resolve({ response, text: () => text, seen })
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

it('a port that is taken is a named failure', async () => {
  const again = startPage({
    client: { api: { request: () => Promise.reject(new Error()), on: () => () => undefined } },
    rendererFolder: folder,
    port,
    clock,
    onUnexpected: () => '',
  })
  await expect(again).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { port } })
})

describe('a cookie, which browsers show to every port of this computer,', () => {
  it('opens nothing without the key that they keep for this port alone', async () => {
    const { cookie, 'x-holdfast-page': key } = await entered()
    for (const headers of [
      { cookie },
      { 'x-holdfast-page': key },
      { cookie, 'x-holdfast-page': 'a'.repeat(43) },
    ]) {
      expect((await ask(signOut, headers as Record<string, string>)).status).toBe(403)
      expect((await call('GET', '/client-api/events', headers as Record<string, string>)).status).toBe(403)
    }
    expect(asked).toEqual([])
  })

  it('of one session opens nothing with the key of another', async () => {
    const first = await entered()
    const second = await entered()
    expect((await ask(signOut, { ...first, cookie: second.cookie })).status).toBe(403)
  })

  it('is neither taken nor overwritten by a second page on this computer', async () => {
    const mine = await entered()
    const firstPort = port
    const second = await startPage({
      client: { api: { request: () => Promise.reject(new Error()), on: () => () => undefined } },
      rendererFolder: folder,
      port: 0,
      clock,
      onUnexpected: () => '',
    })
    port = Number(new URL(second.url).port)
    try {
      // The browser sends both pages' cookies to both.
      expect((await ask(signOut, mine)).status).toBe(403)
      const answer = await enter(tokenOf(second.url), { cookie: mine.cookie })
      const theirs = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
      expect(theirs.split('=')[0]).toBe(`holdfast-page-${port}`)
      expect(theirs.split('=')[0]).not.toBe(mine.cookie.split('=')[0])
      port = firstPort
      expect((await ask(signOut, { ...mine, cookie: `${theirs}; ${mine.cookie}` })).status).toBe(200)
      expect((await ask(signOut, { ...mine, cookie: theirs })).status).toBe(403)
    } finally {
      port = firstPort
      await second.stop()
    }
  })
})
