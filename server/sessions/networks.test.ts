import { describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { codeOf, elsewhere, openTestAuth, origin, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { requireFresh } from './sessions.ts'

const isFreshFor = async (session: ReturnType<TestAuth['inSession']>, auth: TestAuth): Promise<boolean> => {
  const { caller } = await session.call()
  return (await codeOf((async () => requireFresh(auth.deps, caller))())) === 'done'
}

const from = (address: string, network = address) => ({ address, network })

describeOnEveryStore('a session in another network', (fresh) => {
  async function signedIn() {
    const auth = await openTestAuth({}, await (await fresh()).open())
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    const started = await auth.signIn('anna')
    await started.choose(totp.id)
    const { sessionToken } = stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
    auth.clock.advance(60_000)
    const entries = async () =>
      (await listAudit(auth.store.db, { limit: 50 })).filter(
        ({ action }) => action === 'session.other-network',
      )
    return { auth, sessionToken, totp, entries }
  }

  it('goes on, is not fresh there, and stays fresh where it was', async () => {
    const { auth, sessionToken, entries } = await signedIn()
    const owner = auth.inSession(sessionToken)
    const thief = auth.inSession(sessionToken, elsewhere)
    expect((await thief.me()).session.freshUntil).toBeNull()
    expect([await isFreshFor(thief, auth), await isFreshFor(owner, auth)]).toEqual([false, true])
    expect(await entries()).toMatchObject([{ address: elsewhere.address, outcome: 'ok' }])
  })

  it('is fresh there too after a second factor was proven there', async () => {
    const { auth, sessionToken, totp } = await signedIn()
    const moved = auth.inSession(sessionToken, elsewhere)
    const stepUp = await moved.stepUp({ kind: 'change-settings' })
    await stepUp.choose(totp.id)
    await stepUp.prove(auth.totp(totp.secret))
    expect(await isFreshFor(moved, auth)).toBe(true)
    // The train that goes between two networks is not asked at each turn.
    expect(await isFreshFor(auth.inSession(sessionToken), auth)).toBe(true)
  })

  it('is recorded once for each network, and once a minute whoever has many', async () => {
    const { auth, sessionToken, entries } = await signedIn()
    for (let count = 0; count < 3; count += 1) await auth.inSession(sessionToken, elsewhere).me()
    expect(await entries()).toHaveLength(1)
    for (let host = 0; host < 20; host += 1) await auth.inSession(sessionToken, from(`203.0.${host}.9`)).me()
    expect(await entries()).toHaveLength(1)
    expect(await isFreshFor(auth.inSession(sessionToken), auth)).toBe(true)
  })

  it('is noted once by twenty requests that race', async () => {
    const { auth, sessionToken, entries } = await signedIn()
    const thief = auth.inSession(sessionToken, elsewhere)
    await Promise.all(Array.from({ length: 20 }, () => thief.me()))
    expect(await entries()).toHaveLength(1)
    expect(await isFreshFor(thief, auth)).toBe(false)
  })

  it.each([
    [origin.address, '192.0.2.200', true],
    [origin.address, '192.0.3.10', false],
  ])('that was proven in %s counts %s as the same: %s', async (_proven, other, isSame) => {
    const { auth, sessionToken } = await signedIn()
    expect(await isFreshFor(auth.inSession(sessionToken, from(other)), auth)).toBe(isSame)
  })

  it('of IPv6 is the same within a /48', async () => {
    const { auth, sessionToken, totp } = await signedIn()
    const home = from('2001:db8:1:2::5', '2001:db8:1:2::/64')
    const stepUp = await auth.inSession(sessionToken, home).stepUp({ kind: 'change-settings' })
    await stepUp.choose(totp.id)
    await stepUp.prove(auth.totp(totp.secret))
    const sameHouse = from('2001:db8:1:9::5', '2001:db8:1:9::/64')
    const nextHouse = from('2001:db8:2:2::5', '2001:db8:2:2::/64')
    expect(await isFreshFor(auth.inSession(sessionToken, sameHouse), auth)).toBe(true)
    expect(await isFreshFor(auth.inSession(sessionToken, nextHouse), auth)).toBe(false)
  })

  it('does not register the first method of an account that has none', async () => {
    const { auth } = await signedIn()
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('ben')
    const { sessionToken } = stepOf(await (await auth.signIn('ben')).skip(), 'signed-in')
    const thief = auth.inSession(sessionToken, elsewhere)
    expect(await codeOf(thief.enrol({ method: 'totp' }))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(auth.inSession(sessionToken).enrol({ method: 'totp' }))).toBe('done')
  })
})

describe('a session from before networks were noted', () => {
  it('proves itself again', async () => {
    const auth = await openTestAuth({ secondFactor: 'offered' })
    await auth.newUser('anna')
    const { sessionToken } = stepOf(await (await auth.signIn('anna')).skip(), 'signed-in')
    await auth.store.db.updateTable('sessions').set({ networks: '[]' }).execute()
    expect(await isFreshFor(auth.inSession(sessionToken), auth)).toBe(false)
    await auth.store.close()
  })
})
