import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, elsewhere, openTestAuth, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { setEmail } from './recovery.fixture.ts'

const old = 'old@example.org'
const address = 'anna@example.org'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

async function anna() {
  const user = await auth.newUser('anna')
  const totp = await user.addTotp()
  const flow = await auth.signIn('anna')
  await flow.choose(totp.id)
  const { sessionToken } = stepOf(await flow.prove(auth.totp(totp.secret)), 'signed-in')
  const session = auth.inSession(sessionToken)
  const grant = async () => {
    auth.clock.advance(60_000)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    return stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted').grantToken
  }
  const change = async (email: string, grantToken?: string) => {
    const given = grantToken === undefined ? {} : { grantToken }
    const reply = await auth.handlers.startEmailChange({ email, ...given }, await session.call())
    return { ...reply, ...auth.as(reply.transactionToken) }
  }
  return { ...user, session, grant, change }
}
const stored = async () =>
  await auth.store.db
    .selectFrom('users')
    .select(['email', 'emailProvenAt'])
    .where('loginName', '=', 'anna')
    .executeTakeFirstOrThrow()

describe('the account’s mail address', () => {
  it('changes after the right passcode to the new one, and the old one is told', async () => {
    const user = await anna()
    await setEmail(auth, user.userId, old)
    const flow = await user.change(address, await user.grant())
    stepOf(flow.step, 'enter-code')
    expect((await stored()).email).toBe(old)
    expect(await codeOf(flow.prove('000000'))).toBe('PASSCODE_WRONG')
    expect(stepOf(await flow.prove(auth.passcode(address, 'email')), 'contact-proven')).toEqual({
      kind: 'contact-proven',
      contact: 'email',
      maskedDestination: 'an•••@example.org',
    })
    expect(await stored()).toEqual({ email: address, emailProvenAt: auth.clock.nowMs() })
    await expect
      .poll(() =>
        auth.messages.some(({ to, text }) => to === old && text.includes('is now the mail address')),
      )
      .toBe(true)
  })

  it('is shown masked', async () => {
    const user = await anna()
    await setEmail(auth, user.userId, address)
    const { recovery } = await auth.handlers.recovery({}, await user.session.call())
    expect(recovery.maskedEmail).toBe('an•••@example.org')
  })

  it('takes a step-up, which a mistyped address does not cost', async () => {
    const user = await anna()
    expect(await codeOf(user.change(address))).toBe('STEP_UP_REQUIRED')
    const grantToken = await user.grant()
    expect(await codeOf(user.change('no address', grantToken))).toBe('INPUT_INVALID')
    expect(await codeOf(user.change(`x@example.org\nBcc: y@example.org`, grantToken))).toBe('INPUT_INVALID')
    expect(await codeOf(user.change(address, grantToken))).toBe('done')
    expect(await codeOf(user.change(address, grantToken))).toBe('STEP_UP_REQUIRED')
  })

  it('of an account without a second factor takes a young sign-in', async () => {
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('anna')
    const { sessionToken } = stepOf(await (await auth.signIn('anna')).skip(), 'signed-in')
    const session = auth.inSession(sessionToken)
    const change = async () => await auth.handlers.startEmailChange({ email: address }, await session.call())
    expect(await codeOf(change())).toBe('done')
    const stolen = await auth.inSession(sessionToken, elsewhere).call()
    expect(await codeOf(auth.handlers.startEmailChange({ email: 'thief@example.org' }, stolen))).toBe(
      'STEP_UP_REQUIRED',
    )
    auth.clock.advance(11 * 60_000)
    expect(await codeOf(change())).toBe('STEP_UP_REQUIRED')
  })

  it('is neither a second factor nor good for a code that was mailed to the one before', async () => {
    const user = await anna()
    await setEmail(auth, user.userId, old)
    const none = { origin: { address: '192.0.2.1', network: '192.0.2.1' }, caller: undefined }
    await auth.handlers.forgotPassword({ account: 'anna' }, none)
    const flow = await user.change(address, await user.grant())
    await flow.prove(auth.passcode(address, 'email'))
    expect(await auth.store.db.selectFrom('passwordResets').selectAll().execute()).toEqual([])
    const { factors } = await user.session.factors()
    expect(factors.map(({ method }) => method)).not.toContain('email')
  })
})
