import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, openTestAuth, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'

let auth: TestAuth

beforeEach(async () => {
  auth = await openTestAuth({ secondFactor: 'offered' })
})
afterEach(() => auth.store.close())

async function administrator() {
  const user = await auth.newUser('root')
  const system = { kind: 'system', role: 'admin' } as const
  await auth.store.db.updateTable('users').set(system).where('id', '=', user.userId).execute()
  return user
}

describe('a system user', () => {
  it('without a second factor must register one, also where policy only offers it', async () => {
    const user = await administrator()
    const dismissed = { offerDismissed: 1 } as const
    await auth.store.db.updateTable('users').set(dismissed).where('id', '=', user.userId).execute()
    const started = await auth.signIn('root')
    expect(started.step.kind).toBe('must-enrol')
    expect(await codeOf(started.skip())).toBe('CONFLICT')
  })

  it('is asked at every sign-in, also on a computer that is to be trusted', async () => {
    const user = await administrator()
    const factorId = await user.addPhone(phone)
    const device = await user.addDevice()
    const first = await auth.signIn('root', { device })
    await first.choose(factorId)
    stepOf(await first.prove(auth.passcode(phone), true), 'signed-in')
    expect((await auth.signIn('root', { device })).step.kind).toBe('choose-method')
    const trustedUntil = auth.clock.nowMs() + 3_600_000
    await auth.store.db.updateTable('devices').set({ trustedUntil }).execute()
    expect((await auth.signIn('root', { device })).step.kind).toBe('choose-method')
  })

  it('does not stay signed in', async () => {
    const factorId = await (await administrator()).addPhone(phone)
    const started = await auth.signIn('root', { keepSignedIn: true })
    await started.choose(factorId)
    const end = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    expect(end.scope).toBe('full')
    expect(Date.parse(end.expiresAt) - auth.clock.nowMs()).toBeLessThanOrEqual(24 * 3_600_000)
  })

  it('keeps the last second factor that can be used', async () => {
    const factorId = await (await administrator()).addPhone(phone)
    const started = await auth.signIn('root')
    await started.choose(factorId)
    const { sessionToken } = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    auth.clock.advance(60_000)
    const session = auth.inSession(sessionToken)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(factorId)
    const { grantToken } = stepOf(await stepUp.prove(auth.passcode(phone)), 'granted')
    expect(await codeOf(session.remove(factorId, grantToken))).toBe('CONFLICT')
  })
})
