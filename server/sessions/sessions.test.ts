import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SessionId } from '../../shared/model/ids.ts'
import { codeOf, openTestAuth, origin, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { removeOldSignIns } from '../sign-in/remove-old.ts'
import { authenticateSession } from './sessions.ts'

const minuteMs = 60_000

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth({ secondFactor: 'offered' })
})
afterEach(() => auth.store.close())

async function signedIn(loginName = 'demo.user') {
  const user = await auth.newUser(loginName)
  const end = stepOf(await (await auth.signIn(loginName)).skip(), 'signed-in')
  return { ...user, token: end.sessionToken, ...auth.inSession(end.sessionToken) }
}

describe('a session', () => {
  it('ends after half an hour without a request, and not while there are some', async () => {
    const session = await signedIn()
    for (let count = 0; count < 4; count += 1) {
      auth.clock.advance(29 * minuteMs)
      expect(await codeOf(session.me())).toBe('done')
    }
    auth.clock.advance(30 * minuteMs)
    expect(await codeOf(session.me())).toBe('SESSION_ENDED')
  })

  it('ends after twelve hours however busy it is', async () => {
    const session = await signedIn()
    for (let count = 0; count < 35; count += 1) {
      auth.clock.advance(20 * minuteMs)
      await session.me()
    }
    auth.clock.advance(20 * minuteMs)
    expect(await codeOf(session.me())).toBe('SESSION_ENDED')
  })

  it('is not made longer by a clock that is set back', async () => {
    const session = await signedIn()
    auth.clock.advance(-24 * 60 * minuteMs)
    expect(await codeOf(session.me())).toBe('SESSION_ENDED')
  })

  it('is found by its token and not by what is stored of it', async () => {
    const session = await signedIn()
    const [row] = await auth.store.db.selectFrom('sessions').selectAll().execute()
    expect(await codeOf(authenticateSession(auth.deps, row?.tokenHash ?? '', origin))).toBe('SESSION_ENDED')
    expect(await codeOf(authenticateSession(auth.deps, row?.id ?? '', origin))).toBe('SESSION_ENDED')
    expect(await codeOf(authenticateSession(auth.deps, session.token, origin))).toBe('done')
  })

  it('writes its last use at most every half minute', async () => {
    const session = await signedIn()
    const lastUse = async () =>
      (await auth.store.db.selectFrom('sessions').select('lastUsedAt').executeTakeFirst())?.lastUsedAt
    const first = await lastUse()
    auth.clock.advance(29_000)
    await session.me()
    expect(await lastUse()).toBe(first)
    auth.clock.advance(1000)
    await session.me()
    expect(await lastUse()).toBe(auth.clock.nowMs())
  })

  it('is over after signing out, and only that one', async () => {
    const session = await signedIn()
    const other = await signedIn('other')
    await auth.handlers.signOut({}, await session.call())
    expect(await codeOf(session.me())).toBe('SESSION_ENDED')
    expect(await codeOf(other.me())).toBe('done')
  })

  it('shows its user’s open sessions, and can end them, but nobody else’s', async () => {
    const session = await signedIn()
    const second = stepOf(await (await auth.signIn('demo.user')).skip(), 'signed-in')
    const stranger = await signedIn('stranger')
    const { sessions } = await auth.handlers.sessions({}, await session.call())
    expect(sessions).toHaveLength(2)
    const other = sessions.find((each) => !each.isCurrent)
    const sessionId = other?.id ?? ('' as SessionId)
    const end = async (by: typeof session) => await auth.handlers.endSession({ sessionId }, await by.call())
    expect(await codeOf(end(stranger))).toBe('NOT_FOUND')
    expect(await codeOf(auth.inSession(second.sessionToken).me())).toBe('done')
    expect(await codeOf(end(session))).toBe('done')
    expect(await codeOf(auth.inSession(second.sessionToken).me())).toBe('SESSION_ENDED')
    expect(await codeOf(end(session))).toBe('NOT_FOUND')
  })

  it('cannot sign the owner out from a stolen computer: ending another one needs a young second factor', async () => {
    const thief = await signedIn()
    auth.clock.advance(20 * minuteMs)
    const owner = stepOf(await (await auth.signIn('demo.user')).skip(), 'signed-in')
    const { sessions } = await auth.handlers.sessions({}, await thief.call())
    const idOf = (isCurrent: boolean): SessionId =>
      sessions.find((each) => each.isCurrent === isCurrent)?.id ?? ('' as SessionId)
    const end = async (sessionId: SessionId) => auth.handlers.endSession({ sessionId }, await thief.call())
    expect(await codeOf(end(idOf(false)))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(auth.inSession(owner.sessionToken).me())).toBe('done')
    expect(await codeOf(end(idOf(true)))).toBe('done')
  })

  it('tells who is signed in, what policy says, and how signing in went last', async () => {
    const session = await signedIn()
    expect(await session.me()).toMatchObject({
      loginName: 'demo.user',
      kind: 'backup',
      secondFactor: 'offered',
      methods: ['sms', 'totp', 'backup-code'],
      lastSignIn: { address: origin.address, clientName: 'holdfast', method: 'password' },
      session: { clientName: 'holdfast', hostName: 'pc-1', isCurrent: true },
    })
  })
})

it('what is long over is removed, what is open stays', async () => {
  const session = await signedIn()
  const started = await auth.signIn('demo.user')
  await removeOldSignIns(auth.deps)
  expect(await codeOf(session.me())).toBe('done')
  expect(await codeOf(started.skip())).toBe('done')
  auth.clock.advance(60 * 24 * 60 * minuteMs)
  await removeOldSignIns(auth.deps)
  for (const table of ['sessions', 'transactions', 'throttles'] as const) {
    expect([table, await auth.store.db.selectFrom(table).selectAll().execute()]).toEqual([table, []])
  }
})
