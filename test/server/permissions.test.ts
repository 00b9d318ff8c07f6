import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RoutePermission } from '../../server/http/permission.ts'
import { problemSchema } from '../../shared/errors.ts'
import { deviceLease, makeAccount, makeSet, type Account } from '../fixtures/account.ts'
import { bearer, callApi, leaseAuthorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let account: Account
/** Credentials that worked, one of each kind. */
const good: Record<'session' | 'transaction' | 'lease', string> = { session: '', transaction: '', lease: '' }

beforeAll(async () => {
  inside = await startInsideServer({ publicAddress: 'http://localhost:8443' })
  account = await makeAccount(inside, 'anna', '+4915123456789')
  const set = await makeSet(inside, account, { name: 'Documents', sources: ['/home'] })
  const client = { name: 'Test', version: '1', platform: 'linux', hostName: 'here' }
  const started = await callApi(inside.address, 'signInStart', {
    loginName: 'anna',
    password: account.password,
    client,
  })
  good.session = account.session ?? ''
  good.transaction = bearer(started.transactionToken) ?? ''
  good.lease = leaseAuthorization(await deviceLease(inside, account, set.id)) ?? ''
})

afterAll(async () => {
  await inside.dispose()
})

/** What a caller without the right credential is told, by what the route asks for. */
const refusalOf = {
  session: [401, 'SESSION_ENDED'],
  fresh: [401, 'SESSION_ENDED'],
  transaction: [410, 'SIGN_IN_ENDED'],
  lease: [401, 'LEASE_ENDED'],
  storage: [401, 'LEASE_ENDED'],
  'admin-read-users': [401, 'SESSION_ENDED'],
  'admin-change-users': [401, 'SESSION_ENDED'],
  'admin-read-server': [401, 'SESSION_ENDED'],
  'admin-change-server': [401, 'SESSION_ENDED'],
} as const satisfies Partial<Record<RoutePermission, readonly [number, string]>>

interface WalkedRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  readonly url: string
  readonly permission: RoutePermission
}

function allRoutes(): WalkedRoute[] {
  return inside.app.allRoutes.flatMap((route) =>
    [route.method].flat().map((method) => {
      const permission = route.config?.permission
      if (permission === undefined) throw new Error(`${String(method)} ${route.url} states no permission.`)
      return { method: method as WalkedRoute['method'], url: route.url, permission }
    }),
  )
}

async function ask({ method, url }: WalkedRoute, authorization: string | undefined) {
  const path = url.replace(/:\w+/g, 'x').replace('*', 'x')
  return await inside.app.inject({
    method,
    url: path,
    remoteAddress: '192.0.2.7',
    headers: authorization === undefined ? {} : { authorization },
  })
}

function guardedRoutes(): (WalkedRoute & { refusal: readonly [number, string] })[] {
  return allRoutes().flatMap((route) => {
    const { permission } = route
    return permission === 'public' || permission === 'loopback'
      ? []
      : [{ ...route, refusal: refusalOf[permission] }]
  })
}

function isLease(permission: RoutePermission): boolean {
  return permission === 'lease' || permission === 'storage'
}

/** How every guarded route answers, and how each should, in one list each. */
async function answersTo(
  authorization: (permission: RoutePermission) => string | undefined,
): Promise<{ answers: string[]; refusals: string[] }> {
  const answers: string[] = []
  const refusals: string[] = []
  for (const route of guardedRoutes()) {
    const answer = await ask(route, authorization(route.permission))
    const [status, code] = route.refusal
    const said = route.method === 'HEAD' ? code : problemSchema.parse(answer.json()).code
    answers.push(`${route.method} ${route.url} ${answer.statusCode} ${said}`)
    refusals.push(`${route.method} ${route.url} ${status} ${code}`)
  }
  return { answers, refusals }
}

describe('every route of the running server', () => {
  it('states a permission and a schema: the contract, storage, health, metrics and documentation', () => {
    for (const route of inside.app.allRoutes) expect(route.schema, route.url).toBeTypeOf('object')
    expect(
      [...new Set(allRoutes().map(({ permission }) => permission))].sort((a, b) => a.localeCompare(b)),
    ).toEqual([
      'admin-change-server',
      'admin-change-users',
      'admin-read-server',
      'admin-read-users',
      'fresh',
      'lease',
      'loopback',
      'public',
      'session',
      'storage',
      'transaction',
    ])
  })

  it('that is public is one of those that are meant to be', () => {
    const open = allRoutes().filter(({ permission }) => permission === 'public')
    expect(open.map(({ method, url }) => `${method} ${url}`).sort((a, b) => a.localeCompare(b))).toEqual([
      'GET /api/v1/server',
      // The authenticator's page for telephones; what it calls is signed with a phone's key.
      'GET /authenticator',
      'GET /authenticator/icon.svg',
      'GET /authenticator/manifest.webmanifest',
      'GET /authenticator/worker.js',
      'GET /health/live',
      'GET /health/ready',
      // The page for passkeys; what it calls has the secret that it was opened with.
      'GET /passkey',
      // The page that stops a recovery, with a token that can do nothing else.
      'GET /recovery/cancel/:cancelToken',
      'POST /api/v1/authenticator/answer',
      'POST /api/v1/authenticator/pair',
      'POST /api/v1/authenticator/requests',
      'POST /api/v1/authenticator/subscribe',
      'POST /api/v1/authenticator/unpair',
      'POST /api/v1/device/runs',
      'POST /api/v1/device/sets',
      'POST /api/v1/leases/device',
      'POST /api/v1/nonces',
      'POST /api/v1/passkey/answer',
      'POST /api/v1/passkey/decline',
      'POST /api/v1/passkey/open',
      'POST /api/v1/passkey/options',
      'POST /api/v1/password/forgot',
      'POST /api/v1/password/reset',
      'POST /api/v1/recoveries/cancel',
      'POST /api/v1/sign-in',
      'POST /api/v1/trials/ask',
      'POST /api/v1/trials/register',
      'POST /recovery/cancel/:cancelToken',
    ])
  })

  it('that is for this computer refuses a caller from elsewhere', async () => {
    const local = allRoutes().filter(({ permission }) => permission === 'loopback')
    expect(local.length).toBeGreaterThan(3)
    for (const route of local) expect((await ask(route, good.session)).statusCode, route.url).toBe(403)
  })

  it('refuses a caller without a credential', async () => {
    const { answers, refusals } = await answersTo(() => undefined)
    expect(answers).toEqual(refusals)
    expect(answers.length).toBeGreaterThan(30)
  })

  it('refuses a credential that nobody has', async () => {
    const nobody = leaseAuthorization({ id: 'lea_AAAAAAAAAAAAAAAAAAAAAA', secret: 'x'.repeat(43) }) ?? ''
    const { answers, refusals } = await answersTo((permission) =>
      isLease(permission) ? nobody : `Bearer ${'x'.repeat(43)}`,
    )
    expect(answers).toEqual(refusals)
  })

  it('refuses a good credential of another kind', async () => {
    const first = await answersTo((permission) =>
      permission === 'transaction' || isLease(permission) ? good.session : good.transaction,
    )
    expect(first.answers).toEqual(first.refusals)
    const second = await answersTo((permission) => (isLease(permission) ? good.transaction : good.lease))
    expect(second.answers).toEqual(second.refusals)
  })

  it('refuses a lease whose secret is right and whose id is another’s, and the other way round', async () => {
    const [id = '', secret = ''] = Buffer.from(good.lease.replace('Basic ', ''), 'base64')
      .toString()
      .split(':')
    for (const lease of [
      { id, secret: `${secret}x` },
      { id: 'lea_AAAAAAAAAAAAAAAAAAAAAA', secret },
    ]) {
      const answer = await inside.app.inject({
        method: 'POST',
        url: '/api/v1/lease/end',
        headers: { authorization: leaseAuthorization(lease) ?? '' },
        payload: {},
      })
      expect(answer.statusCode).toBe(401)
    }
  })

  it('that changes settings refuses a session whose second factor is old, and says what renews it', async () => {
    inside.clock.advance(11 * 60_000)
    for (const route of allRoutes().filter(({ permission }) => permission === 'fresh')) {
      const answer = await ask(route, good.session)
      expect(answer.statusCode, route.url).toBe(403)
      expect(answer.json()).toMatchObject({
        code: 'STEP_UP_REQUIRED',
        details: { operation: 'change-settings' },
      })
    }
  })

  it('refuses every credential after its end', async () => {
    inside.clock.advance(24 * 3_600_000)
    const { answers, refusals } = await answersTo((permission) => {
      if (permission === 'transaction') return good.transaction
      return isLease(permission) ? good.lease : good.session
    })
    expect(answers).toEqual(refusals)
  })
})
