import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiPrefix } from '../../shared/routes.ts'
import { makeAccount } from '../fixtures/account.ts'
import { behindProxy, sentBy } from '../fixtures/attacker.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer

beforeAll(async () => {
  inside = await startInsideServer(behindProxy)
  await makeAccount(inside, 'known', '+4915123456711')
  await makeAccount(inside, 'suspended', '+4915123456712')
  await inside.command('user', 'suspend', 'suspended')
  await inside.command('user', 'add', 'never-signed-in')
})

afterAll(async () => {
  await inside.dispose()
})

let address = 0

/** All that somebody outside sees of an answer, and all that it left in the database, as counts of rows. */
async function traceOf(path: string, body: object): Promise<unknown> {
  const rows = () =>
    Object.fromEntries(Object.entries(inside.dump()).map(([name, all]) => [name, all.length]))
  const before = rows()
  const sentBefore = (await sentBy(inside)).length
  address += 1
  const answer = await fetch(`${inside.address}${apiPrefix}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${address}` },
    body: JSON.stringify(body),
  })
  const text = (await answer.text()).replace(/"errorId":"[^"]+"/, '"errorId":"…"')
  const headers = [...answer.headers].filter(([name]) => name !== 'date')
  const after = rows()
  const grown = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return {
    status: answer.status,
    text,
    headers,
    grown: grown.filter(([, count]) => count !== 0),
    sent: (await sentBy(inside)).length - sentBefore,
  }
}

const client = { name: 'Holdfast', version: '1', platform: 'linux', hostName: 'pc' }

describe('from outside, whether there is an account', () => {
  it('cannot be told by a wrong password: words, headers, rows and messages are the same', async () => {
    const tries = ['nobody', 'known', 'suspended', 'never-signed-in', 'admin']
    const traces: unknown[] = []
    for (const loginName of tries) {
      traces.push(await traceOf('/sign-in', { loginName, password: 'a wrong password', client }))
    }
    expect(traces[0]).toMatchObject({ status: 401, sent: 0 })
    expect(traces.slice(1)).toEqual(tries.slice(1).map(() => traces[0]))
  })

  it('cannot be told by asking for a new password', async () => {
    // The first ever makes the count of the whole server.
    await traceOf('/password/forgot', { account: 'somebody-before' })
    const traces: unknown[] = []
    for (const account of ['nobody', 'known', 'suspended', 'nobody@example.org']) {
      traces.push(await traceOf('/password/forgot', { account }))
    }
    expect(traces[0]).toMatchObject({ status: 200, sent: 0 })
    expect(traces.slice(1)).toEqual(traces.slice(1).map(() => traces[0]))
  })
})
