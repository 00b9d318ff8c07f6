import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { unlockUser } from '../accounts/users.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import { codeOf, openTestAuth, problemOf, stepOf, type SignInOptions, type TestAuth } from './auth.fixture.ts'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

/** Wrong codes in as many sign-ins as it takes; the password is right. */
async function guess(factorId: FactorId, times: number, options: SignInOptions = {}): Promise<unknown[]> {
  const codes: unknown[] = []
  while (codes.length < times) {
    const started = await auth.signIn('demo.user', options)
    await started.choose(factorId)
    for (let tries = 0; tries < 5 && codes.length < times; tries += 1) {
      codes.push(await codeOf(started.prove('000000')))
    }
  }
  return codes
}

describe('a pause after wrong codes', () => {
  it('comes after ten in a row over all methods and sign-ins', async () => {
    const user = await auth.newUser('demo.user')
    const phone = await user.addPhone('+4915112345678')
    const totp = await user.addTotp()
    await guess(totp.id, 5)
    const started = await auth.signIn('demo.user')
    await started.choose(phone)
    const codes: unknown[] = []
    for (let tries = 0; tries < 5; tries += 1) codes.push(await codeOf(started.prove('x0000')))
    expect(codes.at(-1)).toBe('SIGN_IN_ENDED')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
    auth.clock.advance(15 * 60_000)
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })

  it('ends every open challenge, also with the right code', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const waiting = await auth.signIn('demo.user')
    await waiting.choose(totp.id)
    await guess(totp.id, 10)
    const problem = await problemOf(waiting.prove(auth.totp(totp.secret)))
    expect([problem?.code, problem?.details]).toEqual(['SIGN_IN_ENDED', { reason: 'too-many-tries' }])
  })

  it('stops messages as well', async () => {
    const user = await auth.newUser('demo.user')
    const phone = await user.addPhone('+4915112345678')
    const totp = await user.addTotp()
    const waiting = await auth.signIn('demo.user')
    await guess(totp.id, 10)
    expect(await codeOf(waiting.choose(phone))).toBe('SIGN_IN_ENDED')
    expect(auth.messages).toEqual([])
  })

  it('starts over after a right code', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    await guess(totp.id, 9)
    const started = await auth.signIn('demo.user')
    await started.choose(totp.id)
    await started.prove(auth.totp(totp.secret))
    await guess(totp.id, 9)
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })

  it('lets nobody lock the owner out of a known computer', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const device = await user.addDevice()
    await guess(totp.id, 10)
    const started = await auth.signIn('demo.user', { device })
    await started.choose(totp.id)
    expect(await codeOf(started.prove(auth.totp(totp.secret)))).toBe('done')
  })

  it('also comes to a known computer, for itself', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const device = await user.addDevice()
    await guess(totp.id, 10, { device })
    expect(await codeOf(auth.signIn('demo.user', { device }))).toBe('SIGN_IN_FAILED')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })

  it('ends by an administrator only after a hundred, with a count that time does not lower', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    for (let pauses = 0; pauses < 10; pauses += 1) {
      await guess(totp.id, 10)
      auth.clock.advance(24 * 3_600_000)
    }
    auth.clock.advance(1000 * 86_400_000)
    expect(await codeOf(auth.signIn('demo.user'))).toBe('SIGN_IN_FAILED')
    await unlockUser(auth.deps, user.userId, 'test')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })
})

describe('a trusted computer', () => {
  async function trusted() {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const device = await user.addDevice()
    const started = await auth.signIn('demo.user', { device })
    await started.choose(totp.id)
    await started.prove(auth.totp(totp.secret), true)
    return { ...user, totp, device }
  }

  it('P2: needs no second factor, and gets a session that may only view and back up', async () => {
    const { device } = await trusted()
    const end = stepOf((await auth.signIn('demo.user', { device })).step, 'signed-in')
    expect(end.scope).toBe('limited')
    const { me } = auth.inSession(end.sessionToken)
    expect((await me()).session).toMatchObject({ freshUntil: null, provenBy: ['password', 'device'] })
  })

  it('is proven by its key: the password alone gets a challenge', async () => {
    await trusted()
    expect((await auth.signIn('demo.user')).step.kind).toBe('choose-method')
  })

  it('stays trusted while it is used, for 48 hours at a time', async () => {
    const { device } = await trusted()
    for (let days = 0; days < 5; days += 1) {
      auth.clock.advance(47 * 3_600_000)
      expect((await auth.signIn('demo.user', { device })).step.kind).toBe('signed-in')
    }
    auth.clock.advance(48 * 3_600_000)
    expect((await auth.signIn('demo.user', { device })).step.kind).toBe('choose-method')
  })

  it('is not trusted where policy says 0 hours, also when it was before', async () => {
    const { device } = await trusted()
    await auth.setPolicy({ limits: { trustedDeviceHours: 0 } })
    expect((await auth.signIn('demo.user', { device })).step.kind).toBe('choose-method')
  })

  it('loses its trust when policy shortens it', async () => {
    const { device } = await trusted()
    await auth.setPolicy({ limits: { trustedDeviceHours: 1 } })
    expect((await auth.signIn('demo.user', { device })).step.kind).toBe('choose-method')
  })

  it('of one user opens nothing for another, whose password the thief has', async () => {
    const { device } = await trusted()
    await auth.newUser('victim').then((victim) => victim.addTotp())
    expect((await auth.signIn('victim', { device })).step.kind).toBe('choose-method')
  })

  it('cannot sign in any more, nor use its session, when it is revoked', async () => {
    const { device } = await trusted()
    const end = stepOf((await auth.signIn('demo.user', { device })).step, 'signed-in')
    const { db } = auth.store
    await db.updateTable('devices').set({ revokedAt: auth.clock.nowMs() }).execute()
    expect(await codeOf(auth.inSession(end.sessionToken).me())).toBe('SESSION_ENDED')
    expect(await codeOf(auth.signIn('demo.user', { device }))).toBe('DEVICE_REVOKED')
    expect((await auth.signIn('demo.user')).step.kind).toBe('choose-method')
  })

  it('cannot be made without the computer’s key', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    await user.addDevice()
    const started = await auth.signIn('demo.user')
    await started.choose(totp.id)
    await started.prove(auth.totp(totp.secret), true)
    const devices = await auth.store.db.selectFrom('devices').select('trustedUntil').execute()
    expect(devices).toEqual([{ trustedUntil: null }])
  })

  it('is asked again for a code when the kept sign-in was asked for with trust alone', async () => {
    const { device } = await trusted()
    const started = await auth.signIn('demo.user', { device, keepSignedIn: true })
    const end = stepOf(started.step, 'signed-in')
    auth.clock.advance(13 * 3_600_000)
    expect(await codeOf(auth.inSession(end.sessionToken).me())).toBe('SESSION_ENDED')
  })
})
