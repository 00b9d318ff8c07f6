import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallOf, RouteName } from '../../shared/routes.ts'
import { deviceLease, makeAccount, makeSet, restoreLease, stepUp, type Account } from '../fixtures/account.ts'
import { makePeople, makeToken, type People } from '../fixtures/administration.ts'
import { callApi, codeOf, leaseAuthorization, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let people: People
let anna: Account

beforeAll(async () => {
  inside = await startInsideServer()
  people = await makePeople(inside)
  anna = await makeAccount(inside, 'anna', '+4915123456701')
}, 120_000)

afterAll(async () => {
  await inside.dispose()
})

async function call<N extends RouteName>(name: N, input: CallOf<N>, as: Authorization) {
  return await callApi(inside.address, name, input, as)
}
const isIn = async (as: Authorization) => (await codeOf(call('me', {}, as))) === 'done'

describe('signing everybody out', () => {
  it('takes an administrator in person with a grant for exactly that', async () => {
    const as = people.admin.session
    const before = inside.dump()
    expect(await codeOf(call('adminEndAllSessions', {}, as))).toBe('STEP_UP_REQUIRED')
    expect(inside.dump()['sessions']).toEqual(before['sessions'])
    inside.clock.advance(60_000)
    const grantToken = await stepUp(inside, as, { kind: 'change-settings' })
    expect(await codeOf(call('adminEndAllSessions', { grantToken }, as))).toBe('STEP_UP_REQUIRED')
    const token = await makeToken(inside)
    expect(await codeOf(call('adminEndAllSessions', {}, token.authorization))).toBe('NOT_ALLOWED')
    expect(await codeOf(call('adminEndAllSessions', {}, people['sub-admin'].session))).toBe('NOT_ALLOWED')
    expect(await isIn(anna.session)).toBe(true)
  })

  it('is nothing that a stolen session does from another network', async () => {
    const answer = await inside.app.inject({
      method: 'POST',
      url: '/api/v1/admin/end-all-sessions',
      headers: { authorization: people.admin.session ?? '' },
      remoteAddress: '203.0.113.7',
      payload: {},
    })
    expect(answer.json()).toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect(await isIn(anna.session)).toBe(true)
  })

  it('ends all but the session of who acts, the trust of all computers and what reads backups; backups and programs go on', async () => {
    const as = people.admin.session
    const set = await makeSet(inside, anna, { name: 'Documents', sources: ['/home'] })
    inside.clock.advance(60_000)
    const reading = await restoreLease(inside, anna, set.id)
    const token = await makeToken(inside, { scopes: ['read'] })
    const begun = await call(
      'signInStart',
      { loginName: 'anna', password: anna.password, client: clientOf('other-host') },
      null,
    )
    inside.clock.advance(60_000)
    const grantToken = await stepUp(inside, as, { kind: 'end-all-sessions' })
    const ended = await call('adminEndAllSessions', { grantToken }, as)
    expect(ended.sessionCount).toBeGreaterThanOrEqual(5)
    expect(await isIn(as)).toBe(true)
    for (const other of [anna, people['read-only-admin'], people['sub-admin']]) {
      expect(await isIn(other.session)).toBe(false)
    }
    const transaction = `Bearer ${begun.transactionToken}`
    expect(await codeOf(call('chooseAnother', {}, transaction))).toBe('SIGN_IN_ENDED')
    expect(await codeOf(call('heartbeat', { sequence: 1 }, leaseAuthorization(reading)))).toBe('LEASE_ENDED')
    expect(await codeOf(deviceLease(inside, anna, set.id))).toBe('done')
    expect(await codeOf(call('adminUsers', {}, token.authorization))).toBe('done')
    expect(await codeOf(call('adminEndAllSessions', { grantToken }, as))).toBe('STEP_UP_REQUIRED')
    expect(await inside.command('audit', 'search', '--action', 'sessions.all-ended')).toMatchObject({
      entries: [{ actor: `user:${people.admin.userId}`, outcome: 'ok', details: ended }],
    })
    const alerts = (await inside.command('alert', 'list')) as { alerts: { kind: string; details: object }[] }
    expect(alerts.alerts).toContainEqual(
      expect.objectContaining({ kind: 'all-sessions-ended', details: { by: 'the-admin' } }),
    )
  })
})

describe('holdfast-server user', () => {
  it('sessions tells where an account is signed in, and end-sessions signs it out and nobody else', async () => {
    const ben = await makeAccount(inside, 'ben', '+4915123456702')
    expect(await inside.command('user', 'sessions', 'ben')).toMatchObject({
      sessions: [{ hostName: 'test-host', scope: 'full' }],
    })
    await inside.command('user', 'end-sessions', 'ben')
    expect(await inside.command('user', 'sessions', 'ben')).toEqual({ sessions: [] })
    expect(await isIn(ben.session)).toBe(false)
    expect(await isIn(people.admin.session)).toBe(true)
  })

  it('end-sessions --all signs everybody out, the administrators too', async () => {
    const carla = await makeAccount(inside, 'carla', '+4915123456703')
    await inside.command('user', 'end-sessions', '--all')
    for (const as of [carla.session, people.admin.session]) expect(await isIn(as)).toBe(false)
    expect(await inside.command('audit', 'search', '--action', 'sessions.', '--limit', '1')).toMatchObject({
      entries: [{ actor: 'command:test', action: 'sessions.all-ended' }],
    })
  })

  it('end-sessions wants a name or --all, and not both', async () => {
    await expect(inside.command('user', 'end-sessions')).rejects.toThrow('INPUT_INVALID')
    await expect(inside.command('user', 'end-sessions', 'ben', '--all')).rejects.toThrow('INPUT_INVALID')
  })
})

function clientOf(hostName: string) {
  return { name: 'Holdfast tests', version: '0.0.0', platform: 'linux', hostName }
}
