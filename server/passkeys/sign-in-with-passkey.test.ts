import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAlerts } from '../alerts/alerts.ts'
import { listAudit } from '../audit/audit.ts'
import { codeOf, elsewhere, origin, problemOf, stepOf } from '../sign-in/auth.fixture.ts'
import { softAuthenticator } from './authenticator.fixture.ts'
import { maxPasskeys } from './passkey-step.ts'
import { openPasskeyAuth, site, type PasskeyAuth } from './passkeys.fixture.ts'

let auth: PasskeyAuth
beforeEach(async () => {
  auth = await openPasskeyAuth()
})
afterEach(() => auth.store.close())

const reasonsOf = async (work: Promise<unknown>) => {
  const problem = await problemOf(work)
  return [problem?.code, problem?.details?.['reason']]
}
const actions = async () =>
  (await listAudit(auth.store.db, { limit: 500 })).map(({ action, outcome }) => `${action} ${outcome}`)

describe('a passkey', () => {
  it('is registered at the first sign-in through the browser, which signs in and gives backup codes', async () => {
    const user = await auth.newUser('anna')
    const key = softAuthenticator(site)
    const started = await auth.signIn('anna')
    expect(stepOf(started.step, 'must-enrol').methods).toContain('passkey')
    const step = stepOf(await started.enrol({ method: 'passkey', label: 'My key' }), 'register-passkey')
    expect(step.passkey).toMatchObject({ label: 'My key', ways: ['this-computer'], canChooseAnother: true })
    const end = stepOf(await auth.provePasskey(started.transactionToken, key), 'signed-in')
    expect(end.backupCodes).toHaveLength(10)
    const { factors, history } = await auth.inSession(end.sessionToken).factors()
    expect(factors.map(({ method, label, isProven }) => [method, label, isProven])).toEqual([
      ['passkey', 'My key', true],
      ['backup-code', 'Backup codes', true],
    ])
    expect(history.map(({ event, method }) => [event, method])).toContainEqual(['added', 'passkey'])
    expect((await auth.inSession(end.sessionToken).me()).session.provenBy).toEqual(['password', 'passkey'])
    expect(user.loginName).toBe('anna')
  })

  it('signs in, and counts what it signed', async () => {
    const user = await auth.userWithPasskey('anna')
    const { transactionToken } = await auth.waiting(user)
    const end = stepOf(await auth.provePasskey(transactionToken, user.key), 'signed-in')
    expect(end.scope).toBe('full')
    const row = await auth.store.db
      .selectFrom('factors')
      .selectAll()
      .where('id', '=', user.factorId)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(row.credential ?? '')).toMatchObject({ counter: 2, rpId: 'cbs.example.com' })
    expect(await actions()).toEqual(
      expect.arrayContaining([
        'passkey.hand-off ok',
        'passkey.page-opened ok',
        'passkey.proof ok',
        'challenge.proof ok',
      ]),
    )
  })

  it('steps up for one operation', async () => {
    const user = await auth.userWithPasskey('anna')
    const stepUp = await auth.inSession(user.sessionToken).stepUp({ kind: 'export-key' })
    await stepUp.choose(user.factorId)
    const granted = stepOf(await auth.provePasskey(stepUp.transactionToken, user.key), 'granted')
    expect(granted.operation).toEqual({ kind: 'export-key' })
  })

  it('is added to a signed-in account with a grant only, and announced to its phones', async () => {
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    await user.addPhone('+4915112345678')
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    const { sessionToken } = stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
    const session = auth.inSession(sessionToken)
    expect(await codeOf(session.enrol({ method: 'passkey' }))).toBe('STEP_UP_REQUIRED')
    auth.clock.advance(30_000)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    const enrolling = await session.enrol({ method: 'passkey' }, grantToken)
    const end = stepOf(
      await auth.provePasskey(enrolling.transactionToken, softAuthenticator(site)),
      'enrolled',
    )
    expect(end.factor).toMatchObject({ method: 'passkey', label: 'Passkey', isProven: true })
    await expect
      .poll(() => auth.messages.map(({ text }) => text).join())
      .toContain('"Passkey" can now be used')
  })

  it('is removed with a grant, and opens nothing any more', async () => {
    const user = await auth.userWithPasskey('anna')
    const totp = await user.addTotp()
    const pending = await auth.waiting(user)
    const side = await pending.client.start()
    const code = await auth.throughBrowser(side, user.key)
    const session = auth.inSession(user.sessionToken)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    await session.remove(user.factorId, grantToken)
    expect(await reasonsOf(pending.client.finish(side.verifier, code))).toEqual([
      'PASSKEY_REFUSED',
      'unknown',
    ])
    const next = await auth.signIn('anna')
    expect(await codeOf(next.choose(user.factorId))).toBe('NOT_FOUND')
  })

  it('of one account is none of another’s', async () => {
    const anna = await auth.userWithPasskey('anna')
    const bert = await auth.userWithPasskey('bert')
    const { transactionToken } = await auth.waiting(bert)
    expect(await reasonsOf(auth.provePasskey(transactionToken, anna.key))).toEqual([
      'PASSKEY_REFUSED',
      'unknown',
    ])
  })

  it('belongs to one account: registering it for another is refused', async () => {
    const anna = await auth.userWithPasskey('anna')
    await auth.newUser('bert')
    const started = await auth.signIn('bert')
    await started.enrol({ method: 'passkey' })
    const registering = auth.provePasskey(started.transactionToken, anna.key)
    expect(await reasonsOf(registering)).toEqual(['PASSKEY_REFUSED', 'registered'])
  })

  it(`is one of ${maxPasskeys} at most`, async () => {
    const user = await auth.userWithPasskey('anna')
    for (let made = 1; made < maxPasskeys; made++) {
      await auth.store.db
        .insertInto('factors')
        .values({
          id: `fac_${String(made).padStart(22, 'A')}` as never,
          userId: user.userId,
          method: 'passkey',
          label: 'More',
          phoneNumber: null,
          secretSealed: null,
          lastTotpStep: null,
          credentialId: `id${made}`,
          credential:
            '{"rpId":"cbs.example.com","publicKey":"AA","counter":0,"transports":[],"isSynced":false,"isBackedUp":false}',
          isProven: 1,
          addedAt: 0,
          lastUsedAt: null,
        })
        .execute()
    }
    const session = auth.inSession(user.sessionToken)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(user.factorId)
    const { grantToken } = stepOf(await auth.provePasskey(stepUp.transactionToken, user.key), 'granted')
    expect(await codeOf(session.enrol({ method: 'passkey' }, grantToken))).toBe('CONFLICT')
  })

  it('made for another address of the server is told as such, and not asked for', async () => {
    const user = await auth.userWithPasskey('anna')
    Object.assign(auth.deps.config, { publicAddress: 'https://new.example.com' })
    const started = await auth.signIn('anna')
    expect(await reasonsOf(started.choose(user.factorId))).toEqual(['PASSKEY_REFUSED', 'other-address'])
  })

  it('is not offered by a server without a public address', async () => {
    Object.assign(auth.deps.config, { publicAddress: null })
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    expect(stepOf(started.step, 'must-enrol').methods).not.toContain('passkey')
    expect(await codeOf(started.enrol({ method: 'passkey' }))).toBe('NOT_ALLOWED')
  })

  it('lets a known computer be trusted', async () => {
    const user = await auth.userWithPasskey('anna')
    const device = await user.addDevice()
    const started = await auth.signIn('anna', { device })
    await started.choose(user.factorId)
    const client = auth.asClient(started.transactionToken)
    const side = await client.start()
    const code = await auth.throughBrowser(side, user.key)
    stepOf((await client.finish(side.verifier, code, true)) ?? started.step, 'signed-in')
    const again = await auth.signIn('anna', { device })
    expect(stepOf(again.step, 'signed-in').scope).toBe('limited')
  })

  it('leaves only public data in the database', async () => {
    const user = await auth.userWithPasskey('anna')
    const { credential, credentialId } = await auth.store.db
      .selectFrom('factors')
      .selectAll()
      .where('id', '=', user.factorId)
      .executeTakeFirstOrThrow()
    expect(credentialId).toBe(user.key.id)
    expect(Object.keys(JSON.parse(credential ?? '') as object).sort()).toEqual(
      ['counter', 'isBackedUp', 'isSynced', 'publicKey', 'rpId', 'transports'].sort(),
    )
  })
})

describe('what a passkey answers', () => {
  /** A page that is open on a sign-in, with its options. */
  async function page() {
    const user = await auth.userWithPasskey('anna')
    const { client } = await auth.waiting(user)
    const side = await client.start()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    return { user, client, side, browser, pageKey, options: await browser.options(pageKey) }
  }

  it.each([
    ['for another origin', { origin: 'https://cbs.example.com.evil.example' }],
    ['for another origin of the same host', { origin: 'https://cbs.example.com:8443' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: Buffer.alloc(32, 1).toString('base64url') }],
    ['as if it made a passkey', { type: 'webauthn.create' }],
    ['without verifying the person', { isVerified: false }],
    ['without the person', { isPresent: false }],
    ['with a signature that is not its own', { isSigned: false }],
    ['inside a frame of somebody else', { isFramed: true }],
  ] as const)('%s is refused, audited, and may be tried again', async (_what, odd) => {
    const { browser, options, pageKey, user, client, side } = await page()
    const answering = browser.answer(pageKey, user.key.use(options, odd))
    expect(await reasonsOf(answering)).toEqual(['PASSKEY_REFUSED', 'invalid'])
    expect(await actions()).toContain('passkey.proof failed')
    const redirect = await browser.answer(pageKey, user.key.use(await browser.options(pageKey)))
    const code = new URL(redirect ?? '').searchParams.get('code') ?? ''
    expect((await client.finish(side.verifier, code))?.kind).toBe('signed-in')
  })

  it('is taken once: its challenge is used up, right or wrong', async () => {
    const { browser, options, pageKey, user } = await page()
    await browser.answer(pageKey, user.key.use(options, { origin: 'https://evil.example' })).catch(() => null)
    expect(await codeOf(browser.answer(pageKey, user.key.use(options)))).toBe('CONFLICT')
  })

  it('asks for the person to be verified, and names the account’s own passkeys only', async () => {
    const { options, user } = await page()
    expect(options).toMatchObject({
      rpId: 'cbs.example.com',
      userVerification: 'required',
      allowCredentials: [{ id: user.key.id }],
    })
  })

  it('with a counter that was seen already shows a copy: refused, audited, with the signature checked first', async () => {
    const { browser, options, pageKey, user } = await page()
    const copied = browser.answer(pageKey, user.key.use(options, { counter: 1 }))
    expect(await reasonsOf(copied)).toEqual(['PASSKEY_REFUSED', 'counter'])
    expect(await actions()).toContain('passkey.copied refused')
    // A stranger cannot make a passkey look copied.
    const fresh = await browser.options(pageKey)
    const unsigned = browser.answer(pageKey, user.key.use(fresh, { counter: 1, isSigned: false }))
    expect(await reasonsOf(unsigned)).toEqual(['PASSKEY_REFUSED', 'invalid'])
  })

  it.each(['at the page', 'when the client takes it'])(
    'from a copy is told to its owner on the other channels and in the history, and alerts administrators, %s',
    async (where) => {
      const user = await auth.userWithPasskey('anna')
      const phone = '+4915112345678'
      await user.addPhone(phone)
      const [first, second] = [await auth.waiting(user), await auth.waiting(user)]
      const [a, b] = [await first.client.start(), await second.client.start()]
      const codeA = await auth.throughBrowser(a, user.key, { counter: 7 })
      const finishFirst = () => first.client.finish(a.verifier, codeA)
      if (where === 'at the page') await finishFirst()
      const finishSecond = auth.throughBrowser(b, user.key, { counter: 7 }).then(async (codeB) => {
        await finishFirst()
        return await second.client.finish(b.verifier, codeB)
      })
      expect(await codeOf(finishSecond)).toBe('PASSKEY_REFUSED')
      await expect.poll(() => auth.messages.filter(({ to }) => to === phone)).toHaveLength(1)
      expect(auth.messages.at(-1)?.text).toContain('A copy of your passkey "My key"')
      const { history } = await auth.inSession(user.sessionToken).factors()
      expect(history.map(({ event, label }) => [event, label])).toContainEqual(['copied', 'My key'])
      const [alert] = await listAlerts(auth.store.db, { limit: 1 })
      expect(alert).toMatchObject({
        kind: 'passkey-copied',
        details: { loginName: 'anna', label: 'My key', address: origin.address },
      })
    },
  )

  it('of a copy does not take back the wrong codes that were counted', async () => {
    const user = await auth.userWithPasskey('anna')
    const [first, second] = [await auth.waiting(user), await auth.waiting(user)]
    const [a, b] = [await first.client.start(), await second.client.start()]
    const codeA = await auth.throughBrowser(a, user.key, { counter: 7 })
    const codeB = await auth.throughBrowser(b, user.key, { counter: 7 })
    await first.client.finish(a.verifier, codeA)
    const { id } = await user.addTotp()
    const guessing = await auth.signIn('anna')
    await guessing.choose(id)
    await guessing.prove('000000').catch(() => null)
    const counted = () =>
      auth.store.db.selectFrom('throttles').selectAll().where('key', 'like', 'code%').execute()
    const before = await counted()
    expect(before).toHaveLength(1)
    await second.client.finish(b.verifier, codeB).catch(() => null)
    expect(await counted()).toEqual(before)
  })

  it('from a passkey that does not count is taken again and again', async () => {
    const user = await auth.newUser('anna')
    const key = softAuthenticator(site)
    const started = await auth.signIn('anna')
    await started.enrol({ method: 'passkey' })
    stepOf(await auth.provePasskey(started.transactionToken, key, { counter: 0 }), 'signed-in')
    const { id } = await auth.store.db
      .selectFrom('factors')
      .select('id')
      .where('userId', '=', user.userId)
      .where('method', '=', 'passkey')
      .executeTakeFirstOrThrow()
    for (let times = 0; times < 2; times++) {
      const { transactionToken } = await auth.waiting({ loginName: 'anna', factorId: id })
      expect((await auth.provePasskey(transactionToken, key, { counter: 0 })).kind).toBe('signed-in')
    }
  })

  it('that was proven on two pages at once opens one of them when the counter is the same', async () => {
    const user = await auth.userWithPasskey('anna')
    const [first, second] = [await auth.waiting(user), await auth.waiting(user)]
    const [a, b] = [await first.client.start(), await second.client.start()]
    const codeA = await auth.throughBrowser(a, user.key, { counter: 7 })
    const codeB = await auth.throughBrowser(b, user.key, { counter: 7 })
    expect((await first.client.finish(a.verifier, codeA))?.kind).toBe('signed-in')
    expect(await reasonsOf(second.client.finish(b.verifier, codeB))).toEqual(['PASSKEY_REFUSED', 'counter'])
  })

  it('is counted with the answers of its sign-in, which ends after too many', async () => {
    const { browser, pageKey, user } = await page()
    let code = ''
    for (let tries = 0; tries < 40 && code !== 'SIGN_IN_ENDED'; tries++) {
      const options = await browser.options(pageKey).catch(() => null)
      code = await codeOf(
        options === null
          ? browser.options(pageKey)
          : browser.answer(pageKey, user.key.use(options, { isSigned: false })),
      )
    }
    expect(code).toBe('SIGN_IN_ENDED')
  })
})

describe('what a new passkey answers', () => {
  async function page() {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    await started.enrol({ method: 'passkey' })
    const side = await auth.asClient(started.transactionToken).start()
    const browser = auth.inBrowser(elsewhere)
    const { pageKey } = await browser.open({ token: side.token })
    return { key: softAuthenticator(site), browser, pageKey, options: await browser.options(pageKey) }
  }

  it('asks for no attestation, a verified person, and an account that the passkey cannot name', async () => {
    const { options } = await page()
    expect(options).toMatchObject({
      attestation: 'none',
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    })
    expect(JSON.stringify((options as { user: { id: string } }).user.id)).not.toContain('usr_')
  })

  it.each([
    ['for another origin', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['to another challenge', { challenge: Buffer.alloc(32, 1).toString('base64url') }],
    ['as if it used a passkey', { type: 'webauthn.get' }],
    ['without verifying the person', { isVerified: false }],
    // Its chain would name addresses that checking it fetches.
    [
      'with a chain of certificates',
      { attestation: { fmt: 'packed', attStmt: new Map([['x5c', [Buffer.from('a')]]]) } },
    ],
    ['with another kind of attestation', { attestation: { fmt: 'android-safetynet', attStmt: new Map() } }],
  ])('%s is refused', async (_what, odd) => {
    const { browser, key, options, pageKey } = await page()
    expect(await reasonsOf(browser.answer(pageKey, key.make(options, odd)))).toEqual([
      'PASSKEY_REFUSED',
      'invalid',
    ])
  })

  it('with bytes that mean nothing is refused like any other', async () => {
    const { browser, key, options, pageKey } = await page()
    const answer = key.make(options)
    if (answer.kind !== 'register') throw new Error('Not a registration.')
    const spoiled = { ...answer, response: { ...answer.response, attestationObject: 'AAAA' } }
    expect(await reasonsOf(browser.answer(pageKey, spoiled))).toEqual(['PASSKEY_REFUSED', 'invalid'])
  })
})
