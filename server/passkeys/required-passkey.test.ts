import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isoOf } from '../../shared/clock.ts'
import { defaultPolicy, policySchema } from '../../shared/model/policy.ts'
import { createGroup } from '../accounts/groups.ts'
import { codeOf, password, problemOf, stepOf } from '../sign-in/auth.fixture.ts'
import { softAuthenticator } from './authenticator.fixture.ts'
import { passkeyReadiness } from './passkey-readiness.ts'
import { openPasskeyAuth, site, type PasskeyAuth } from './passkeys.fixture.ts'

let auth: PasskeyAuth
beforeEach(async () => {
  auth = await openPasskeyAuth({ phishingResistant: 'everybody', passkeyOnOtherDevice: true })
})
afterEach(() => auth.store.close())

const adviceOf = async (work: Promise<unknown>) => {
  const problem = await problemOf(work)
  return [problem?.code, problem?.details?.['advice']]
}

describe('where a passkey is required', () => {
  it('a new account registers one and nothing else, and gets no backup codes, which would open nothing', async () => {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    expect(started.step).toEqual({ kind: 'must-enrol', methods: ['passkey'] })
    expect(await codeOf(started.enrol({ method: 'totp' }))).toBe('NOT_ALLOWED')
    expect(await codeOf(started.enrol({ method: 'sms', phoneNumber: '+4915112345678' }))).toBe('NOT_ALLOWED')
    expect(await codeOf(started.skip())).toBe('CONFLICT')
    await started.enrol({ method: 'passkey' })
    const end = stepOf(
      await auth.provePasskey(started.transactionToken, softAuthenticator(site)),
      'signed-in',
    )
    expect(end.backupCodes).toBeNull()
  })

  it('an account without one proves another method and is led to its first passkey, without a session before', async () => {
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    const step = await started.prove(auth.totp(totp.secret))
    expect(step).toEqual({ kind: 'must-enrol', methods: ['passkey'] })
    expect(await auth.store.db.selectFrom('sessions').selectAll().execute()).toEqual([])
    expect(await codeOf(started.skip())).toBe('CONFLICT')
    expect(await codeOf(started.enrol({ method: 'sms', phoneNumber: '+4915112345678' }))).toBe('NOT_ALLOWED')
    await started.enrol({ method: 'passkey' })
    expect((await started.chooseAnother()).kind).toBe('must-enrol')
    await started.enrol({ method: 'passkey' })
    expect((await auth.provePasskey(started.transactionToken, softAuthenticator(site))).kind).toBe(
      'signed-in',
    )
  })

  it('an account with one is asked for it alone, whatever else is registered, backup codes included', async () => {
    await auth.setPolicy({ phishingResistant: 'off' })
    const user = await auth.userWithPasskey('anna')
    const totp = await user.addTotp()
    const { factors } = await auth.inSession(user.sessionToken).factors()
    const codes = factors.find(({ method }) => method === 'backup-code')
    await auth.setPolicy({ phishingResistant: 'everybody' })
    const started = await auth.signIn('anna')
    const { options } = stepOf(started.step, 'choose-method')
    expect(options.map(({ method }) => method)).toEqual(['passkey'])
    expect(await codeOf(started.choose(totp.id))).toBe('NOT_FOUND')
    expect(await codeOf(started.choose(codes?.id ?? user.factorId))).toBe('NOT_FOUND')
    await started.choose(user.factorId)
    expect((await auth.provePasskey(started.transactionToken, user.key)).kind).toBe('signed-in')
  })

  it('a code that was asked for before the rule came opens nothing but the registration', async () => {
    await auth.setPolicy({ phishingResistant: 'off' })
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    await auth.setPolicy({ phishingResistant: 'everybody' })
    expect((await started.prove(auth.totp(totp.secret))).kind).toBe('must-enrol')
  })

  it('a code that was asked for before the rule came adds no passkey beside one that is there', async () => {
    await auth.setPolicy({ phishingResistant: 'off' })
    const user = await auth.userWithPasskey('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    await auth.setPolicy({ phishingResistant: 'everybody' })
    expect(await adviceOf(started.prove(auth.totp(totp.secret)))).toEqual([
      'NO_METHOD_AVAILABLE',
      'administrator',
    ])
    expect(await codeOf(started.enrol({ method: 'passkey' }))).toBe('SIGN_IN_ENDED')
  })

  it('a computer that another method made trusted is asked, before the first passkey and after it', async () => {
    await auth.setPolicy({ phishingResistant: 'off' })
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const device = await user.addDevice()
    const trusting = await auth.signIn('anna', { device })
    await trusting.choose(totp.id)
    await trusting.prove(auth.totp(totp.secret), true)
    expect((await auth.signIn('anna', { device })).step.kind).toBe('signed-in')
    await auth.setPolicy({ phishingResistant: 'everybody' })
    const started = await auth.signIn('anna', { device })
    expect(started.step.kind).toBe('choose-method')
    auth.clock.advance(30_000)
    await started.choose(totp.id)
    await started.prove(auth.totp(totp.secret))
    await started.enrol({ method: 'passkey' })
    await auth.provePasskey(started.transactionToken, softAuthenticator(site))
    expect((await auth.signIn('anna', { device })).step.kind).toBe('choose-method')
  })

  it('a computer that another method made trusted is asked also where the passkey was there before the rule', async () => {
    await auth.setPolicy({ phishingResistant: 'off' })
    const user = await auth.userWithPasskey('anna')
    const totp = await user.addTotp()
    const [byCode, byPasskey] = [await user.addDevice(), await user.addDevice()]
    const trusting = await auth.signIn('anna', { device: byCode })
    await trusting.choose(totp.id)
    await trusting.prove(auth.totp(totp.secret), true)
    const other = await auth.signIn('anna', { device: byPasskey })
    await other.choose(user.factorId)
    const client = auth.asClient(other.transactionToken)
    const side = await client.start()
    await client.finish(side.verifier, await auth.throughBrowser(side, user.key), true)
    const kindOf = async (device: typeof byCode) => (await auth.signIn('anna', { device })).step.kind
    expect([await kindOf(byCode), await kindOf(byPasskey)]).toEqual(['signed-in', 'signed-in'])
    await auth.setPolicy({ phishingResistant: 'everybody' })
    expect([await kindOf(byCode), await kindOf(byPasskey)]).toEqual(['choose-method', 'signed-in'])
  })

  it('a step-up takes a passkey alone; a session from before that has none must sign in again', async () => {
    await auth.setPolicy({ phishingResistant: 'off' })
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    const end = stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
    const session = auth.inSession(end.sessionToken)
    const open = await session.stepUp({ kind: 'change-factors' })
    await open.choose(totp.id)
    await auth.setPolicy({ phishingResistant: 'everybody' })
    auth.clock.advance(30_000)
    expect(await adviceOf(open.prove(auth.totp(totp.secret)))).toEqual([
      'NO_METHOD_AVAILABLE',
      'sign-in-again',
    ])
    expect(await adviceOf(session.stepUp({ kind: 'change-factors' }))).toEqual([
      'NO_METHOD_AVAILABLE',
      'sign-in-again',
    ])
  })

  it('the last passkey stays, and a second one can be added with the first', async () => {
    const user = await auth.userWithPasskey('anna')
    await user.addTotp()
    const session = auth.inSession(user.sessionToken)
    const grant = async () => {
      const stepUp = await session.stepUp({ kind: 'change-factors' })
      await stepUp.choose(user.factorId)
      return stepOf(await auth.provePasskey(stepUp.transactionToken, user.key), 'granted').grantToken
    }
    expect(await codeOf(session.remove(user.factorId, await grant()))).toBe('CONFLICT')
    const enrolling = await session.enrol({ method: 'passkey', label: 'Spare' }, await grant())
    await auth.provePasskey(enrolling.transactionToken, softAuthenticator(site))
    expect(await codeOf(session.remove(user.factorId, await grant()))).toBe('done')
  })

  it('no code on another device counts, which somebody could be talked into typing', async () => {
    const user = await auth.userWithPasskey('anna')
    const { client, step } = await auth.waiting(user)
    expect(step.passkey.ways).toEqual(['this-computer'])
    expect(await codeOf(client.start('other-device'))).toBe('NOT_ALLOWED')
  })

  it('the time for a first passkey ends: then an administrator resets the account, which may register again', async () => {
    const user = await auth.newUser('anna')
    await user.addTotp()
    await auth.setPolicy({ firstPasskeyUntil: isoOf(auth.clock.nowMs() + 60_000) })
    stepOf((await auth.signIn('anna')).step, 'choose-method')
    auth.clock.advance(60_000)
    expect(await adviceOf(auth.signIn('anna'))).toEqual(['NO_METHOD_AVAILABLE', 'administrator'])
    await auth.newUser('bert')
    expect((await auth.signIn('bert')).step.kind).toBe('must-enrol')
  })

  it('nobody gets in by another way when the server’s address is gone', async () => {
    const user = await auth.newUser('anna')
    await user.addTotp()
    await auth.newUser('bert')
    Object.assign(auth.deps.config, { publicAddress: null })
    for (const name of ['anna', 'bert']) {
      expect(await adviceOf(auth.signIn(name))).toEqual(['NO_METHOD_AVAILABLE', 'administrator'])
    }
  })

  it('for those who administer, others go on as before', async () => {
    await auth.setPolicy({ phishingResistant: 'system-users' })
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    expect((await started.prove(auth.totp(totp.secret))).kind).toBe('signed-in')
    const passwordHash = await auth.deps.hashes.hash(password)
    await auth.store.db
      .updateTable('users')
      .set({ passwordHash, mustChangePassword: 0, passwordExpiresAt: null })
      .where('loginName', '=', 'admin')
      .execute()
    expect((await auth.signIn('admin')).step).toEqual({ kind: 'must-enrol', methods: ['passkey'] })
  })
})

describe('a rule that requires passkeys', () => {
  it('tells the doctor how many accounts lack one, and whether any can be used', async () => {
    const { deps, store } = auth
    await auth.newUser('bert')
    await auth.userWithPasskey('anna')
    expect(await passkeyReadiness(store.db, deps.config)).toEqual({
      isOffered: true,
      requiredCount: 3,
      lackingCount: 2,
    })
    const without = await passkeyReadiness(store.db, { ...deps.config, publicAddress: null })
    expect(without.isOffered).toBe(false)
    await auth.setPolicy({ phishingResistant: 'system-users' })
    expect(await passkeyReadiness(store.db, deps.config)).toMatchObject({ requiredCount: 1, lackingCount: 1 })
  })

  it('is refused where nobody could keep it', async () => {
    const refused = await problemOf(
      auth.setPolicy({ phishingResistant: 'everybody', methods: ['totp', 'backup-code'] }),
    )
    expect([refused?.code, refused?.details?.['paths']]).toEqual(['INPUT_INVALID', ['methods']])
    Object.assign(auth.deps.config, { publicAddress: null })
    const policy = policySchema.parse({ ...defaultPolicy, phishingResistant: 'system-users' })
    const made = await problemOf(createGroup(auth.deps, 'staff', policy, 'test'))
    expect([made?.code, made?.details?.['paths']]).toEqual(['INPUT_INVALID', ['phishingResistant']])
  })
})
