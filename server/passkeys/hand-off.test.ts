import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { codeOf, elsewhere, problemOf, stepOf } from '../sign-in/auth.fixture.ts'
import { removeOldSignIns } from '../sign-in/remove-old.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { softAuthenticator } from './authenticator.fixture.ts'
import { newUserCode } from './hand-off-rows.ts'
import { openPasskeyAuth, random, site, type PasskeyAuth } from './passkeys.fixture.ts'

let auth: PasskeyAuth
beforeEach(async () => {
  auth = await openPasskeyAuth({ passkeyOnOtherDevice: true })
})
afterEach(() => auth.store.close())

const reasonOf = async (work: Promise<unknown>) => {
  const problem = await problemOf(work)
  return problem === null ? 'done' : `${problem.code} ${String(problem.details?.['reason'])}`
}

async function started() {
  const user = await auth.userWithPasskey('anna')
  const signIn = await auth.waiting(user)
  return { user, ...signIn, side: await signIn.client.start() }
}

describe('a hand-off to a browser of this computer', () => {
  it('carries its secret behind the #, which browsers send to nobody', async () => {
    const { side } = await started()
    const address = new URL(side.handOff.address)
    expect(`${address.origin}${address.pathname}`).toBe('https://cbs.example.com/passkey')
    expect(address.search).toBe('')
    expect(address.hash).toMatch(/^#[A-Za-z0-9_-]{43}$/)
    expect(side.handOff.userCode).toBeNull()
  })

  it('shows who asks for what, from where and since when, before anything is proven', async () => {
    const { side } = await started()
    const { handOff } = await auth.inBrowser().open({ token: side.token })
    expect(handOff).toMatchObject({
      way: 'this-computer',
      isNew: false,
      serverName: 'Test CBS',
      loginName: 'anna',
      purpose: 'sign-in',
      operation: null,
      clientName: 'holdfast',
      hostName: 'pc-1',
      address: '192.0.2.10',
      isSameNetwork: true,
    })
  })

  it('names the operation of a step-up', async () => {
    const user = await auth.userWithPasskey('anna')
    const stepUp = await auth.inSession(user.sessionToken).stepUp({ kind: 'export-key' })
    await stepUp.choose(user.factorId)
    const side = await auth.asClient(stepUp.transactionToken).start()
    const { handOff } = await auth.inBrowser().open({ token: side.token })
    expect(handOff).toMatchObject({ purpose: 'step-up', operation: { kind: 'export-key' } })
  })

  it('leads back to a port of 127.0.0.1 with code and state, and nowhere else', async () => {
    const { side, user } = await started()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    const redirect = await browser.answer(pageKey, user.key.use(await browser.options(pageKey)))
    const url = new URL(redirect ?? '')
    expect([url.origin, url.pathname]).toEqual(['http://127.0.0.1:49152', '/'])
    expect(url.searchParams.get('state')).toBe(side.state)
    expect(url.searchParams.get('code')).toMatch(/^[A-Za-z0-9_-]{43}$/)
  })

  it('opens its page once', async () => {
    const { side } = await started()
    await auth.inBrowser().open({ token: side.token })
    expect(await reasonOf(auth.inBrowser().open({ token: side.token }))).toBe('HAND_OFF_ENDED unknown')
  })

  it('of two browsers that open it at the same moment lets one in', async () => {
    const { side } = await started()
    const both = [auth.inBrowser(), auth.inBrowser(elsewhere)].map((each) =>
      reasonOf(each.open({ token: side.token })),
    )
    expect((await Promise.all(both)).sort()).toEqual(['HAND_OFF_ENDED unknown', 'done'])
  })

  it('gives its result once', async () => {
    const { client, side, user } = await started()
    const code = await auth.throughBrowser(side, user.key)
    expect((await client.finish(side.verifier, code))?.kind).toBe('signed-in')
    expect(await codeOf(client.finish(side.verifier, code))).toBe('SIGN_IN_ENDED')
  })

  it('gives nothing before the passkey was used, however often it is asked', async () => {
    const { client, side } = await started()
    expect(await reasonOf(client.finish(side.verifier, random()))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(client.finish(side.verifier))).toBe('HAND_OFF_ENDED unknown')
  })

  it('is over after five minutes, for the page and for the client', async () => {
    const { client, side, user } = await started()
    const code = await auth.throughBrowser(side, user.key)
    auth.clock.advance(5 * 60_000)
    expect(await reasonOf(client.finish(side.verifier, code))).toBe('HAND_OFF_ENDED expired')
    const next = await client.start()
    auth.clock.advance(4 * 60_000)
    expect(await codeOf(auth.inBrowser().open({ token: next.token }))).toBe('done')
  })

  it('ends when another one is begun for the same request', async () => {
    const { client, side, user } = await started()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    const second = await client.start()
    expect(await reasonOf(browser.options(pageKey))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(client.finish(side.verifier, random()))).toBe('HAND_OFF_ENDED unknown')
    const code = await auth.throughBrowser(second, user.key)
    expect((await client.finish(second.verifier, code))?.kind).toBe('signed-in')
  })

  it('ends when the client chooses another method, or the same one again', async () => {
    const { side, chooseAnother, choose, user } = await started()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    await chooseAnother()
    expect(await codeOf(browser.options(pageKey))).toBe('CONFLICT')
    await choose(user.factorId)
    expect(await reasonOf(browser.options(pageKey))).toBe('HAND_OFF_ENDED replaced')
  })

  it('ends when the client takes it back, and the request stays open', async () => {
    const { client, side, user, transactionToken } = await started()
    const { pageKey } = await auth.inBrowser().open({ token: side.token })
    await client.cancel()
    expect(await reasonOf(auth.inBrowser().options(pageKey))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(client.finish(side.verifier, random()))).toBe('HAND_OFF_ENDED cancelled')
    expect((await auth.provePasskey(transactionToken, user.key)).kind).toBe('signed-in')
  })

  it('ends with its sign-in', async () => {
    const { side, cancel } = await started()
    await cancel()
    expect(await codeOf(auth.inBrowser().open({ token: side.token }))).toBe('SIGN_IN_ENDED')
  })

  it('tells the client that the person said no, after which nothing comes of it', async () => {
    const { client, side } = await started()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    const redirect = new URL((await browser.decline(pageKey)) ?? '')
    expect([redirect.searchParams.get('error'), redirect.searchParams.get('state')]).toEqual([
      'declined',
      side.state,
    ])
    expect(await reasonOf(browser.options(pageKey))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(client.finish(side.verifier))).toBe('HAND_OFF_ENDED declined')
  })

  it('is forgotten a day after its end', async () => {
    await started()
    auth.clock.advance(2 * 86_400_000)
    await removeOldSignIns(auth.deps)
    expect(await auth.store.db.selectFrom('handOffs').selectAll().execute()).toEqual([])
  })
})

describe('a thief with the password', () => {
  it('gets nothing from a victim who uses the passkey on the link that they were sent', async () => {
    const victim = await auth.userWithPasskey('anna')
    const thief = await auth.waiting(victim)
    const sent = await thief.client.start()
    // The victim reads a warning, goes on all the same, and their browser brings the code to their own computer.
    const browser = auth.inBrowser(elsewhere)
    const { handOff, pageKey } = await browser.open({ token: sent.token })
    expect(handOff.isSameNetwork).toBe(false)
    await browser.answer(pageKey, victim.key.use(await browser.options(pageKey)))
    // The thief has the verifier and the transaction, and no code.
    expect(await reasonOf(thief.client.finish(sent.verifier))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(thief.client.finish(sent.verifier, random()))).toBe('HAND_OFF_ENDED unknown')
    const sessions = await auth.store.db.selectFrom('sessions').selectAll().execute()
    expect(sessions).toHaveLength(1)
  })

  it('cannot use a code that was seen on its way without the verifier, nor in another sign-in', async () => {
    const victim = await auth.userWithPasskey('anna')
    const owner = await auth.waiting(victim)
    const side = await owner.client.start()
    const code = await auth.throughBrowser(side, victim.key)
    const thief = await auth.waiting(victim)
    const own = await thief.client.start()
    expect(await reasonOf(thief.client.finish(own.verifier, code))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(thief.client.finish(side.verifier, code))).toBe('HAND_OFF_ENDED unknown')
    expect(await reasonOf(owner.client.finish(own.verifier, code))).toBe('HAND_OFF_ENDED unknown')
    expect((await owner.client.finish(side.verifier, code))?.kind).toBe('signed-in')
  })

  it('cannot make a page that was opened for one request answer another', async () => {
    const victim = await auth.userWithPasskey('anna')
    const signIn = await auth.waiting(victim)
    const side = await signIn.client.start()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    const options = await browser.options(pageKey)
    const other = await auth.waiting(victim)
    const otherSide = await other.client.start()
    const otherPage = await browser.open({ token: otherSide.token })
    await browser.options(otherPage.pageKey)
    const swapped = browser.answer(otherPage.pageKey, victim.key.use(options))
    expect(await reasonOf(swapped)).toBe('PASSKEY_REFUSED invalid')
  })

  it('cannot have a registration answered by a use, or a use by a registration', async () => {
    const { side, user } = await started()
    const browser = auth.inBrowser()
    const { pageKey } = await browser.open({ token: side.token })
    const options = await browser.options(pageKey)
    const made = softAuthenticator(site).make({
      challenge: (options as { challenge: string }).challenge,
      rp: { id: 'cbs.example.com' },
      user: { id: 'AA' },
      authenticatorSelection: { userVerification: 'required' },
    })
    expect(await codeOf(browser.answer(pageKey, made))).toBe('CONFLICT')
    expect((await auth.inSession(user.sessionToken).factors()).factors).toHaveLength(2)
  })

  it('learns nothing from tokens, codes and keys that nobody has', async () => {
    const browser = auth.inBrowser(elsewhere)
    for (const work of [
      browser.open({ token: random() }),
      browser.open({ userCode: newUserCode() }),
      browser.options(random()),
      browser.decline(random()),
    ])
      expect(await reasonOf(work)).toBe('HAND_OFF_ENDED unknown')
  })

  it('finds no secret of a hand-off in the database', async () => {
    const { client, side, user } = await started()
    const code = await auth.throughBrowser(side, user.key)
    const stored = JSON.stringify(await auth.store.db.selectFrom('handOffs').selectAll().execute())
    for (const secret of [side.token, side.verifier, code]) expect(stored).not.toContain(secret)
    await client.start('other-device').then(async ({ handOff }) => {
      const rows = JSON.stringify(await auth.store.db.selectFrom('handOffs').selectAll().execute())
      expect(rows).not.toContain(handOff.userCode?.replace('-', ''))
      expect(rows).not.toContain(handOff.userCode)
    })
    const log = JSON.stringify(await listAudit(auth.store.db, { limit: 500 }))
    for (const secret of [side.token, side.verifier, code]) expect(log).not.toContain(secret)
  })
})

describe('a hand-off to another device', () => {
  async function onOtherDevice() {
    const user = await auth.userWithPasskey('anna')
    const signIn = await auth.waiting(user)
    const side = await signIn.client.start('other-device')
    return { user, ...signIn, side, userCode: side.handOff.userCode ?? '' }
  }

  it('is not there unless policy says so', async () => {
    await auth.setPolicy({ passkeyOnOtherDevice: false })
    const user = await auth.userWithPasskey('anna')
    const { client, step } = await auth.waiting(user)
    expect(step.passkey.ways).toEqual(['this-computer'])
    expect(await codeOf(client.start('other-device'))).toBe('NOT_ALLOWED')
  })

  it('has a short code without vowels, which is typed in any spelling', async () => {
    const { side, userCode } = await onOtherDevice()
    expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(side.handOff.address).toBe('https://cbs.example.com/passkey')
    const typed = ` ${userCode.toLowerCase().replace('-', ' ')}`
    const { handOff } = await auth.inBrowser(elsewhere).open({ userCode: typed })
    expect(handOff).toMatchObject({ way: 'other-device', isSameNetwork: false, hostName: 'pc-1' })
  })

  it('lets the client wait, at its interval, and gives the result to who has the verifier', async () => {
    const { client, side, user } = await onOtherDevice()
    expect(await client.finish(side.verifier)).toBeNull()
    expect(await codeOf(client.finish(side.verifier))).toBe('RATE_LIMITED')
    auth.clock.advance(3000)
    expect(await client.finish(side.verifier)).toBeNull()
    expect(await auth.throughBrowser(side, user.key)).toBe('')
    expect(await reasonOf(client.finish(random()))).toBe('HAND_OFF_ENDED unknown')
    expect((await client.finish(side.verifier))?.kind).toBe('signed-in')
  })

  it('can be waited for as long as it lives without using up the answers of the sign-in', async () => {
    const { client, side, user } = await onOtherDevice()
    for (let polls = 0; polls < 60; polls++) {
      expect(await client.finish(side.verifier)).toBeNull()
      auth.clock.advance(3000)
    }
    await auth.throughBrowser(side, user.key)
    expect((await client.finish(side.verifier))?.kind).toBe('signed-in')
  })

  it('takes ten codes in ten minutes from one network, whoever they belong to', async () => {
    const { userCode } = await onOtherDevice()
    const browser = auth.inBrowser(elsewhere)
    for (let tries = 0; tries < 10; tries++) await codeOf(browser.open({ userCode: newUserCode() }))
    expect(await codeOf(browser.open({ userCode }))).toBe('RATE_LIMITED')
    expect(await codeOf(auth.inBrowser().open({ userCode }))).toBe('done')
  })

  it('opens with its code once, and never by a redirect', async () => {
    const { side, userCode, user } = await onOtherDevice()
    const browser = auth.inBrowser(elsewhere)
    const { pageKey } = await browser.open({ userCode })
    expect(await reasonOf(auth.inBrowser().open({ userCode }))).toBe('HAND_OFF_ENDED unknown')
    expect(await browser.answer(pageKey, user.key.use(await browser.options(pageKey)))).toBeNull()
    expect(side.token).toBe('')
  })
})

describeOnEveryStore('hand-offs', (fresh) => {
  it('of one request, taken by two at the same moment, make one session', async () => {
    const shared = await openPasskeyAuth({}, await (await fresh()).open())
    const user = await shared.userWithPasskey('anna')
    const { client } = await shared.waiting(user)
    const side = await client.start()
    const code = await shared.throughBrowser(side, user.key)
    const results = await Promise.all(
      [1, 2, 3].map(() =>
        client.finish(side.verifier, code).then(
          (step) => step?.kind,
          () => 'refused',
        ),
      ),
    )
    expect(results.filter((each) => each === 'signed-in')).toHaveLength(1)
    expect(results.filter((each) => each === 'refused')).toHaveLength(2)
    stepOf((await shared.signIn('anna')).step, 'choose-method')
  })
})
