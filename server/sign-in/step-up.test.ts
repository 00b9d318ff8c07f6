import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import type { Operation } from '../../shared/model/sign-in.ts'
import { appendAudit, listAudit } from '../audit/audit.ts'
import { consumeGrant } from '../sessions/grants.ts'
import { requireFresh } from '../sessions/sessions.ts'
import { codeOf, openTestAuth, password, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'
import { untilUnlocked } from './throttles.ts'

const phone = '+4915112345678'
const setA = 'set_AAAAAAAAAAAAAAAAAAAAAA' as never
const setB = 'set_BBBBBBBBBBBBBBBBBBBBBB' as never

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

async function signedIn(loginName = 'demo.user') {
  const user = await auth.newUser(loginName)
  const totp = await user.addTotp()
  const started = await auth.signIn(loginName)
  await started.choose(totp.id)
  const end = stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
  auth.clock.advance(30_000)
  return { ...user, totp, ...auth.inSession(end.sessionToken) }
}

async function grantFor(session: Awaited<ReturnType<typeof signedIn>>, operation: Operation) {
  const stepUp = await session.stepUp(operation)
  await stepUp.choose(session.totp.id)
  const granted = stepOf(await stepUp.prove(auth.totp(session.totp.secret)), 'granted')
  auth.clock.advance(30_000)
  return granted
}

const use = async (
  session: Awaited<ReturnType<typeof signedIn>>,
  token: string,
  operation: Operation,
): Promise<unknown> => {
  const { caller } = await session.call()
  return await auth.store.transact([], (tx) => consumeGrant(tx, auth.deps, caller, token, operation))
}

describe('a grant', () => {
  it('works once, in the session that it was given to, for exactly its operation', async () => {
    const session = await signedIn()
    const other = await signedIn('other')
    const { grantToken, operation } = await grantFor(session, { kind: 'restore', backupSetId: setA })
    expect(operation).toEqual({ kind: 'restore', backupSetId: setA })
    const wrongSet = await problemOf(use(session, grantToken, { kind: 'restore', backupSetId: setB }))
    expect([wrongSet?.code, wrongSet?.details]).toEqual(['STEP_UP_REQUIRED', { operation: 'restore' }])
    const wrongKind = use(session, grantToken, { kind: 'delete-set', backupSetId: setA })
    expect(await codeOf(wrongKind)).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(use(other, grantToken, { kind: 'restore', backupSetId: setA }))).toBe(
      'STEP_UP_REQUIRED',
    )
    expect(await codeOf(use(session, grantToken, { kind: 'restore', backupSetId: setA }))).toBe('done')
    expect(await codeOf(use(session, grantToken, { kind: 'restore', backupSetId: setA }))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('does not pass from one session of a user to another', async () => {
    const session = await signedIn()
    const started = await auth.signIn('demo.user')
    await started.choose(session.totp.id)
    const end = stepOf(await started.prove(auth.totp(session.totp.secret)), 'signed-in')
    auth.clock.advance(30_000)
    const { grantToken } = await grantFor(session, { kind: 'export-key' })
    const { caller, origin } = await auth.inSession(end.sessionToken).call()
    expect(await codeOf(auth.handlers.consumeExportGrant({ grantToken }, { caller, origin }))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('ends after ten minutes', async () => {
    const session = await signedIn()
    const { grantToken } = await grantFor(session, { kind: 'export-key' })
    auth.clock.advance(10 * 60_000)
    expect(await codeOf(use(session, grantToken, { kind: 'export-key' }))).toBe('STEP_UP_REQUIRED')
  })

  it('is unused when what it permits fails', async () => {
    const session = await signedIn()
    const { grantToken } = await grantFor(session, { kind: 'export-key' })
    const { caller } = await session.call()
    const work = auth.store.transact([], async (tx) => {
      await consumeGrant(tx, auth.deps, caller, grantToken, { kind: 'export-key' })
      throw new Error('disk full')
    })
    await expect(work).rejects.toThrow('disk full')
    expect(await codeOf(use(session, grantToken, { kind: 'export-key' }))).toBe('done')
  })

  it('is used by one of twenty requests that race', async () => {
    const session = await signedIn()
    const { grantToken } = await grantFor(session, { kind: 'export-key' })
    const codes = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(use(session, grantToken, { kind: 'export-key' }))),
    )
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
  })

  it('that is refused leaves an audit entry, although the request changed nothing', async () => {
    const session = await signedIn()
    await codeOf(use(session, 'made-up', { kind: 'restore', backupSetId: setA }))
    await expect
      .poll(async () => (await listAudit(auth.store.db, { limit: 1 }))[0])
      .toMatchObject({ action: 'grant.restore', outcome: 'refused', target: setA })
  })
})

describe('a step-up', () => {
  it('P3: takes a second factor and never a password', async () => {
    const session = await signedIn()
    const stepUp = await session.stepUp({ kind: 'restore', backupSetId: setA })
    expect(stepUp.step.kind).toBe('choose-method')
    await stepUp.choose(session.totp.id)
    expect(await codeOf(stepUp.prove(password))).toBe('PASSCODE_WRONG')
  })

  it('for settings makes the session fresh again', async () => {
    const session = await signedIn()
    auth.clock.advance(15 * 60_000)
    const before = (await session.call()).caller
    const problem = await problemOf((async () => requireFresh(auth.deps, before))())
    expect([problem?.code, problem?.details]).toEqual(['STEP_UP_REQUIRED', { operation: 'change-settings' }])
    await grantFor(session, { kind: 'change-settings' })
    const after = (await session.call()).caller
    expect(() => requireFresh(auth.deps, after)).not.toThrow()
  })

  it('for another operation does not make the session fresh', async () => {
    const session = await signedIn()
    auth.clock.advance(15 * 60_000)
    await grantFor(session, { kind: 'restore', backupSetId: setA })
    const { caller } = await session.call()
    expect(caller.session.freshUntil ?? 0).toBeLessThan(auth.clock.nowMs())
  })

  it('does not offer a phone that nobody has proven', async () => {
    const session = await signedIn()
    const unproven = await session.addPhone(phone, 'Entered', 0)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    expect(stepOf(stepUp.step, 'choose-method').options.map((option) => option.method)).toEqual(['totp'])
    expect(await codeOf(stepUp.choose(unproven))).toBe('NOT_FOUND')
  })

  it('is impossible without a method, with the advice to register one', async () => {
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    const end = stepOf(await started.skip(), 'signed-in')
    const session = auth.inSession(end.sessionToken)
    const problem = await problemOf(session.stepUp({ kind: 'restore', backupSetId: setA }))
    expect([problem?.code, problem?.details]).toEqual(['NO_METHOD_AVAILABLE', { advice: 'register' }])
  })

  it('counts wrong codes on the account, and waits while it pauses', async () => {
    const session = await signedIn()
    for (let rounds = 0; rounds < 2; rounds += 1) {
      const stepUp = await session.stepUp({ kind: 'change-settings' })
      await stepUp.choose(session.totp.id)
      for (let tries = 0; tries < 5; tries += 1) await codeOf(stepUp.prove('000000'))
    }
    const problem = await problemOf(session.stepUp({ kind: 'change-settings' }))
    expect([problem?.code, problem?.details]).toEqual(['RATE_LIMITED', { retryAfterSeconds: 900 }])
  })

  it('names no time when only an administrator ends the pause', async () => {
    const session = await signedIn()
    const lane = { key: `code:${session.userId}`, count: 100, windowStartedAt: 0, lockCount: 9 }
    const values = { ...lane, lockedUntil: untilUnlocked }
    await auth.store.db.insertInto('throttles').values(values).execute()
    const problem = await problemOf(session.stepUp({ kind: 'change-settings' }))
    expect([problem?.code, problem?.details]).toEqual(['RATE_LIMITED', undefined])
  })

  it('ends with the session that began it', async () => {
    const session = await signedIn()
    const stepUp = await session.stepUp({ kind: 'change-settings' })
    await stepUp.choose(session.totp.id)
    await auth.handlers.signOut({}, await session.call())
    expect(await codeOf(stepUp.prove(auth.totp(session.totp.secret)))).toBe('SIGN_IN_ENDED')
  })
})

describe('factors in a session', () => {
  it('P3: are added with a grant only, which a live session does not have', async () => {
    const session = await signedIn()
    const without = await problemOf(session.enrol({ method: 'totp' }))
    expect([without?.code, without?.details]).toEqual(['STEP_UP_REQUIRED', { operation: 'change-factors' }])
    const { grantToken } = await grantFor(session, { kind: 'change-factors' })
    const started = await session.enrol({ method: 'sms', phoneNumber: phone }, grantToken)
    expect(await codeOf(started.chooseAnother())).toBe('CONFLICT')
    const end = stepOf(await started.prove(auth.passcode(phone)), 'enrolled')
    expect(end.factor).toMatchObject({ method: 'sms', isProven: true })
    expect(end.backupCodes).toBeNull()
    expect(await codeOf(session.enrol({ method: 'totp' }, grantToken))).toBe('STEP_UP_REQUIRED')
  })

  it('are not paid for twice: a message that cannot be sent gives the grant back, once', async () => {
    const session = await signedIn()
    const { grantToken } = await grantFor(session, { kind: 'change-factors' })
    const enrolment = { method: 'sms', phoneNumber: phone } as const
    auth.sending.failNext = new AppError('SEND_FAILED', 'down')
    expect(await codeOf(session.enrol(enrolment, grantToken))).toBe('SEND_FAILED')
    const started = await session.enrol(enrolment, grantToken)
    await started.prove(auth.passcode(phone))
    expect(await codeOf(session.enrol({ method: 'totp' }, grantToken))).toBe('STEP_UP_REQUIRED')
  })

  it('the first needs a young sign-in instead', async () => {
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('demo.user')
    const end = stepOf(await (await auth.signIn('demo.user')).skip(), 'signed-in')
    const session = auth.inSession(end.sessionToken)
    const started = await session.enrol({ method: 'totp' })
    const { secretBase32 } = stepOf(started.step, 'pair-authenticator')
    auth.clock.advance(20 * 60_000)
    expect(await codeOf(session.enrol({ method: 'totp' }))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(started.prove(auth.totp(secretBase32)))).toBe('SIGN_IN_ENDED')
  })

  it('come with backup codes when they are the first', async () => {
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('demo.user')
    const end = stepOf(await (await auth.signIn('demo.user')).skip(), 'signed-in')
    const started = await auth.inSession(end.sessionToken).enrol({ method: 'totp' })
    const { secretBase32 } = stepOf(started.step, 'pair-authenticator')
    expect(stepOf(await started.prove(auth.totp(secretBase32)), 'enrolled').backupCodes).toHaveLength(10)
  })

  it('the last cannot be removed while one is required', async () => {
    const session = await signedIn()
    const grant = await grantFor(session, { kind: 'change-factors' })
    expect(await codeOf(session.remove(session.totp.id, grant.grantToken))).toBe('CONFLICT')
    const other = await session.addPhone(phone)
    expect(await codeOf(session.remove(session.totp.id, grant.grantToken))).toBe('done')
    const events = (await session.factors()).history.map((event) => [event.event, event.method])
    expect(events[0]).toEqual(['removed', 'totp'])
    await expect.poll(() => auth.messages.map((message) => message.to)).toEqual([phone])
    expect((await session.factors()).factors.map((factor) => factor.id)).toEqual([other])
  })

  it('of another user are not there to be removed', async () => {
    const session = await signedIn()
    const victim = await signedIn('victim')
    const { grantToken } = await grantFor(session, { kind: 'change-factors' })
    expect(await codeOf(session.remove(victim.totp.id, grantToken))).toBe('NOT_FOUND')
  })
})

describe('a password change', () => {
  it('needs the current password and a grant, and ends everything begun with the old one', async () => {
    const session = await signedIn()
    const elsewhere = await auth.signIn('demo.user')
    const next = 'a brand new secret'
    expect(await codeOf(session.changePassword(password, next))).toBe('STEP_UP_REQUIRED')
    const { grantToken } = await grantFor(session, { kind: 'change-password' })
    expect(await codeOf(session.changePassword('wrong', next, grantToken))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(session.changePassword(password, 'short', grantToken))).toBe('INPUT_INVALID')
    expect(await codeOf(session.changePassword(password, password, grantToken))).toBe('INPUT_INVALID')
    expect(await codeOf(session.changePassword(password, next, grantToken))).toBe('done')
    expect(await codeOf(session.changePassword(next, 'yet another secret', grantToken))).toBe(
      'STEP_UP_REQUIRED',
    )
    expect(await codeOf(elsewhere.choose(session.totp.id))).toBe('SIGN_IN_ENDED')
    expect(await codeOf(session.me())).toBe('done')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(auth.signIn('demo.user', { password: next }))).toBe('done')
  })

  it('is told on the other channels', async () => {
    const session = await signedIn()
    await session.addPhone(phone)
    const { grantToken } = await grantFor(session, { kind: 'change-password' })
    const before = auth.messages.length
    await session.changePassword(password, 'a brand new secret', grantToken)
    await expect
      .poll(() => auth.messages.slice(before).map(({ to, text }) => `${to} ${text}`))
      .toEqual([expect.stringContaining(`${phone} The password of "demo.user" was replaced.`)])
  })

  it('tells a live session nothing about the password without a grant', async () => {
    const session = await signedIn()
    const before = auth.hashCount()
    for (const guess of [password, 'wrong']) {
      expect(await codeOf(session.changePassword(guess, 'a brand new secret', 'made-up'))).toBe(
        'STEP_UP_REQUIRED',
      )
    }
    expect(auth.hashCount()).toBe(before)
  })

  it('limits guesses at the current password', async () => {
    const session = await signedIn()
    const { grantToken } = await grantFor(session, { kind: 'change-password' })
    for (let tries = 0; tries < 10; tries += 1) {
      await codeOf(session.changePassword('wrong', 'a brand new secret', grantToken))
    }
    expect(await codeOf(session.changePassword(password, 'a brand new secret', grantToken))).toBe(
      'SIGN_IN_FAILED',
    )
  })

  it('without any second factor needs a young sign-in', async () => {
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('demo.user')
    const end = stepOf(await (await auth.signIn('demo.user')).skip(), 'signed-in')
    const session = auth.inSession(end.sessionToken)
    expect(await codeOf(session.changePassword(password, 'a brand new secret'))).toBe('done')
    auth.clock.advance(11 * 60_000)
    expect(await codeOf(session.changePassword('a brand new secret', 'yet another secret'))).toBe(
      'STEP_UP_REQUIRED',
    )
  })
})

it('an audit entry can stand beside a grant’s use in one transaction', async () => {
  const session = await signedIn()
  const { grantToken } = await grantFor(session, { kind: 'export-key' })
  const { caller } = await session.call()
  await auth.store.transact(['audit'], async (tx) => {
    await consumeGrant(tx, auth.deps, caller, grantToken, { kind: 'export-key' })
    await appendAudit(tx, { at: auth.clock.nowMs(), actor: 'test', action: 'test.done', outcome: 'ok' })
  })
  expect((await listAudit(auth.store.db, { limit: 1 }))[0]?.action).toBe('test.done')
})
