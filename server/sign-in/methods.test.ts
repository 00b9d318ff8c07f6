import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, openTestAuth, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'
const address = 'anna.lindqvist@example.org'
const everyMethod = ['sms', 'voice', 'email', 'totp', 'backup-code'] as const

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth({ methods: [...everyMethod] })
})
afterEach(() => auth.store.close())

describe('a registered phone', () => {
  it('is one choice for each channel, with one masked number', async () => {
    const factorId = await (await auth.newUser('anna')).addPhone(phone, 'Mine')
    const { options } = stepOf((await auth.signIn('anna')).step, 'choose-method')
    expect(options.map((option) => [option.factorId, option.method, option.maskedDestination])).toEqual([
      [factorId, 'sms', '+4••••••••5678'],
      [factorId, 'voice', '+4••••••••5678'],
    ])
  })

  it.each([
    ['policy', () => auth.setPolicy({ methods: ['sms', 'backup-code'] })],
    ['the providers', () => Promise.resolve(auth.sending.channels.delete('voice'))],
  ])('is called only where %s let it', async (_what, restrict) => {
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    await restrict()
    const started = await auth.signIn('anna')
    expect(stepOf(started.step, 'choose-method').options.map(({ method }) => method)).toEqual(['sms'])
    expect(await codeOf(started.choose(factorId, 'voice'))).toBe('NOT_FOUND')
    const { challenge } = stepOf(await started.choose(factorId), 'enter-code')
    expect(challenge.channels).toEqual(['sms'])
    auth.clock.advance(30_000)
    expect(await codeOf(started.resend('voice'))).toBe('NOT_ALLOWED')
  })

  it('of a country that gets nothing says so, and neither waits nor costs a message', async () => {
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    await auth.newUser('bert')
    await auth.setSettings({ allowedCountries: ['HK'] })
    const started = await auth.signIn('anna')
    for (const channel of ['sms', 'voice'] as const) {
      expect(await codeOf(started.choose(factorId, channel))).toBe('COUNTRY_NOT_ALLOWED')
    }
    const enrolling = await auth.signIn('bert')
    const enrol = (phoneNumber: string) => enrolling.enrol({ method: 'sms', phoneNumber })
    expect(await codeOf(enrol(phone))).toBe('COUNTRY_NOT_ALLOWED')
    expect(auth.messages).toEqual([])
    expect((await enrol('+85237991234')).kind).toBe('enter-code')
    await auth.setSettings({ allowedCountries: null })
    expect((await started.choose(factorId)).kind).toBe('enter-code')
  })

  it('is called where policy allows calls alone', async () => {
    await auth.setPolicy({ methods: ['voice'] })
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    const started = await auth.signIn('anna')
    expect(stepOf(await started.choose(factorId), 'enter-code').challenge.method).toBe('voice')
    expect((await started.prove(auth.passcode(phone, 'voice'))).kind).toBe('signed-in')
  })

  it('proves by a call, and the session says so', async () => {
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    const started = await auth.signIn('anna')
    await started.choose(factorId, 'voice')
    const end = stepOf(await started.prove(auth.passcode(phone, 'voice')), 'signed-in')
    const { me, factors } = auth.inSession(end.sessionToken)
    expect((await me()).session.provenBy).toEqual(['password', 'voice'])
    expect((await factors()).history[0]).toMatchObject({ event: 'used', method: 'voice' })
  })

  it('is called instead from the code screen, and the code of the text message dies', async () => {
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    const started = await auth.signIn('anna')
    const oldPrefix = stepOf(await started.choose(factorId, 'sms'), 'enter-code').challenge.prefix
    const old = auth.passcode(phone)
    expect((await problemOf(started.resend('voice')))?.code).toBe('RATE_LIMITED')
    auth.clock.advance(30_000)
    const { challenge } = stepOf(await started.resend('voice'), 'enter-code')
    expect(challenge).toMatchObject({ method: 'voice', resendsLeft: 2, channels: ['sms', 'voice'] })
    // With the letters of the text message it is told apart even where the digits happen to be the same.
    expect(await codeOf(started.prove(`${oldPrefix}-${old}`))).toBe('PASSCODE_WRONG')
    expect((await started.prove(auth.passcode(phone, 'voice'))).kind).toBe('signed-in')
  })

  it('shares cool-down, repetitions and limits between text messages and calls', async () => {
    await auth.setPolicy({ limits: { resendsPerChallenge: 3, sendsPerNumberPer10Minutes: 10 } })
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    const started = await auth.signIn('anna')
    await started.choose(factorId, 'sms')
    await started.chooseAnother()
    // Choosing the other channel is no way around the cool-down.
    expect(await codeOf(started.choose(factorId, 'voice'))).toBe('RATE_LIMITED')
    auth.clock.advance(30_000)
    await started.choose(factorId, 'voice')
    auth.clock.advance(60_000)
    await started.resend('sms')
    auth.clock.advance(120_000)
    await started.resend('voice')
    auth.clock.advance(240_000)
    expect(await codeOf(started.resend('sms'))).toBe('RATE_LIMITED')
    expect(auth.messages.map(({ channel }) => channel)).toEqual(['sms', 'voice', 'sms', 'voice'])
  })

  it('counts calls and messages of all sign-ins against one number', async () => {
    await auth.setPolicy({ limits: { sendsPerNumberPer10Minutes: 2 } })
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    await (await auth.signIn('anna')).choose(factorId, 'sms')
    await (await auth.signIn('anna')).choose(factorId, 'voice')
    expect(await codeOf(auth.signIn('anna').then((started) => started.choose(factorId, 'voice')))).toBe(
      'RATE_LIMITED',
    )
  })

  it('is registered by a call, and can get text messages afterwards', async () => {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    expect(stepOf(started.step, 'must-enrol').methods).toEqual(['sms', 'voice', 'email', 'totp'])
    await started.enrol({ method: 'voice', phoneNumber: phone })
    const end = stepOf(await started.prove(auth.passcode(phone, 'voice')), 'signed-in')
    const { factors } = await auth.inSession(end.sessionToken).factors()
    expect(factors.map(({ method }) => method)).toEqual(['sms', 'backup-code'])
    const again = stepOf((await auth.signIn('anna')).step, 'choose-method')
    expect(again.options.map(({ method }) => method)).toEqual(['sms', 'voice', 'backup-code'])
  })
})

describe('a mailbox', () => {
  it('is registered by a passcode and shown as two characters and the domain', async () => {
    const { userId } = await auth.newUser('anna')
    const started = await auth.signIn('anna')
    const { challenge } = stepOf(
      await started.enrol({ method: 'email', emailAddress: address }),
      'enter-code',
    )
    expect(challenge).toMatchObject({ maskedDestination: 'an•••@example.org', channels: [], resendsLeft: 3 })
    expect(auth.messages[0]).toMatchObject({
      channel: 'email',
      to: address,
      subject: 'Test CBS: verification code',
    })
    expect((await started.prove(auth.passcode(address, 'email'))).kind).toBe('signed-in')
    const user = await auth.store.db
      .selectFrom('users')
      .select(['email', 'emailProvenAt'])
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    expect(user).toEqual({ email: address, emailProvenAt: auth.clock.nowMs() })
  })

  it('leaves the address of the account alone when it is another one', async () => {
    const { userId } = await auth.newUser('anna')
    await auth.store.db
      .updateTable('users')
      .set({ email: 'office@example.org' })
      .where('id', '=', userId)
      .execute()
    const started = await auth.signIn('anna')
    await started.enrol({ method: 'email', emailAddress: address })
    await started.prove(auth.passcode(address, 'email'))
    const user = await auth.store.db
      .selectFrom('users')
      .select(['email', 'emailProvenAt'])
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    expect(user).toEqual({ email: 'office@example.org', emailProvenAt: null })
  })

  it('is no method where policy does not allow it', async () => {
    await auth.setPolicy({ methods: ['sms', 'totp'] })
    const user = await auth.newUser('anna')
    const started = await auth.signIn('anna')
    expect(await codeOf(started.enrol({ method: 'email', emailAddress: address }))).toBe('NOT_ALLOWED')
    await user.addEmail(address)
    expect(await codeOf(auth.signIn('anna'))).toBe('NO_METHOD_AVAILABLE')
  })

  it('never signs in who administers, whatever policy says', async () => {
    const user = await auth.newUser('root')
    await auth.store.db
      .updateTable('users')
      .set({ kind: 'system', role: 'admin' })
      .where('id', '=', user.userId)
      .execute()
    const started = await auth.signIn('root')
    expect(stepOf(started.step, 'must-enrol').methods).toEqual(['sms', 'voice', 'totp'])
    expect(await codeOf(started.enrol({ method: 'email', emailAddress: address }))).toBe('NOT_ALLOWED')
    await user.addEmail(address)
    expect(await codeOf(auth.signIn('root'))).toBe('NO_METHOD_AVAILABLE')
  })

  it.each([
    'anna@example.org\r\nBcc: thief@example.com',
    'Anna <anna@example.org>',
    'anna@example.org, thief@example.com',
    'anna',
    'anna@',
    '@example.org',
    'anna@example.org\u0000',
  ])('that is %j is none, and nothing is sent', async (emailAddress) => {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    expect(await codeOf(started.enrol({ method: 'email', emailAddress }))).toBe('INPUT_INVALID')
    expect(auth.messages).toEqual([])
  })

  it('has the limits of a number of its own', async () => {
    await auth.setPolicy({ limits: { sendsPerNumberPer10Minutes: 1 } })
    const factorId = await (await auth.newUser('anna')).addEmail(address)
    await (await auth.signIn('anna')).choose(factorId)
    expect(await codeOf(auth.signIn('anna').then((started) => started.choose(factorId)))).toBe('RATE_LIMITED')
  })
})

describe('the authenticator app', () => {
  it.each([
    [
      { authenticatorApp: 'microsoft', authenticatorName: 'Mine' },
      { preset: 'microsoft', name: null },
    ],
    [{ authenticatorApp: 'google' }, { preset: 'google', name: null }],
    [
      { authenticatorApp: 'third-party', authenticatorName: 'MyAuthenticator' },
      { preset: 'third-party', name: 'MyAuthenticator' },
    ],
    [{}, { preset: 'any', name: null }],
  ] as const)('that policy names as %o is shown as %o', async (policy, app) => {
    await auth.setPolicy(policy)
    await auth.newUser('anna')
    const step = stepOf(await (await auth.signIn('anna')).enrol({ method: 'totp' }), 'pair-authenticator')
    expect(step.app).toEqual(app)
  })

  it('must be paired in time: later its code is told as expired, and signing in starts again', async () => {
    await auth.setPolicy({ limits: { pairingMinutes: 2 } })
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    const { secretBase32, challenge } = stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
    expect(Date.parse(challenge.expiresAt)).toBe(auth.clock.nowMs() + 120_000)
    auth.clock.advance(120_000)
    const problem = await problemOf(started.prove(auth.totp(secretBase32)))
    expect([problem?.code, problem?.details?.['reason']]).toEqual(['SIGN_IN_ENDED', 'expired'])
    expect(await codeOf(started.enrol({ method: 'totp' }))).toBe('SIGN_IN_ENDED')
    expect(stepOf((await auth.signIn('anna')).step, 'must-enrol').kind).toBe('must-enrol')
  })
})

describe('a change of the phone while its code is on the way', () => {
  it('makes the code worthless', async () => {
    const factorId = await (await auth.newUser('anna')).addPhone(phone)
    const started = await auth.signIn('anna')
    await started.choose(factorId, 'voice')
    await auth.store.db
      .updateTable('factors')
      .set({ phoneNumber: '+41791234567' })
      .where('id', '=', factorId)
      .execute()
    expect(await codeOf(started.prove(auth.passcode(phone, 'voice')))).toBe('PASSCODE_EXPIRED')
  })

  it('also of a mailbox', async () => {
    const factorId = await (await auth.newUser('anna')).addEmail(address)
    const started = await auth.signIn('anna')
    await started.choose(factorId)
    await auth.store.db
      .updateTable('factors')
      .set({ emailAddress: 'thief@example.com' })
      .where('id', '=', factorId)
      .execute()
    expect(await codeOf(started.prove(auth.passcode(address, 'email')))).toBe('PASSCODE_EXPIRED')
  })
})

it('guessing over all methods side by side gets no more tries than one method gives', async () => {
  const user = await auth.newUser('anna')
  const ids = [await user.addPhone(phone), await user.addEmail(address), (await user.addTotp()).id]
  const starts = await Promise.all(Array.from({ length: 12 }, () => auth.signIn('anna')))
  await Promise.all(
    starts.map(
      async (started, index) => await codeOf(started.choose(ids[index % 3] as (typeof ids)[number])),
    ),
  )
  const guesses = starts.flatMap((started) =>
    Array.from({ length: 4 }, () => codeOf(started.prove('000000'))),
  )
  const answers = await Promise.all(guesses)
  // The tenth wrong code pauses the account, whichever methods they were for.
  expect(answers.filter((answer) => answer === 'PASSCODE_WRONG').length).toBeLessThanOrEqual(9)
  expect(await codeOf(auth.signIn('anna'))).toBe('SIGN_IN_FAILED')
})
