import path from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../../server/sign-in/auth.fixture.ts'
import type { Lease } from '../../shared/model/lease.ts'
import { deviceLease, makeAccount, makeSet, type Account } from '../fixtures/account.ts'
import { bearer, callApi, leaseAuthorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

const client = { name: 'Tests', version: '1', platform: 'linux', hostName: 'here' }
const hourMs = 3_600_000
let inside: InsideServer

beforeAll(async () => {
  inside = await startInsideServer()
})

afterAll(async () => {
  await inside.dispose()
})

interface Busy {
  readonly account: Account
  readonly setId: Lease['backupSet']['id']
  readonly lease: Lease
}

/** Somebody in the middle of everything: signed in, enrolled, a backup running. */
async function busyAccount(loginName: string, phone: string): Promise<Busy> {
  const account = await makeAccount(inside, loginName, phone)
  const set = await makeSet(inside, account, { name: 'Documents', sources: ['/home'] })
  return { account, setId: set.id, lease: await deviceLease(inside, account, set.id) }
}

function write(statement: string, ...values: (string | number | null)[]): void {
  const database = new Database(path.join(inside.dataFolder, 'holdfast.db'))
  database.prepare(statement).run(...values)
  database.close()
}

function expireAt(loginName: string, atMs: number | null): void {
  write('update users set expires_at = ? where login_name = ?', atMs, loginName)
}

async function start({ loginName, password }: Pick<Account, 'loginName' | 'password'>) {
  const begun = await callApi(inside.address, 'signInStart', { loginName, password, client })
  return { step: begun.step, token: bearer(begun.transactionToken) }
}

/** Password, phone and passcode; what comes of it. */
async function signInFully(account: Account): Promise<string> {
  const { step, token } = await start(account)
  if (step.kind !== 'choose-method') return step.kind
  const { factorId } = step.options.find(({ method }) => method === 'sms') ?? step.options[0] ?? {}
  if (factorId === undefined) throw new Error('No phone was offered.')
  const chosen = await callApi(inside.address, 'chooseMethod', { factorId }, token)
  if (chosen.step.kind !== 'enter-code') throw new Error(chosen.step.kind)
  const code = await inside.passcode(chosen.step.challenge.prefix ?? '')
  const proof = callApi(inside.address, 'prove', { code }, token)
  return await codeOf(proof.then(({ step: last }) => expect(last.kind).toBe('signed-in')))
}

/** What each way in answers, in one line each. */
async function answersOf({ account, setId, lease }: Busy) {
  return {
    wrongPassword: await codeOf(start({ ...account, password: 'not the password' })),
    rightPassword: await codeOf(start(account)),
    session: await codeOf(callApi(inside.address, 'me', {}, account.session)),
    runningLease: await codeOf(callApi(inside.address, 'endLease', {}, leaseAuthorization(lease))),
    newLease: await codeOf(deviceLease(inside, account, setId)),
  }
}

const table = [
  {
    state: 'open',
    close: () => Promise.resolve(),
    answers: { rightPassword: 'done', session: 'done', runningLease: 'done', newLease: 'done' },
  },
  {
    state: 'suspended',
    close: (name: string) => inside.command('user', 'suspend', name),
    // Nobody who signs in is told: an account that is suspended may be in a thief's hands.
    answers: {
      rightPassword: 'SIGN_IN_FAILED',
      session: 'SESSION_ENDED',
      runningLease: 'LEASE_ENDED',
      newLease: 'ACCOUNT_SUSPENDED',
    },
  },
  {
    state: 'expired',
    close: (name: string) => Promise.resolve(expireAt(name, inside.clock.nowMs())),
    // The password leads to the challenge as it always does; only the second factor leads to the reason.
    answers: {
      rightPassword: 'done',
      session: 'SESSION_ENDED',
      runningLease: 'LEASE_ENDED',
      newLease: 'ACCOUNT_EXPIRED',
    },
  },
] as const

describe('an account that is', () => {
  it.each(table)('$state answers each way in as it should', async ({ state, close, answers }) => {
    const busy = await busyAccount(
      `user-${state}`,
      `+49151234567${10 + table.findIndex((row) => row.state === state)}`,
    )
    await close(busy.account.loginName)
    expect(await answersOf(busy)).toMatchObject({ wrongPassword: 'SIGN_IN_FAILED', ...answers })
  })

  it('expired is told so after the second factor, and asks for it as before', async () => {
    const { account } = await busyAccount('told', '+4915123456720')
    expireAt('told', inside.clock.nowMs())
    expect((await start(account)).step.kind).toBe('choose-method')
    expect(await signInFully(account)).toBe('ACCOUNT_EXPIRED')
  })

  it('expired with nothing registered is told so instead of registering anything', async () => {
    const made = (await inside.command('user', 'add', 'bare')) as { oneTimePassword: string }
    expireAt('bare', inside.clock.nowMs())
    expect(await codeOf(start({ loginName: 'bare', password: made.oneTimePassword }))).toBe('ACCOUNT_EXPIRED')
  })

  it('about to expire ends in the middle of everything, at that moment', async () => {
    const busy = await busyAccount('timed', '+4915123456721')
    expireAt('timed', inside.clock.nowMs() + 20_000)
    const before = await start(busy.account)
    expect(await codeOf(callApi(inside.address, 'me', {}, busy.account.session))).toBe('done')
    inside.clock.advance(20_000)
    expect(await codeOf(callApi(inside.address, 'me', {}, busy.account.session))).toBe('SESSION_ENDED')
    const end = callApi(inside.address, 'endLease', {}, leaseAuthorization(busy.lease))
    expect(await codeOf(end)).toBe('LEASE_ENDED')
    expect(before.step.kind).toBe('choose-method')
    expect(await signInFully(busy.account)).toBe('ACCOUNT_EXPIRED')
  })

  it('expired is shown to administrators and opened by another end', async () => {
    const { account, setId } = await busyAccount('renewed', '+4915123456722')
    expireAt('renewed', inside.clock.nowMs())
    const shown = async () =>
      (await inside.command('user', 'show', 'renewed')) as { user: { isExpired: boolean; status: string } }
    expect((await shown()).user).toMatchObject({ isExpired: true, status: 'enabled' })
    expireAt('renewed', inside.clock.nowMs() + hourMs)
    expect((await shown()).user.isExpired).toBe(false)
    expect(await signInFully(account)).toBe('done')
    expect(await codeOf(deviceLease(inside, account, setId))).toBe('done')
  })

  it('paused by wrong passwords looks like a wrong password, and backs up all the same', async () => {
    const { account, setId } = await busyAccount('paused', '+4915123456723')
    for (let count = 0; count < 10; count++) {
      expect(await codeOf(start({ ...account, password: 'not the password' }))).toBe('SIGN_IN_FAILED')
    }
    expect(await codeOf(start(account))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(deviceLease(inside, account, setId))).toBe('done')
    await inside.command('user', 'unlock', 'paused')
    expect((await start(account)).step.kind).toBe('choose-method')
  })
})
