import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { issueOneTimePassword, suspendUser } from '../accounts/users.ts'
import { addPhone } from '../accounts/user-factors.ts'
import { listAudit } from '../audit/audit.ts'
import { codeOf, openTestAuth, password, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'
import { stateOf } from './transactions.ts'

const phone = '+4915112345678'
const otherPhone = '+85237991234'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

/** Signs in with the authenticator, up to the session. */
async function signInByTotp(loginName: string, totp: { id: string; secret: string }, keepSignedIn = false) {
  const started = await auth.signIn(loginName, { keepSignedIn })
  await started.choose(totp.id as never)
  return stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
}

describe('a sign-in', () => {
  it('P1: offers a choice of masked methods and nothing else to who has the password', async () => {
    const user = await auth.newUser('demo.user')
    await user.addPhone(phone, 'Mobile')
    await user.addPhone(otherPhone, 'Office', 0)
    const { step } = await auth.signIn('demo.user')
    const options = stepOf(step, 'choose-method').options
    expect(options.map((option) => [option.label, option.maskedDestination, option.isProven])).toEqual([
      ['Mobile', '+4••••••••5678', true],
      ['Office', '+8••••••1234', false],
    ])
    expect(JSON.stringify(step)).not.toContain('123456')
    expect(auth.messages).toEqual([])
  })

  it('shows the method that was used last first', async () => {
    const user = await auth.newUser('demo.user')
    await user.addPhone(phone, 'Mobile')
    const totp = await user.addTotp()
    auth.clock.advance(1000)
    await signInByTotp('demo.user', totp)
    const { step } = await auth.signIn('demo.user')
    expect(stepOf(step, 'choose-method').options.map((option) => option.method)).toEqual(['totp', 'sms'])
  })

  it('compares login names without case and with Unicode variants folded', async () => {
    const user = await auth.newUser('Demo.User')
    await user.addTotp()
    expect((await auth.signIn('ｄｅｍｏ.USER')).step.kind).toBe('choose-method')
  })

  it('sends the passcode with the prefix that the screen shows, and takes its digits', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    const { challenge } = stepOf(await started.choose(factorId), 'enter-code')
    expect(challenge).toMatchObject({ codeLength: 6, triesLeft: 5, resendsLeft: 3, canChooseAnother: true })
    expect(auth.messages).toEqual([
      {
        channel: 'sms',
        to: phone,
        text: `${challenge.prefix}-${auth.passcode(phone)} is the verification code for user "demo.user" login\nTest CBS`,
      },
    ])
    const end = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    expect(end).toMatchObject({ scope: 'full' })
    const { me } = auth.inSession(end.sessionToken)
    expect((await me()).session.provenBy).toEqual(['password', 'sms'])
  })

  it.each([
    ['the whole of it', (prefix: string, code: string) => `${prefix}-${code}`, 'done'],
    ['lower case and spaces', (prefix: string, code: string) => ` ${prefix.toLowerCase()} ${code} `, 'done'],
    ['another message’s prefix', (_prefix: string, code: string) => `QQQQ-${code}`, 'PASSCODE_WRONG'],
    ['only the prefix', (prefix: string) => prefix, 'PASSCODE_WRONG'],
  ])('answers what was typed by its digits and its own prefix: %s', async (_name, typed, outcome) => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    const { challenge } = stepOf(await started.choose(factorId), 'enter-code')
    const given = typed(challenge.prefix ?? '', auth.passcode(phone))
    expect(await codeOf(started.prove(given))).toBe(outcome)
  })

  it('proves a phone that an administrator entered by its first right passcode', async () => {
    const user = await auth.newUser('demo.user')
    await addPhone(auth.deps, user.userId, { number: '+49 151 1234-5678' }, 'test')
    const started = await auth.signIn('demo.user')
    const [option] = stepOf(started.step, 'choose-method').options
    if (option === undefined) throw new Error('no option')
    expect(option.isProven).toBe(false)
    await started.choose(option.factorId)
    const end = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    expect(end.backupCodes).toHaveLength(10)
    const { factors } = auth.inSession(end.sessionToken)
    expect((await factors()).history.map((each) => each.event)).toEqual(['proven', 'added'])
  })

  it('P1: starts no session before a code was right', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    expect(await codeOf(started.prove('000000x'))).toBe('PASSCODE_WRONG')
    const sessions = await auth.store.db.selectFrom('sessions').selectAll().execute()
    expect(sessions).toEqual([])
  })

  it('kills the previous passcode when another is sent', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    const first = stepOf(await started.choose(factorId), 'enter-code').challenge
    const old = auth.passcode(phone)
    auth.clock.advance(30_000)
    const second = stepOf(await started.resend(), 'enter-code').challenge
    expect(second.challengeId).not.toBe(first.challengeId)
    expect(second.resendsLeft).toBe(2)
    expect(await codeOf(started.prove(`${first.prefix}-${old}`))).toBe('PASSCODE_WRONG')
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('done')
  })

  it('makes every resend wait twice as long, also by way of choosing again', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    const soon = await problemOf(started.resend())
    expect([soon?.code, soon?.details]).toEqual(['RATE_LIMITED', { retryAfterSeconds: 30 }])
    expect(soon?.message).toBe('No further passcode can be sent yet; possible again in 30 s.')
    await started.chooseAnother()
    expect(await codeOf(started.choose(factorId))).toBe('RATE_LIMITED')
    auth.clock.advance(30_000)
    await started.choose(factorId)
    auth.clock.advance(30_000)
    expect((await problemOf(started.resend()))?.details).toEqual({ retryAfterSeconds: 30 })
    expect(auth.messages).toHaveLength(2)
  })

  it('sends at most one message and three more', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    for (const seconds of [30, 60, 120]) {
      auth.clock.advance(seconds * 1000)
      await started.resend()
    }
    auth.clock.advance(240_000)
    expect(await codeOf(started.resend())).toBe('RATE_LIMITED')
    expect(auth.messages).toHaveLength(4)
  })

  it('counts messages to a number over all sign-ins, and refuses before it sends', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    for (let count = 0; count < 5; count += 1) {
      const started = await auth.signIn('demo.user')
      await started.choose(factorId)
      auth.clock.advance(1000)
    }
    const sixth = await auth.signIn('demo.user')
    const problem = await problemOf(sixth.choose(factorId))
    expect([problem?.code, problem?.details]).toEqual(['RATE_LIMITED', { retryAfterSeconds: 595 }])
    expect(auth.messages).toHaveLength(5)
    auth.clock.advance(595_000)
    const later = await auth.signIn('demo.user')
    expect(await codeOf(later.choose(factorId))).toBe('done')
  })

  it('keeps the owner’s own computer able to get a message when somebody else used them up', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const device = await user.addDevice()
    for (let count = 0; count < 5; count += 1) await (await auth.signIn('demo.user')).choose(factorId)
    expect(await codeOf((await auth.signIn('demo.user')).choose(factorId))).toBe('RATE_LIMITED')
    expect(await codeOf((await auth.signIn('demo.user', { device })).choose(factorId))).toBe('done')
  })

  it('tells an expired passcode as such, and takes a new one', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    auth.clock.advance(5 * 60_000)
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('PASSCODE_EXPIRED')
    auth.clock.advance(-30_000)
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('PASSCODE_EXPIRED')
    await started.resend()
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('done')
  })

  it('ends after ten minutes, and when the clock is set back', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const first = await auth.signIn('demo.user')
    auth.clock.advance(10 * 60_000)
    const late = await problemOf(first.choose(totp.id))
    expect([late?.code, late?.details]).toEqual(['SIGN_IN_ENDED', { reason: 'expired' }])
    const second = await auth.signIn('demo.user')
    auth.clock.advance(-3_600_000)
    expect((await problemOf(second.choose(totp.id)))?.details).toEqual({ reason: 'expired' })
  })

  it('ends when its tries are used up, however often the method is chosen anew', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const started = await auth.signIn('demo.user')
    const problems: unknown[] = []
    for (let count = 0; count < 5; count += 1) {
      await started.choose(totp.id)
      const problem = await problemOf(started.prove('000 000'))
      problems.push([problem?.code, problem?.details])
      if (count < 4) await started.chooseAnother()
    }
    expect(problems).toEqual([
      ...[4, 3, 2, 1].map((triesLeft) => ['PASSCODE_WRONG', { triesLeft }]),
      ['SIGN_IN_ENDED', { reason: 'too-many-tries' }],
    ])
    expect((await problemOf(started.choose(totp.id)))?.details).toEqual({ reason: 'too-many-tries' })
  })

  it('takes an authenticator’s code once, also in another sign-in of the same half minute', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    await signInByTotp('demo.user', totp)
    const again = await auth.signIn('demo.user')
    await again.choose(totp.id)
    expect(await codeOf(again.prove(auth.totp(totp.secret)))).toBe('PASSCODE_WRONG')
    auth.clock.advance(30_000)
    expect(await codeOf(again.prove(auth.totp(totp.secret)))).toBe('done')
  })

  it('refuses an authenticator’s earlier code after the clock was set back', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    await signInByTotp('demo.user', totp)
    auth.clock.advance(-45_000)
    const again = await auth.signIn('demo.user')
    await again.choose(totp.id)
    expect(await codeOf(again.prove(auth.totp(totp.secret)))).toBe('PASSCODE_WRONG')
  })

  it('withdraws the passcode when the phone is changed meanwhile', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    const { db } = auth.store
    await db.updateTable('factors').set({ phoneNumber: otherPhone }).where('id', '=', factorId).execute()
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('PASSCODE_EXPIRED')
    await db.deleteFrom('factors').where('id', '=', factorId).execute()
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('PASSCODE_EXPIRED')
  })

  it('keeps the passcode of one sign-in out of another', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const mine = await auth.signIn('demo.user')
    await mine.choose(factorId)
    const code = auth.passcode(phone)
    const thiefs = await auth.signIn('demo.user')
    await thiefs.choose(factorId)
    expect(code).not.toBe(auth.passcode(phone))
    expect(await codeOf(thiefs.prove(code))).toBe('PASSCODE_WRONG')
    expect(await codeOf(mine.prove(code))).toBe('done')
  })

  it('chooses only from its own user’s methods', async () => {
    const thief = await auth.newUser('thief')
    await thief.addTotp()
    const victim = await auth.newUser('victim')
    const victims = await victim.addTotp()
    const started = await auth.signIn('thief')
    expect(await codeOf(started.choose(victims.id))).toBe('NOT_FOUND')
  })

  it('knows no token that it did not give', async () => {
    expect((await problemOf(auth.as('made-up').prove('123456')))?.details).toEqual({ reason: 'expired' })
  })

  it('P2: keeps signed in only to view and back up', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const end = await signInByTotp('demo.user', totp, true)
    expect(end.scope).toBe('limited')
    auth.clock.advance(29 * 86_400_000)
    const { me } = auth.inSession(end.sessionToken)
    expect((await me()).session).toMatchObject({ scope: 'limited', freshUntil: null })
    auth.clock.advance(86_400_000)
    expect(await codeOf(me())).toBe('SESSION_ENDED')
  })

  it('is over for good when it was cancelled', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const started = await auth.signIn('demo.user')
    await started.cancel()
    expect((await problemOf(started.choose(totp.id)))?.details).toEqual({ reason: 'cancelled' })
  })

  it('ends when its user is suspended or gets another password meanwhile', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const first = await auth.signIn('demo.user')
    await issueOneTimePassword(auth.deps, user.userId, 'test')
    expect((await problemOf(first.choose(totp.id)))?.details).toEqual({ reason: 'cancelled' })
    await suspendUser(auth.deps, user.userId, 'test')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
  })

  it('records every attempt with the factor that was used', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    await signInByTotp('demo.user', totp)
    const entries = await listAudit(auth.store.db, { limit: 4 })
    expect(entries.map((entry) => [entry.action, entry.outcome, entry.details?.['method']])).toEqual([
      ['sign-in.finished', 'ok', 'totp'],
      ['challenge.proof', 'ok', 'totp'],
      ['challenge.opened', 'ok', 'totp'],
      ['sign-in.password', 'ok', undefined],
    ])
  })
})

describe('a step', () => {
  it.each(['change-password', 'must-enrol', 'choose-method', 'enter-code', 'pair-authenticator'] as const)(
    '%s takes only its own answers; others change nothing but their count',
    async (at) => {
      const user = await auth.newUser('demo.user')
      let started: Awaited<ReturnType<typeof auth.signIn>>
      let totp: Awaited<ReturnType<typeof user.addTotp>> | undefined
      if (at === 'change-password') {
        const once = await issueOneTimePassword(auth.deps, user.userId, 'test')
        started = await auth.signIn('demo.user', { password: once.oneTimePassword })
      } else {
        if (at === 'choose-method' || at === 'enter-code') totp = await user.addTotp()
        started = await auth.signIn('demo.user')
        if (at === 'enter-code' && totp !== undefined) await started.choose(totp.id)
        if (at === 'pair-authenticator') await started.enrol({ method: 'totp' })
      }
      const read = async () => {
        const row = await auth.store.db
          .selectFrom('transactions')
          .selectAll()
          .where('endedAt', 'is', null)
          .executeTakeFirstOrThrow()
        // Everything but the count of answers, which has a test of its own.
        return { ...row, state: { ...stateOf(row), answers: 0 } }
      }
      const before = await read()
      const allowed: Record<typeof at, readonly string[]> = {
        'change-password': ['changePassword'],
        'must-enrol': ['enrol'],
        'choose-method': ['choose'],
        'enter-code': ['prove', 'chooseAnother'],
        'pair-authenticator': ['prove', 'chooseAnother'],
      }
      const answers: Record<string, () => Promise<unknown>> = {
        changePassword: () => started.changePassword('a brand new secret'),
        choose: () => started.choose(totp?.id ?? ('fac_0000000000000000000000' as never)),
        prove: () => started.prove('123456'),
        resend: () => started.resend(),
        chooseAnother: () => started.chooseAnother(),
        enrol: () => started.enrol({ method: 'totp' }),
        skip: () => started.skip(),
      }
      const outcomes: unknown[] = []
      for (const [name, answer] of Object.entries(answers)) {
        if (!allowed[at].includes(name)) outcomes.push([name, await codeOf(answer())])
      }
      const others = Object.keys(answers).filter((name) => !allowed[at].includes(name))
      expect(outcomes).toEqual(others.map((name) => [name, 'CONFLICT']))
      expect(await read()).toEqual(before)
    },
  )
})

describe('a one-time password', () => {
  it('that was replaced is told on every channel: nobody has proven a second factor yet', async () => {
    const user = await auth.newUser('demo.user')
    await user.addPhone(phone)
    const { oneTimePassword } = await issueOneTimePassword(auth.deps, user.userId, 'test')
    const started = await auth.signIn('demo.user', { password: oneTimePassword })
    const before = auth.messages.length
    await started.changePassword('a brand new secret')
    await expect
      .poll(() => auth.messages.slice(before).map(({ to, text }) => `${to} ${text}`))
      .toEqual([expect.stringContaining(`${phone} The password of "demo.user" was replaced.`)])
  })

  it('leads to a new password first, then to the second factor', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    const { oneTimePassword } = await issueOneTimePassword(auth.deps, user.userId, 'test')
    const started = await auth.signIn('demo.user', { password: oneTimePassword })
    expect(started.step.kind).toBe('change-password')
    expect((await started.changePassword('a brand new secret')).kind).toBe('choose-method')
    expect(await codeOf(auth.signIn('demo.user', { password: oneTimePassword }))).toBe('SIGN_IN_FAILED')
    expect((await auth.signIn('demo.user', { password: 'a brand new secret' })).step.kind).toBe(
      'choose-method',
    )
  })

  it('ends after 72 hours with the same answer as a wrong one', async () => {
    const user = await auth.newUser('demo.user')
    const { oneTimePassword } = await issueOneTimePassword(auth.deps, user.userId, 'test')
    auth.clock.advance(72 * 3_600_000)
    expect(await codeOf(auth.signIn('demo.user', { password: oneTimePassword }))).toBe('SIGN_IN_FAILED')
  })

  it('cannot be kept, and cannot become a weak one', async () => {
    const user = await auth.newUser('demo.user')
    const { oneTimePassword } = await issueOneTimePassword(auth.deps, user.userId, 'test')
    const started = await auth.signIn('demo.user', { password: oneTimePassword })
    for (const weak of [oneTimePassword, 'password123', 'demo.user1', 'holdfast2026']) {
      const problem = await problemOf(started.changePassword(weak))
      expect([problem?.code, problem?.details?.['paths']]).toEqual(['INPUT_INVALID', ['newPassword']])
      expect(JSON.stringify(problem)).not.toContain(weak)
    }
  })

  it('given to the first administrator works like any other', async () => {
    const first = auth.administrator
    if (first === null) throw new Error('no administrator')
    const started = await auth.signIn(first.loginName, { password: first.oneTimePassword })
    expect(stepOf(await started.changePassword('a brand new secret'), 'must-enrol').methods).toEqual([
      'sms',
      'totp',
    ])
  })

  it('lets only one of two people who have it go on', async () => {
    const user = await auth.newUser('demo.user')
    const { oneTimePassword } = await issueOneTimePassword(auth.deps, user.userId, 'test')
    const owner = await auth.signIn('demo.user', { password: oneTimePassword })
    const thief = await auth.signIn('demo.user', { password: oneTimePassword })
    await owner.changePassword('a brand new secret')
    expect(await codeOf(thief.changePassword('a thief’s own secret'))).toBe('SIGN_IN_ENDED')
  })
})

describe('a sender that fails', () => {
  it('is never a way around the proof, and leaves other methods choosable', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const totp = await user.addTotp()
    const started = await auth.signIn('demo.user')
    auth.sending.failNext = new AppError('SEND_FAILED', 'down', { details: { reason: 'provider-busy' } })
    expect(await codeOf(started.choose(factorId))).toBe('SEND_FAILED')
    expect(await codeOf(started.prove('123456'))).toBe('CONFLICT')
    await started.choose(totp.id)
    expect(await codeOf(started.prove(auth.totp(totp.secret)))).toBe('done')
  })

  it('at a resend leaves a challenge without a valid passcode', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    const old = auth.passcode(phone)
    auth.clock.advance(30_000)
    auth.sending.failNext = new AppError('SEND_FAILED', 'down')
    expect(await codeOf(started.resend())).toBe('SEND_FAILED')
    expect(await codeOf(started.prove(old))).toBe('PASSCODE_EXPIRED')
    expect((await started.chooseAnother()).kind).toBe('choose-method')
  })

  it('that is not configured makes SMS no method', async () => {
    const user = await auth.newUser('demo.user')
    await user.addPhone(phone)
    auth.sending.channels.clear()
    const problem = await problemOf(auth.signIn('demo.user'))
    expect([problem?.code, problem?.message]).toEqual([
      'NO_METHOD_AVAILABLE',
      'No registered method can be used; contact your administrator.',
    ])
  })
})

it('a password that is right does not open what policy no longer allows', async () => {
  const user = await auth.newUser('demo.user')
  await user.addPhone(phone)
  await auth.setPolicy({ methods: ['totp'] })
  // Not "register now": whoever has the password could register a method of their own.
  expect(await codeOf(auth.signIn('demo.user', { password }))).toBe('NO_METHOD_AVAILABLE')
})
