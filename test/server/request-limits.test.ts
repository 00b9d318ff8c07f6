import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { apiPrefix } from '../../shared/routes.ts'
import { deviceLease, makeAccount, makeSet, type Account } from '../fixtures/account.ts'
import { makeToken } from '../fixtures/administration.ts'
import { callApi, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let anna: Account

beforeAll(async () => {
  inside = await startInsideServer()
  await inside.command('group', 'set-policy', 'Default', '--set', 'limits.requestsPerMinute=60')
  anna = await makeAccount(inside, 'anna', '+4915123456789')
})

afterAll(async () => {
  await inside.dispose()
})

async function exhaust(path: string, authorization: Authorization): Promise<Response> {
  for (let sent = 0; sent < 200; sent += 1) {
    const headers = authorization === null ? {} : { authorization }
    const answer = await fetch(`${inside.address}${apiPrefix}${path}`, { headers })
    if (answer.status !== 200) return answer
    await answer.arrayBuffer()
  }
  throw new Error('nothing was refused')
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

describe('who sends requests without end', () => {
  it('in a session is told when to come back, and holds up nobody else, not even the own computer', async () => {
    const ben = await makeAccount(inside, 'ben', '+4915123456780')
    const set = await makeSet(inside, ben, { name: 'Documents', sources: ['/home'] })
    const answer = await exhaust('/me', ben.session)
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('3')
    expect(await answer.json()).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 3 } })
    expect(await codeOf(callApi(inside.address, 'me', {}, anna.session))).toBe('done')
    expect(await codeOf(deviceLease(inside, ben, set.id))).toBe('done')
    inside.clock.advance(3000)
    expect(await codeOf(callApi(inside.address, 'me', {}, ben.session))).toBe('done')
  })

  it('with a computer’s key is refused; with the computer’s id alone nobody uses its share up', async () => {
    const set = await makeSet(inside, anna, { name: 'Documents', sources: ['/home'] })
    const { nonce } = await callApi(inside.address, 'nonce', {})
    const forged = { deviceId: anna.deviceId, nonce, signature: 'A'.repeat(86) }
    for (let sent = 0; sent < 100; sent += 1) {
      expect(await codeOf(callApi(inside.address, 'deviceSets', forged))).toBe('DEVICE_UNKNOWN')
    }
    const codes: string[] = []
    for (let sent = 0; sent < 70; sent += 1) codes.push(await codeOf(deviceLease(inside, anna, set.id)))
    expect(new Set(codes.slice(0, 57))).toEqual(new Set(['done']))
    expect(codes.at(-1)).toBe('RATE_LIMITED')
  })

  it('with an API token is refused, and the log says which one', async () => {
    await inside.command('user', 'add', 'program', '--role', 'read-only-api')
    const token = await makeToken(inside, { user: 'program', scopes: ['read'] })
    const answer = await exhaust('/admin/overview', token.authorization)
    expect(answer.status).toBe(429)
    const found = await inside.command(
      'audit',
      'search',
      '--action',
      'requests.limited',
      '--target',
      token.id,
    )
    expect(found).toMatchObject({ entries: [{ actor: `token:${token.id}`, outcome: 'refused' }] })
  })
})
