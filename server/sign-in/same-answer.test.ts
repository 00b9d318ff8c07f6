import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueOneTimePassword, suspendUser, unlockUser } from '../accounts/users.ts'
import { codeOf, elsewhere, openTestAuth, problemOf, type TestAuth } from './auth.fixture.ts'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

/** What an attempt cost and left behind, as far as anybody but an administrator could notice. */
async function traceOf(attempt: () => Promise<unknown>): Promise<unknown> {
  const count = async () => ({
    hashes: auth.hashCount(),
    audit: (await auth.store.db.selectFrom('audit').select('sequence').execute()).length,
    transactions: (await auth.store.db.selectFrom('transactions').select('id').execute()).length,
    messages: auth.messages.length,
  })
  const before = await count()
  const problem = await problemOf(attempt())
  const after = await count()
  return {
    code: problem?.code,
    message: problem?.message,
    details: problem?.details,
    hashes: after.hashes - before.hashes,
    audit: after.audit - before.audit,
    transactions: after.transactions - before.transactions,
    messages: after.messages - before.messages,
  }
}

async function lock(loginName: string): Promise<void> {
  for (let count = 0; count < 10; count += 1) {
    await codeOf(auth.signIn(loginName, { password: 'wrong', from: elsewhere }))
  }
}

describe('the answer to a password', () => {
  it('is the same for an unknown name, a wrong password, a paused, a suspended and an ended account', async () => {
    const users = ['known', 'paused', 'suspended', 'ended'].map((name) => auth.newUser(name))
    const [, , suspended, ended] = await Promise.all(users)
    if (suspended === undefined || ended === undefined) throw new Error('no users')
    await lock('paused')
    await lock('paused-stranger')
    await suspendUser(auth.deps, suspended.userId, 'test')
    const once = await issueOneTimePassword(auth.deps, ended.userId, 'test')
    auth.clock.advance(0)
    const expected = {
      code: 'SIGN_IN_FAILED',
      message: 'Login name or password is wrong.',
      details: undefined,
      hashes: 1,
      audit: 1,
      transactions: 0,
      messages: 0,
    }
    expect(await traceOf(() => auth.signIn('nobody'))).toEqual(expected)
    expect(await traceOf(() => auth.signIn('known', { password: 'wrong' }))).toEqual(expected)
    expect(await traceOf(() => auth.signIn('paused'))).toEqual(expected)
    expect(await traceOf(() => auth.signIn('paused-stranger'))).toEqual(expected)
    expect(await traceOf(() => auth.signIn('suspended'))).toEqual(expected)
    auth.clock.advance(73 * 3_600_000)
    const late = { password: once.oneTimePassword }
    expect(await traceOf(() => auth.signIn('ended', late))).toEqual(expected)
  })

  it('is the same whatever is registered, and sends nothing: by text, call, mail, app, or nothing', async () => {
    await auth.setPolicy({ methods: ['sms', 'voice', 'email', 'totp'] })
    await auth.newUser('bare')
    await (await auth.newUser('phone')).addPhone('+4915112345678')
    await (await auth.newUser('mail')).addEmail('mail@example.org')
    await (await auth.newUser('unproven')).addEmail('unproven@example.org', 'E-mail', 0)
    await (await auth.newUser('app')).addTotp()
    const traces = async () => {
      const found: unknown[] = []
      for (const name of ['nobody', 'bare', 'phone', 'mail', 'unproven', 'app']) {
        found.push(await traceOf(() => auth.signIn(name, { password: 'wrong' })))
      }
      return found
    }
    const [expected, ...others] = await traces()
    expect(expected).toMatchObject({ code: 'SIGN_IN_FAILED', messages: 0, transactions: 0 })
    for (const each of others) expect(each).toEqual(expected)
    // Nor does it tell which channels work, or whose.
    for (const channel of ['sms', 'voice', 'email'] as const) auth.sending.failing.add(channel)
    for (const each of await traces()) expect(each).toEqual(expected)
    auth.sending.channels.clear()
    for (const each of await traces()) expect(each).toEqual(expected)
  })

  it('pauses a name that nobody has as it pauses one that somebody has', async () => {
    await auth.newUser('known')
    for (const name of ['known', 'nobody']) {
      const entries: unknown[] = []
      for (let count = 1; count <= 11; count += 1) {
        entries.push(await traceOf(() => auth.signIn(name, { password: 'wrong' })))
      }
      const audits = entries.map((each) => (each as { audit: number }).audit)
      // The tenth failure also records the pause; the eleventh is no longer counted.
      expect([name, audits]).toEqual([name, [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1]])
    }
  })

  it('costs one hash also when it is right', async () => {
    const user = await auth.newUser('known')
    await user.addTotp()
    const before = auth.hashCount()
    await auth.signIn('known')
    expect(auth.hashCount() - before).toBe(1)
  })

  it('never stores a name that nobody has, which may be a password in the wrong field', async () => {
    await codeOf(auth.signIn('my secret passphrase'))
    const { db } = auth.store
    const rows = [
      await db.selectFrom('audit').selectAll().execute(),
      await db.selectFrom('throttles').selectAll().execute(),
    ]
    expect(JSON.stringify(rows)).not.toContain('my secret')
  })
})

describe('a pause after wrong passwords', () => {
  it('refuses the right password until it ends, and doubles up to an hour', async () => {
    await auth.newUser('demo.user').then((user) => user.addTotp())
    for (const minutes of [15, 30, 60, 60]) {
      await lock('demo.user')
      auth.clock.advance(minutes * 60_000 - 1)
      expect([minutes, await codeOf(auth.signIn('demo.user'))]).toEqual([minutes, 'SIGN_IN_FAILED'])
      auth.clock.advance(1)
    }
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })

  it('ends by an administrator only after a hundred in a row', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    for (let locks = 0; locks < 10; locks += 1) {
      await lock('demo.user')
      auth.clock.advance(3_600_000)
    }
    auth.clock.advance(365 * 86_400_000)
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
    await unlockUser(auth.deps, user.userId, 'test')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })

  it('does not touch the owner’s own computer', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    const device = await user.addDevice()
    await lock('demo.user')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(auth.signIn('demo.user', { device }))).toBe('done')
  })

  it('is not avoided with a computer that belongs to somebody else', async () => {
    await auth.newUser('victim').then((user) => user.addTotp())
    const thief = await auth.newUser('thief')
    const device = await thief.addDevice()
    await lock('victim')
    expect(await codeOf(auth.signIn('victim', { device }))).toBe('SIGN_IN_FAILED')
  })

  it('holds for guesses that run side by side: no more than ten are ever answered', async () => {
    await auth.newUser('demo.user').then((user) => user.addTotp())
    const guesses = Array.from({ length: 29 }, () => auth.signIn('demo.user', { password: 'wrong' }))
    const late = auth.signIn('demo.user')
    const codes = await Promise.all([...guesses, late].map(codeOf))
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_FAILED']))
    const row = await auth.store.db
      .selectFrom('throttles')
      .select('count')
      .where('key', 'like', 'password:%')
      .executeTakeFirst()
    expect(row?.count).toBe(10)
  })
})

it('attempts from one network are limited before anything is hashed', async () => {
  await auth.setPolicy({ limits: { signInsPerNetworkPerMinute: 5 } })
  for (let count = 0; count < 5; count += 1) await codeOf(auth.signIn('nobody'))
  const before = auth.hashCount()
  const problem = await problemOf(auth.signIn('nobody'))
  expect([problem?.code, problem?.details]).toEqual(['RATE_LIMITED', { retryAfterSeconds: 60 }])
  expect(auth.hashCount()).toBe(before)
  expect(await codeOf(auth.signIn('nobody', { from: elsewhere }))).toBe('SIGN_IN_FAILED')
  auth.clock.advance(60_000)
  expect(await codeOf(auth.signIn('nobody'))).toBe('SIGN_IN_FAILED')
})
