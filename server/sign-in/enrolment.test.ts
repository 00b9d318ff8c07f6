import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addPhone, resetFactors } from '../accounts/user-factors.ts'
import { sendNotices } from '../factors/announce.ts'
import { codeOf, openTestAuth, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'
const otherPhone = '+85237991234'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

const factorRows = async () => await auth.store.db.selectFrom('factors').selectAll().execute()

describe('an account without a method, where one is required', () => {
  it('registers an authenticator by a live code, and gets ten backup codes once', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    expect(stepOf(started.step, 'must-enrol').methods).toEqual(['sms', 'totp'])
    const pairing = stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
    expect(pairing.secretBase32).toMatch(/^[A-Z2-7]{32}$/)
    const uri = new URL(pairing.otpauthUri)
    expect(uri.searchParams.get('secret')).toBe(pairing.secretBase32)
    expect([uri.searchParams.get('issuer'), decodeURIComponent(uri.pathname)]).toEqual([
      'Test CBS',
      '/Test CBS:demo.user',
    ])
    expect(await factorRows()).toEqual([])
    expect(await codeOf(started.prove('000000'))).toBe('PASSCODE_WRONG')
    expect(await factorRows()).toEqual([])
    const end = stepOf(await started.prove(auth.totp(pairing.secretBase32)), 'signed-in')
    expect(end.backupCodes).toHaveLength(10)
    for (const code of end.backupCodes ?? [])
      expect(code).toMatch(/^[a-hjkmnp-tv-z2-9]{5}-[a-hjkmnp-tv-z2-9]{5}$/)
    expect((await factorRows()).map((row) => [row.method, row.isProven])).toEqual([
      ['totp', 1],
      ['backup-code', 1],
    ])
  })

  it('does not take the pairing’s code a second time', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    const { secretBase32 } = stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
    await started.prove(auth.totp(secretBase32))
    const again = await auth.signIn('demo.user')
    const [option] = stepOf(again.step, 'choose-method').options
    if (option === undefined) throw new Error('no option')
    await again.choose(option.factorId)
    expect(await codeOf(again.prove(auth.totp(secretBase32)))).toBe('PASSCODE_WRONG')
  })

  it('sends to ever new numbers no more often than to one', async () => {
    await auth.newUser('demo.user')
    for (let count = 0; count < 13; count += 1) {
      const started = await auth.signIn('demo.user')
      const phoneNumber = `+49151123456${String(10 + count)}`
      const problem = await problemOf(started.enrol({ method: 'sms', phoneNumber }))
      expect([count, problem?.code]).toEqual([count, count < 10 ? undefined : 'RATE_LIMITED'])
    }
    expect(auth.messages).toHaveLength(10)
  })

  it('registers a phone after a passcode that reached it', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    const { challenge } = stepOf(
      await started.enrol({ method: 'sms', phoneNumber: '+49 (151) 1234-5678', label: 'Mine' }),
      'enter-code',
    )
    expect(challenge).toMatchObject({ label: 'Mine', maskedDestination: '+4••••••••5678' })
    expect((await started.chooseAnother()).kind).toBe('must-enrol')
    auth.clock.advance(30_000)
    await started.enrol({ method: 'sms', phoneNumber: phone })
    stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    expect((await factorRows())[0]).toMatchObject({ method: 'sms', phoneNumber: phone, isProven: 1 })
  })

  it.each(['+49 12', '+999 123456789', '0151 12345678', '+49-15x-1234567'])(
    'refuses %s as a telephone number, by its path',
    async (phoneNumber) => {
      await auth.newUser('demo.user')
      const started = await auth.signIn('demo.user')
      const problem = await problemOf(started.enrol({ method: 'sms', phoneNumber }))
      expect([problem?.code, problem?.details?.['paths']]).toEqual(['INPUT_INVALID', ['phoneNumber']])
      expect(auth.messages).toEqual([])
    },
  )

  it('cannot be left without one', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    expect(await codeOf(started.skip())).toBe('CONFLICT')
    expect(await auth.store.db.selectFrom('sessions').selectAll().execute()).toEqual([])
  })

  it('is closed to whoever began earlier, once its owner has registered', async () => {
    await auth.newUser('demo.user')
    const thief = await auth.signIn('demo.user')
    const { secretBase32: thiefs } = stepOf(await thief.enrol({ method: 'totp' }), 'pair-authenticator')
    const owner = await auth.signIn('demo.user')
    const { secretBase32 } = stepOf(await owner.enrol({ method: 'totp' }), 'pair-authenticator')
    await owner.prove(auth.totp(secretBase32))
    expect(await codeOf(thief.prove(auth.totp(thiefs)))).toBe('SIGN_IN_ENDED')
    expect((await factorRows()).filter((row) => row.method === 'totp')).toHaveLength(1)
  })

  it('is closed to whoever began before an administrator entered a phone', async () => {
    const user = await auth.newUser('demo.user')
    const thief = await auth.signIn('demo.user')
    await addPhone(auth.deps, user.userId, { number: phone }, 'test')
    expect(await codeOf(thief.enrol({ method: 'totp' }))).toBe('SIGN_IN_ENDED')
  })

  it('registers only what policy allows', async () => {
    await auth.setPolicy({ methods: ['totp', 'backup-code'] })
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    expect(stepOf(started.step, 'must-enrol').methods).toEqual(['totp'])
    expect(await codeOf(started.enrol({ method: 'sms', phoneNumber: phone }))).toBe('NOT_ALLOWED')
  })

  it('gets no backup codes where policy has none', async () => {
    await auth.setPolicy({ methods: ['totp'] })
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    const { secretBase32 } = stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
    const end = stepOf(await started.prove(auth.totp(secretBase32)), 'signed-in')
    expect(end.backupCodes).toBeNull()
  })

  it('after a reset by an administrator needs the new one-time password', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    const open = await auth.signIn('demo.user')
    const { oneTimePassword } = await resetFactors(auth.deps, user.userId, 'test')
    expect(await codeOf(open.chooseAnother())).toBe('SIGN_IN_ENDED')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
    const started = await auth.signIn('demo.user', { password: oneTimePassword })
    expect((await started.changePassword('a brand new secret')).kind).toBe('must-enrol')
  })
})

describe('an account without a method, where one is offered', () => {
  beforeEach(() => auth.setPolicy({ secondFactor: 'offered' }))

  it('may go on without, and is asked again next time', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    expect(stepOf(started.step, 'offer-enrolment').canDismiss).toBe(true)
    const end = stepOf(await started.skip(), 'signed-in')
    const { me } = auth.inSession(end.sessionToken)
    expect((await me()).session).toMatchObject({ provenBy: ['password'], scope: 'full' })
    expect((await auth.signIn('demo.user')).step.kind).toBe('offer-enrolment')
  })

  it('is not asked again when the offer was dismissed for good', async () => {
    await auth.newUser('demo.user')
    await (await auth.signIn('demo.user')).skip(true)
    expect((await auth.signIn('demo.user')).step.kind).toBe('signed-in')
    await auth.setPolicy({ mayDismissOffer: false })
    const started = await auth.signIn('demo.user')
    expect(stepOf(started.step, 'offer-enrolment').canDismiss).toBe(false)
    expect(await codeOf(started.skip(true))).toBe('NOT_ALLOWED')
  })

  it('cannot skip any more when policy became stricter meanwhile', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    await auth.setPolicy({ secondFactor: 'required' })
    expect(await codeOf(started.skip())).toBe('NOT_ALLOWED')
    expect(await auth.store.db.selectFrom('sessions').selectAll().execute()).toEqual([])
  })

  it('is always asked for a method once it has one', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    expect((await auth.signIn('demo.user')).step.kind).toBe('choose-method')
  })
})

describe('backup codes', () => {
  async function withCodes() {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    const { secretBase32 } = stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
    const end = stepOf(await started.prove(auth.totp(secretBase32)), 'signed-in')
    return { codes: end.backupCodes ?? [], secretBase32, sessionToken: end.sessionToken }
  }
  async function atBackupCode() {
    const started = await auth.signIn('demo.user')
    const option = stepOf(started.step, 'choose-method').options.find((each) => each.method === 'backup-code')
    if (option === undefined) throw new Error('no backup codes to choose')
    await started.choose(option.factorId)
    return { ...started, codesLeft: option.codesLeft }
  }

  it('work once each, typed with or without case, space and dash', async () => {
    const { codes } = await withCodes()
    const [first = '', second = ''] = codes
    const start = await atBackupCode()
    expect(start.codesLeft).toBe(10)
    stepOf(await start.prove(first.toUpperCase().replace('-', ' ')), 'signed-in')
    const again = await atBackupCode()
    expect(again.codesLeft).toBe(9)
    expect(await codeOf(again.prove(first))).toBe('PASSCODE_WRONG')
    expect(await codeOf(again.prove(second))).toBe('done')
  })

  it('cost one hash to check, all ten', async () => {
    const { codes } = await withCodes()
    const started = await atBackupCode()
    const before = auth.hashCount()
    await started.prove(codes[9] ?? '')
    expect(auth.hashCount() - before).toBe(1)
  })

  it('of another user are wrong', async () => {
    const { codes } = await withCodes()
    const { db } = auth.store
    const thief = await auth.newUser('thief')
    await thief.addTotp()
    // Even with the rows copied over, as somebody who can write to the database would.
    const rows = await db.selectFrom('backupCodes').selectAll().execute()
    const factorId = 'fac_thiefthiefthief1234_56' as never
    const row = (await factorRows()).find((each) => each.method === 'backup-code')
    if (row === undefined) throw new Error('no codes')
    await db
      .insertInto('factors')
      .values({ ...row, id: factorId, userId: thief.userId })
      .execute()
    for (const code of rows) {
      await db
        .insertInto('backupCodes')
        .values({ ...code, factorId, userId: thief.userId })
        .execute()
    }
    const started = await auth.signIn('thief')
    await started.choose(factorId)
    expect(await codeOf(started.prove(codes[0] ?? ''))).toBe('PASSCODE_WRONG')
  })

  it('die when new ones are made, which needs a grant', async () => {
    const { codes, secretBase32, sessionToken } = await withCodes()
    const session = auth.inSession(sessionToken)
    expect(await codeOf(session.regenerate('made-up'))).toBe('STEP_UP_REQUIRED')
    auth.clock.advance(30_000)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    const [option] = stepOf(stepUp.step, 'choose-method').options
    if (option === undefined) throw new Error('no option')
    await stepUp.choose(option.factorId)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(secretBase32)), 'granted')
    const renewed = await session.regenerate(grantToken)
    expect(await codeOf(session.regenerate(grantToken))).toBe('STEP_UP_REQUIRED')
    const started = await atBackupCode()
    expect(await codeOf(started.prove(codes[0] ?? ''))).toBe('PASSCODE_WRONG')
    expect(await codeOf(started.prove(renewed[0] ?? ''))).toBe('done')
  })

  it('are no method any more when all are used', async () => {
    await withCodes()
    const { db } = auth.store
    await db.updateTable('backupCodes').set({ usedAt: 1 }).execute()
    const started = await auth.signIn('demo.user')
    expect(stepOf(started.step, 'choose-method').options.map((option) => option.method)).toEqual(['totp'])
    await db.deleteFrom('factors').where('method', '=', 'totp').execute()
    // Not "register now": the account has had a second factor.
    expect(await codeOf(auth.signIn('demo.user'))).toBe('NO_METHOD_AVAILABLE')
  })
})

describe('a notice', () => {
  it('goes to the other proven phones, and not to the one it is about', async () => {
    const user = await auth.newUser('demo.user')
    await user.addPhone(phone)
    const added = await user.addPhone(otherPhone, 'New phone')
    await user.addPhone('+41791234567', 'Unproven', 0)
    const about = { userId: user.userId, what: 'added', label: 'New phone', exceptFactorId: added } as const
    await sendNotices(auth.deps, about)
    expect(auth.messages).toEqual([
      {
        channel: 'sms',
        to: phone,
        text: '"New phone" can now be used to sign in as "demo.user". If this was not you, contact your administrator.\nTest CBS',
      },
    ])
  })

  it('stays inside the limits of messages', async () => {
    const user = await auth.newUser('demo.user')
    await user.addPhone(phone)
    const about = { userId: user.userId, what: 'removed', label: 'x', exceptFactorId: null } as const
    for (let count = 0; count < 7; count += 1) await sendNotices(auth.deps, about)
    expect(auth.messages).toHaveLength(5)
  })
})
