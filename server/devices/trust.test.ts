import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, openTestAuth, stepOf, type TestAuth, type TestDevice } from '../sign-in/auth.fixture.ts'

const phone = '+4915112345678'
const hourMs = 3_600_000
const dayMs = 24 * hourMs

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth({ limits: { sendsPerNumberPerDay: 50, trustedDeviceMaxDays: 3 } })
})
afterEach(() => auth.store.close())

async function person() {
  const user = await auth.newUser('anna')
  const factorId = await user.addPhone(phone)
  const trust = async (device: TestDevice) => {
    const started = await auth.signIn('anna', { device })
    await started.choose(factorId)
    return stepOf(await started.prove(auth.passcode(phone), true), 'signed-in')
  }
  const isAsked = async (device: TestDevice) =>
    (await auth.signIn('anna', { device })).step.kind === 'choose-method'
  return { user, trust, isAsked }
}

describe('a trusted computer', () => {
  it('is asked again once the method that made it trusted was removed, and not for another one', async () => {
    const { isAsked, trust, user } = await person()
    const totp = await user.addTotp()
    const [byPhone, byApp] = [await user.addDevice(), await user.addDevice()]
    await trust(byPhone)
    const other = await auth.signIn('anna', { device: byApp })
    await other.choose(totp.id)
    const { sessionToken } = stepOf(await other.prove(auth.totp(totp.secret), true), 'signed-in')
    expect([await isAsked(byPhone), await isAsked(byApp)]).toEqual([false, false])
    auth.clock.advance(30_000)
    const session = auth.inSession(sessionToken)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    const { factors } = await session.factors()
    const sms = factors.find(({ method }) => method === 'sms')
    await session.remove(sms?.id ?? totp.id, grantToken)
    expect([await isAsked(byPhone), await isAsked(byApp)]).toEqual([true, false])
  })

  it('is asked again after its days, however often it was used', async () => {
    const { isAsked, trust, user } = await person()
    const device = await user.addDevice()
    await trust(device)
    for (let hours = 0; hours < 71; hours += 1) {
      expect(await isAsked(device)).toBe(false)
      auth.clock.advance(hourMs)
    }
    auth.clock.advance(hourMs)
    expect(await isAsked(device)).toBe(true)
  })

  it('is trusted for as long again by a new proof', async () => {
    const { isAsked, trust, user } = await person()
    const device = await user.addDevice()
    await trust(device)
    auth.clock.advance(2 * dayMs - hourMs)
    await trust(device).catch(() => undefined)
    expect(await isAsked(device)).toBe(false)
  })

  it('is asked when policy has shortened the days since', async () => {
    const { isAsked, trust, user } = await person()
    const device = await user.addDevice()
    await trust(device)
    auth.clock.advance(1.5 * dayMs)
    expect(await isAsked(device)).toBe(false)
    await auth.setPolicy({ limits: { trustedDeviceMaxDays: 1 } })
    expect(await isAsked(device)).toBe(true)
  })

  it('is the only one where policy says so: a new one ends the trust in the one before', async () => {
    await auth.setPolicy({ trustedDevices: 'one' })
    const { isAsked, trust, user } = await person()
    const [first, second] = [await user.addDevice(), await user.addDevice()]
    await trust(first)
    await trust(second)
    expect(await isAsked(second)).toBe(false)
    expect(await isAsked(first)).toBe(true)
  })

  it('is one of many where policy says that', async () => {
    const { isAsked, trust, user } = await person()
    const [first, second] = [await user.addDevice(), await user.addDevice()]
    await trust(first)
    await trust(second)
    expect([await isAsked(first), await isAsked(second)]).toEqual([false, false])
  })
})

it('a trusted computer that was led to another server signs nobody in here with the nonce it passed on', async () => {
  const { isAsked, trust, user } = await person()
  const device = await user.addDevice()
  await trust(device)
  const relayed = { ...device, prove: (name: string) => device.prove(name, 'https://evil.example') }
  expect(await codeOf(auth.signIn('anna', { device: relayed }))).toBe('DEVICE_UNKNOWN')
  const renamed = {
    ...device,
    prove: (name: string) => ({ ...relayed.prove(name), serverAddress: 'https://cbs.example' }),
  }
  expect(await codeOf(auth.signIn('anna', { device: renamed }))).toBe('DEVICE_UNKNOWN')
  expect(await isAsked(device)).toBe(false)
})

it('a trusted computer of somebody else is told as none', async () => {
  const { trust, user } = await person()
  const device = await user.addDevice()
  await trust(device)
  await auth.newUser('bert')
  expect(
    (await auth.signIn('bert', { device: { ...device, prove: () => device.prove('bert') } })).step.kind,
  ).toBe('must-enrol')
  expect(await codeOf(auth.signIn('anna', { device }))).toBe('done')
})
