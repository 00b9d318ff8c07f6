import { recordAlert } from '../alerts/alerts.ts'
import { countMessage } from '../senders/counts.ts'
import type { RouteOptions } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError, problemSchema } from '../../shared/errors.ts'
import { apiPrefix, routes, type RouteName } from '../../shared/routes.ts'
import { fakeUser, httpFixture } from './http.fixture.ts'

type Fixture = Awaited<ReturnType<typeof httpFixture>>
let fixture: Fixture | undefined

async function start(options?: Parameters<typeof httpFixture>[0]): Promise<Fixture> {
  fixture = await httpFixture(options)
  return fixture
}

afterEach(async () => {
  await fixture?.close()
  fixture = undefined
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

describe('the routes of the server', () => {
  it('each state a permission and a schema', async () => {
    const seen: RouteOptions[] = []
    const { app } = await start({
      parts: {
        storage: (storage) => {
          storage.addHook('onRoute', (route) => {
            seen.push(route)
          })
          storage.get('/restic/:id', { config: { permission: 'storage' }, schema: {} }, () => '')
        },
      },
    })
    await app.ready()
    expect(seen).toHaveLength(1)
  })

  it('one without a permission stops the server from starting', async () => {
    const { app } = await start({
      parts: {
        storage: (storage) => {
          storage.get('/open', { schema: {} }, () => '')
        },
      },
    })
    await expect(app.ready()).rejects.toThrow('No permission or no schema: GET /open')
  })

  it('one without a schema stops the server from starting', async () => {
    const { app } = await start({
      parts: {
        storage: (storage) => {
          storage.get('/bare', { config: { permission: 'public' } }, () => '')
        },
      },
    })
    await expect(app.ready()).rejects.toThrow('GET /bare')
  })

  it('are those of the contract, each at its method and path', async () => {
    const { app } = await start()
    await app.ready()
    for (const name of Object.keys(routes) as RouteName[]) {
      const { method, path } = routes[name]
      expect(app.hasRoute({ method, url: `${apiPrefix}${path}` }), name).toBe(true)
    }
  })
})

describe('a permission', () => {
  it('of a session refuses no token, a wrong token and another scheme, before the body is read', async () => {
    const { app } = await start()
    for (const headers of [{}, bearer('bad'), basic('good:good'), { authorization: 'Bearer' }]) {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/step-up',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{not json',
      })
      expect(answer.statusCode).toBe(401)
      expect(answer.json()).toMatchObject({ code: 'SESSION_ENDED' })
      expect(answer.headers['www-authenticate']).toBe('Bearer')
    }
  })

  it('of a fresh session refuses a session whose factor is old', async () => {
    const { app } = await start()
    const answer = await app.inject({ method: 'POST', url: '/api/v1/devices', headers: bearer('good') })
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({
      code: 'STEP_UP_REQUIRED',
      details: { operation: 'change-settings' },
    })
  })

  it('of a lease takes a secret with a colon in it, and no bearer token', async () => {
    const { app } = await start({ handlers: { endLease: () => Promise.resolve({ run: null }) } })
    const url = '/api/v1/lease/end'
    const good = await app.inject({ method: 'POST', url, headers: basic('lea_1:s:1'), payload: {} })
    expect(good.json()).toEqual({ run: null })
    for (const headers of [
      {},
      bearer('good'),
      basic('lea_1'),
      basic(':s:1'),
      { authorization: 'Basic ###' },
    ]) {
      const answer = await app.inject({ method: 'POST', url, headers, payload: {} })
      expect(answer.statusCode).toBe(401)
      expect(answer.headers['www-authenticate']).toMatch(/^Basic/)
    }
  })

  it('of a transaction takes its own token and no session’s', async () => {
    const { app } = await start({ handlers: { cancelTransaction: () => Promise.resolve({ done: true }) } })
    const ask = (token: string) =>
      app.inject({ method: 'DELETE', url: '/api/v1/transaction', headers: bearer(token) })
    expect((await ask('txn')).statusCode).toBe(200)
    expect((await ask('good')).json()).toMatchObject({ code: 'SIGN_IN_ENDED' })
  })

  it('hands the handler the caller that was found', async () => {
    let caller: unknown
    const { app } = await start({
      handlers: {
        signOut: (_input, call) => {
          caller = call.caller.user
          return Promise.resolve({ done: true })
        },
      },
    })
    await app.inject({ method: 'POST', url: '/api/v1/sign-out', headers: bearer('good') })
    expect(caller).toBe(fakeUser)
  })

  it.each([
    '/metrics',
    '/api/docs',
    '/api/docs/',
    '/api/docs/json',
    '/api/openapi.json',
    '/api/docs/static/swagger-ui.css',
  ])(
    'of this computer keeps %s from others, from proxies and from pages that rebind their name',
    async (url) => {
      const { app } = await start()
      const ask = (remoteAddress: string, headers: Record<string, string>) =>
        app.inject({ url, remoteAddress, headers })
      expect((await ask('127.0.0.1', { host: 'localhost:8443' })).statusCode).toBeLessThan(400)
      expect((await ask('127.0.0.1', { host: '[::1]:8443' })).statusCode).toBeLessThan(400)
      expect((await ask('192.0.2.7', { host: 'localhost' })).statusCode).toBe(403)
      expect((await ask('127.0.0.1', { host: 'evil.example' })).statusCode).toBe(403)
      expect((await ask('127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' })).statusCode).toBe(
        403,
      )
    },
  )

  it('of this computer is lifted where the configuration publishes the page', async () => {
    const { app } = await start({ config: { publicPages: { docs: true, metrics: true } } })
    for (const url of ['/metrics', '/api/openapi.json']) {
      const answer = await app.inject({ url, remoteAddress: '192.0.2.7' })
      expect(answer.statusCode).toBe(200)
    }
  })
})

describe('an input', () => {
  it('is params, query and body in one object, with defaults', async () => {
    const inputs: unknown[] = []
    const { app } = await start({
      handlers: {
        runs: (input) => {
          inputs.push(input)
          return Promise.resolve({ runs: [] })
        },
        removeFactor: (input) => {
          inputs.push(input)
          return Promise.resolve({ done: true })
        },
      },
    })
    const set = 'set_AAAAAAAAAAAAAAAAAAAAAA'
    const factor = 'fac_AAAAAAAAAAAAAAAAAAAAAA'
    await app.inject({ url: `/api/v1/backup-sets/${set}/runs`, headers: bearer('good') })
    await app.inject({ url: `/api/v1/backup-sets/${set}/runs?limit=7&x=1`, headers: bearer('good') })
    const url = `/api/v1/factors/${factor}`
    await app.inject({
      method: 'DELETE',
      url,
      headers: bearer('good'),
      payload: { grantToken: 'g', extra: 1 },
    })
    expect(inputs).toEqual([
      { backupSetId: set, limit: 50 },
      { backupSetId: set, limit: 7 },
      { factorId: factor, grantToken: 'g' },
    ])
  })

  it('that is wrong in several parts names every path and no value', async () => {
    const { app } = await start()
    const answer = await app.inject({
      method: 'DELETE',
      url: '/api/v1/factors/fac_not-an-id',
      headers: bearer('good'),
      payload: { grantToken: { hunter2: 'hunter2' } },
    })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      code: 'INPUT_INVALID',
      details: { paths: ['factorId', 'grantToken'] },
    })
    expect(answer.body).not.toContain('hunter2')
    expect(answer.body).not.toContain('not-an-id')
  })

  it.each([
    ['broken JSON', 'application/json', '{"password":"hunter2"'],
    ['a poisoned prototype', 'application/json', '{"__proto__":{"a":"hunter2"}}'],
    ['another type', 'text/plain', 'hunter2'],
    ['a form', 'application/x-www-form-urlencoded', 'password=hunter2'],
    ['more than 1 MiB', 'application/json', JSON.stringify({ password: `hunter2${'x'.repeat(1_100_000)}` })],
    ['an empty body', 'application/json', ''],
    ['a list', 'application/json', '["hunter2"]'],
  ])('of %s is refused and not repeated', async (_name, type, body) => {
    const { app } = await start()
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/sign-in',
      headers: { 'content-type': type },
      body,
    })
    expect(answer.statusCode).toBe(400)
    expect(problemSchema.parse(answer.json())).toMatchObject({ code: 'INPUT_INVALID' })
    expect(answer.body).not.toContain('hunter2')
  })

  it('larger than 1 MiB is taken where the contract says so, and only from a caller that is known', async () => {
    const { app } = await start({
      handlers: { declareMetadata: ({ packs }) => Promise.resolve({ accepted: packs.length }) },
    })
    const payload = { packs: Array.from({ length: 20_000 }, () => 'a'.repeat(64)) }
    const url = '/api/v1/lease/metadata'
    const known = await app.inject({ method: 'POST', url, headers: basic('lea_1:s:1'), payload })
    expect(known.json()).toEqual({ accepted: 20_000 })
    expect((await app.inject({ method: 'POST', url, payload })).statusCode).toBe(401)
  })
})

describe('a failure', () => {
  it('with a name has the catalogue’s status, its details and Retry-After', async () => {
    const { app } = await start({
      handlers: {
        nonce: () =>
          Promise.reject(new AppError('RATE_LIMITED', 'Too many.', { details: { retryAfterSeconds: 12.2 } })),
      },
    })
    const answer = await app.inject({ method: 'POST', url: '/api/v1/nonces' })
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['retry-after']).toBe('13')
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(problemSchema.parse(answer.json())).toMatchObject({ code: 'RATE_LIMITED', message: 'Too many.' })
  })

  it('without a name tells the caller only the id under which the log has it', async () => {
    const { app, log } = await start({
      handlers: { nonce: () => Promise.reject(new Error('secret detail')) },
    })
    const answer = await app.inject({ method: 'POST', url: '/api/v1/nonces' })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('secret detail')
    const { code, errorId } = problemSchema.parse(answer.json())
    expect(code).toBe('UNEXPECTED')
    const line = log.lines.find(({ fields }) => 'err' in fields)
    expect(line).toMatchObject({ level: 'error', fields: { errorId } })
  })

  it('of the handler to keep the contract is unexpected and sends nothing of the reply', async () => {
    const { app } = await start({
      handlers: { nonce: () => Promise.resolve({ nonce: '', expiresAt: 'hunter2' }) },
    })
    const answer = await app.inject({ method: 'POST', url: '/api/v1/nonces' })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('hunter2')
  })

  it('leaves fields that the contract does not name inside the server', async () => {
    const reply = { nonce: 'n', expiresAt: '2026-01-01T00:00:00.000Z', passwordHash: 'hunter2' }
    const { app } = await start({ handlers: { nonce: () => Promise.resolve(reply) } })
    const answer = await app.inject({ method: 'POST', url: '/api/v1/nonces' })
    expect(answer.json()).toEqual({ nonce: 'n', expiresAt: '2026-01-01T00:00:00.000Z' })
  })

  it.each(['/nowhere/hunter2', '/api/v1/hunter2', '/api/v1/sessions/a/b/hunter2', '/%ff', '/api/v1/%'])(
    'to find %s is a problem that repeats nothing',
    async (url) => {
      const { app } = await start()
      const answer = await app.inject({ url })
      expect(answer.statusCode).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode).toBeLessThan(500)
      problemSchema.parse(answer.json())
      expect(answer.body).not.toContain('hunter2')
    },
  )

  it('to use the right method is 405 and names those that there are', async () => {
    const { app } = await start()
    const answer = await app.inject({ method: 'PUT', url: '/api/v1/sessions/ses_x' })
    expect(answer.statusCode).toBe(405)
    expect(answer.headers.allow).toBe('DELETE')
    expect((await app.inject({ method: 'PUT', url: '/api/v1/devices' })).headers.allow).toBe('GET, POST')
    problemSchema.parse(answer.json())
  })
})

describe('every answer', () => {
  it('forbids caching, guessing and framing', async () => {
    const { app } = await start()
    for (const url of ['/api/v1/server', '/nowhere', '/health/live']) {
      const { headers } = await app.inject({ url })
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      })
      expect(headers['strict-transport-security']).toBeUndefined()
    }
  })

  it('is one log line with the route’s pattern, without the address that was asked', async () => {
    const { app, log } = await start()
    await app.inject({
      method: 'DELETE',
      url: '/api/v1/sessions/hunter2?token=hunter3',
      headers: bearer('good'),
    })
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatchObject({
      fields: {
        method: 'DELETE',
        route: '/api/v1/sessions/:sessionId',
        status: 400,
        problem: 'INPUT_INVALID',
        user: fakeUser.id,
      },
    })
    expect(JSON.stringify(log.lines)).not.toMatch(/hunter|good/)
  })
})

describe('the origin of a request', () => {
  const seen = async (config: { trustedProxies: string[] }, from: string, forwarded: string) => {
    let address = ''
    const { app } = await start({
      config,
      handlers: {
        nonce: (_input, { origin }) => {
          address = origin.address
          return Promise.reject(new AppError('CONFLICT', ''))
        },
      },
    })
    const headers = { 'x-forwarded-for': forwarded }
    await app.inject({ method: 'POST', url: '/api/v1/nonces', remoteAddress: from, headers })
    return address
  }

  it('is the connection’s, whatever the request claims', async () => {
    expect(await seen({ trustedProxies: [] }, '192.0.2.1', '198.51.100.1')).toBe('192.0.2.1')
  })

  it('is what a trusted proxy names, and the last one that no trusted proxy stands for', async () => {
    const config = { trustedProxies: ['192.0.2.0/24'] }
    expect(await seen(config, '192.0.2.1', '203.0.113.9, 198.51.100.1')).toBe('198.51.100.1')
  })

  it('is the proxy itself when what it names is no address', async () => {
    expect(await seen({ trustedProxies: ['192.0.2.1'] }, '192.0.2.1', 'unknown')).toBe('192.0.2.1')
  })
})

describe('health', () => {
  it('is live whatever is broken, and ready only when every check passes', async () => {
    let isBroken = false
    const { app, log } = await start({
      parts: {
        readiness: {
          store: () => Promise.resolve(),
          objects: () => (isBroken ? Promise.reject(new Error('read-only')) : Promise.resolve()),
        },
      },
    })
    const ready = await app.inject('/health/ready')
    expect([ready.statusCode, ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { store: 'ok', objects: 'ok' } },
    ])
    isBroken = true
    const broken = await app.inject('/health/ready')
    expect([broken.statusCode, broken.json()]).toEqual([
      503,
      { status: 'not-ready', checks: { store: 'ok', objects: 'failed' } },
    ])
    expect(log.lines.some(({ message }) => message === 'The server is not ready.')).toBe(true)
    expect((await app.inject('/health/live')).json()).toEqual({ status: 'live' })
  })
})

describe('metrics', () => {
  it('count requests, problems and steps by the program’s own names', async () => {
    const { app } = await start()
    await app.inject({ method: 'POST', url: '/api/v1/sign-out' })
    await app.inject('/nowhere/hunter2')
    const { body } = await app.inject('/metrics')
    expect(body).toContain(
      'holdfast_requests_total{route="/api/v1/sign-out",method="POST",status="401",problem="SESSION_ENDED"} 1',
    )
    expect(body).toContain('route="(none)",method="GET",status="404"')
    expect(body).not.toContain('hunter2')
  })

  it('count messages by provider and what became of them, and open alerts', async () => {
    const { app, store } = await start()
    const message = { senderId: 'snd_1', provider: 'twilio', channel: 'sms', to: '+4915112345678' } as const
    for (const outcome of ['sent', 'sent', 'number-refused'] as const) {
      await countMessage(store.db, { ...message, outcome, price: null }, 1)
    }
    await recordAlert(store.db, { kind: 'sender-refused', about: 'snd_1', details: {} }, 1)
    const { body } = await app.inject('/metrics')
    expect(body).toContain('holdfast_messages_total{provider="twilio",channel="sms",outcome="sent"} 2')
    expect(body).toContain(
      'holdfast_messages_total{provider="twilio",channel="sms",outcome="number-refused"} 1',
    )
    expect(body).toContain('holdfast_open_alerts{kind="sender-refused"} 1')
  })
})
