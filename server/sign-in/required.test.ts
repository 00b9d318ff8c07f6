import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { policySchema } from '../../shared/model/policy.ts'
import { codeOf, openTestAuth, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'
const dayMs = 86_400_000
const demands = (change: object) => ({
  requireSecondFactorFor: {
    everybody: false,
    systemUsers: true as const,
    desktopSignIns: false,
    webSignIns: false,
    internalUsers: false,
    externalUsers: false,
    ...change,
  },
})

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth({ secondFactor: 'offered' })
})
afterEach(() => auth.store.close())

const kindFor = async (options: Parameters<TestAuth['signIn']>[1] = {}) =>
  (await auth.signIn('anna', options)).step.kind

describe('the sign-in of an account without a method', () => {
  beforeEach(async () => {
    await auth.newUser('anna')
  })

  it('must register where the server demands it of everybody, whatever the group says', async () => {
    expect(await kindFor()).toBe('offer-enrolment')
    await auth.setSettings(demands({ everybody: true }))
    expect(await kindFor()).toBe('must-enrol')
  })

  it('cannot be skipped once it was made compulsory after the offer', async () => {
    const started = await auth.signIn('anna')
    await auth.setSettings(demands({ everybody: true }))
    expect(await codeOf(started.skip())).toBe('NOT_ALLOWED')
  })

  it.each([
    ['terminal', false, 'offer-enrolment'],
    ['terminal', true, 'must-enrol'],
    ['page', true, 'must-enrol'],
    ['api', false, 'must-enrol'],
  ] as const)(
    'by a claimed %s (from a browser: %s) meets a demand for the web as %s',
    async (kind, isBrowser, expected) => {
      await auth.setSettings(demands({ webSignIns: true }))
      const from = { address: '192.0.2.10', network: '192.0.2.10', isBrowser }
      expect(await kindFor({ kind, from })).toBe(expected)
    },
  )

  it('by a claimed page without a browser is a desktop sign-in too', async () => {
    await auth.setSettings(demands({ desktopSignIns: true }))
    const from = { address: '192.0.2.10', network: '192.0.2.10' }
    expect(await kindFor({ kind: 'page', from })).toBe('must-enrol')
    expect(await kindFor({ kind: 'page', from: { ...from, isBrowser: true } })).toBe('offer-enrolment')
  })

  it('is told until when it may be put off, at every sign-in, and then no more', async () => {
    const enrolBy = new Date(auth.clock.nowMs() + dayMs).toISOString()
    await auth.store.db
      .updateTable('users')
      .set({ offerDismissed: 1 })
      .where('loginKey', '=', 'anna')
      .execute()
    expect(await kindFor()).toBe('signed-in')
    await auth.setPolicy({ enrolBy })
    const started = await auth.signIn('anna')
    expect(stepOf(started.step, 'offer-enrolment')).toMatchObject({
      canDismiss: false,
      compulsoryFrom: enrolBy,
    })
    expect(await codeOf(started.skip(true))).toBe('NOT_ALLOWED')
    const end = stepOf(await started.skip(), 'signed-in')
    expect(await auth.inSession(end.sessionToken).me()).toMatchObject({
      secondFactor: 'offered',
      compulsoryFrom: enrolBy,
    })
    auth.clock.advance(dayMs)
    expect(await kindFor()).toBe('must-enrol')
  })

  it('leaves the password alone no session where nobody gave days of grace, which is the default', async () => {
    expect(policySchema.parse({}).graceDays).toBe(0)
    await auth.setPolicy({ secondFactor: 'required' })
    const started = await auth.signIn('anna')
    expect(started.step.kind).toBe('must-enrol')
    expect(await codeOf(started.skip())).toBe('CONFLICT')
    expect(await auth.store.db.selectFrom('sessions').select('id').execute()).toEqual([])
  })

  it('has its days of grace from the first time, which trying again does not renew', async () => {
    await auth.setPolicy({ secondFactor: 'required', graceDays: 2 })
    expect(await kindFor()).toBe('offer-enrolment')
    auth.clock.advance(dayMs)
    expect(await kindFor()).toBe('offer-enrolment')
    auth.clock.advance(dayMs)
    expect(await kindFor()).toBe('must-enrol')
  })

  it('follows the rule of its own user', async () => {
    await auth.store.db
      .updateTable('users')
      .set({ secondFactor: 'required' })
      .where('loginKey', '=', 'anna')
      .execute()
    expect(await kindFor()).toBe('must-enrol')
  })
})

describe('switching the second factor off', () => {
  async function signedIn(loginName = 'anna') {
    const factorId = await (await auth.newUser(loginName)).addPhone(phone)
    const started = await auth.signIn(loginName)
    await started.choose(factorId)
    const { sessionToken } = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    auth.clock.advance(60_000)
    return { factorId, ...auth.inSession(sessionToken) }
  }

  async function granted(session: Awaited<ReturnType<typeof signedIn>>, kind: 'opt-out' | 'change-factors') {
    const stepUp = await session.stepUp({ kind })
    await stepUp.choose(session.factorId)
    return stepOf(await stepUp.prove(auth.passcode(phone)), 'granted').grantToken
  }

  it('takes a code for exactly that, erases every method, and tells every channel', async () => {
    const session = await signedIn()
    await auth.store.db
      .updateTable('users')
      .set({ email: 'anna@example.org' })
      .where('loginKey', '=', 'anna')
      .execute()
    expect(await codeOf(session.optOut('none'))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(session.optOut(await granted(session, 'change-factors')))).toBe('STEP_UP_REQUIRED')
    auth.clock.advance(600_000)
    const grantToken = await granted(session, 'opt-out')
    expect(auth.messages.at(-1)?.text).toContain('to switch the second factor off')
    expect(await session.optOut(grantToken)).toEqual({ removed: 1 })
    expect((await session.factors()).factors).toEqual([])
    await expect
      .poll(() => auth.messages.slice(-2).map(({ channel, text }) => [channel, text.split('.')[0]]))
      .toEqual([
        ['email', 'The second factor of "anna" was switched off'],
        ['sms', 'The second factor of "anna" was switched off'],
      ])
    expect(await kindFor()).toBe('signed-in')
  })

  it('cannot be done by a stolen session, which has no second factor', async () => {
    const session = await signedIn()
    const stepUp = await session.stepUp({ kind: 'opt-out' })
    await stepUp.choose(session.factorId)
    for (let count = 0; count < 5; count += 1) await codeOf(stepUp.prove('x00000'))
    expect(await codeOf(session.optOut('guessed'))).toBe('STEP_UP_REQUIRED')
    expect((await session.factors()).factors).toHaveLength(1)
  })

  it('ends other sessions, sign-ins under way and all trust', async () => {
    const session = await signedIn()
    const waiting = await auth.signIn('anna')
    await session.optOut(await granted(session, 'opt-out'))
    expect(await codeOf(waiting.choose(session.factorId))).toBe('SIGN_IN_ENDED')
    expect((await session.me()).session.isCurrent).toBe(true)
  })

  it.each([
    ['the group requires one', () => auth.setPolicy({ secondFactor: 'required' }), 'CONFLICT'],
    ['any door demands one', () => auth.setSettings(demands({ webSignIns: true })), 'CONFLICT'],
    ['policy forbids it', () => auth.setPolicy({ mayOptOut: false }), 'NOT_ALLOWED'],
  ] as const)('is refused where %s, and so is removing the last method', async (_why, change, code) => {
    const session = await signedIn()
    await change()
    expect((await session.me()).mayOptOut).toBe(false)
    expect(await codeOf(session.optOut(await granted(session, 'opt-out')))).toBe(code)
    auth.clock.advance(600_000)
    const grantToken = await granted(session, 'change-factors')
    expect(await codeOf(session.remove(session.factorId, grantToken))).toBe(code)
    expect((await session.factors()).factors).toHaveLength(1)
  })
})

it('none of the answers reaches the code form without the password, or twice', async () => {
  const factorId = await (await auth.newUser('anna')).addPhone(phone)
  expect(await codeOf(auth.as('never-given').prove('123456'))).toBe('SIGN_IN_ENDED')
  const started = await auth.signIn('anna')
  expect(await codeOf(started.prove('123456'))).toBe('CONFLICT')
  await started.choose(factorId)
  const code = auth.passcode(phone)
  await started.prove(code)
  const replay = await problemOf(started.prove(code))
  expect([replay?.code, replay?.details?.['reason']]).toEqual(['SIGN_IN_ENDED', 'finished'])
})
