import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../../server/sign-in/auth.fixture.ts'
import { apiPrefix } from '../../shared/routes.ts'
import { makeAccount, stepUp, type Account } from '../fixtures/account.ts'
import { behindProxy, optionOf, sentBy, somebodyAt } from '../fixtures/attacker.ts'
import { bearer, callApi } from '../fixtures/http-api.ts'
import type { InsideServer } from '../harness/inside-server.ts'
import { describeServerOnEveryStore } from '../harness/on-every-store.ts'

/** A number of its own for each story, because numbers have limits. */
let numbers = 0
const newPhone = (): string => `+4915123456${String(700 + (numbers += 1))}`

/** Attackers as they come: over HTTP, from networks of their own, against the whole server. */
function attackStories(open: () => Promise<InsideServer>): void {
  let inside: InsideServer
  const at = (address: string) => somebodyAt(inside, address)

  beforeAll(async () => {
    inside = await open()
  })

  afterAll(async () => {
    await inside.dispose()
  })

  it('guessing over several methods, from many networks at once, gets no more tries than one method gives', async () => {
    const anna = await makeAccount(inside, 'guessed', newPhone())
    const thieves = Array.from({ length: 6 }, (_each, index) => at(`198.51.${100 + index}.7`))
    const begun = await Promise.all(
      thieves.map(async (thief, index) => ({
        thief,
        ...(await thief.challenge(anna, index < 2 ? 'sms' : 'backup-code')),
      })),
    )
    const guesses = begun.flatMap(({ thief, token }) =>
      Array.from({ length: 4 }, async () => await codeOf(thief.prove(token, 'x00000'))),
    )
    const answers = await Promise.all(guesses)
    // The tenth wrong code pauses the account, whichever methods the codes were for.
    expect(answers.filter((answer) => answer === 'PASSCODE_WRONG').length).toBeLessThanOrEqual(9)
    const [first] = begun
    if (first === undefined) throw new Error('nobody began')
    const right = await inside.passcode(first.prefix)
    expect(await codeOf(first.thief.prove(first.token, right))).toBe('SIGN_IN_ENDED')
    expect(await codeOf(at('198.51.100.8').start(anna))).toBe('SIGN_IN_FAILED')
  })

  it('whoever recorded a sign-in gets nothing by sending any part of it again', async () => {
    const anna = await makeAccount(inside, 'recorded', newPhone())
    const owner = at('192.0.2.10')
    const { token, prefix } = await owner.challenge(anna, 'sms')
    const code = await inside.passcode(prefix)
    const signedIn = await owner.prove(token, code)
    expect(signedIn.kind).toBe('signed-in')
    const thief = at('203.0.113.9')
    expect(await codeOf(thief.prove(token, code))).toBe('SIGN_IN_ENDED')
    const again = await thief.challenge(anna, 'sms')
    expect(await codeOf(thief.prove(again.token, `${prefix}-${code}`))).toBe('PASSCODE_WRONG')
    const grantToken = await stepUp(inside, anna.session, { kind: 'export-key' })
    expect(await codeOf(callApi(inside.address, 'consumeExportGrant', { grantToken }, anna.session))).toBe(
      'done',
    )
    expect(await codeOf(callApi(inside.address, 'consumeExportGrant', { grantToken }, anna.session))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('somebody with an account of their own gets nothing by putting their tokens beside a victim’s', async () => {
    const victim = await makeAccount(inside, 'victim', newPhone())
    const thief = await makeAccount(inside, 'mixer', newPhone())
    const web = at('203.0.113.9')
    const own = await web.start(thief)
    const theirs = await web.start(victim)
    const victims = optionOf(theirs.step, 'sms')
    expect(await codeOf(web.call('chooseMethod', { factorId: victims }, own.token))).toBe('NOT_FOUND')
    // Two transactions of the thief’s, one of them with the victim’s password: the code of one is none of the other.
    await web.call('chooseMethod', { factorId: victims }, theirs.token)
    const chosen = await web.call('chooseMethod', { factorId: optionOf(own.step, 'sms') }, own.token)
    if (chosen.step.kind !== 'enter-code') throw new Error(chosen.step.kind)
    const code = await inside.passcode(chosen.step.challenge.prefix ?? '')
    expect(await codeOf(web.prove(theirs.token, `${chosen.step.challenge.prefix ?? ''}-${code}`))).toBe(
      'PASSCODE_WRONG',
    )
    const grantToken = await stepUp(inside, thief.session, { kind: 'export-key' })
    expect(await codeOf(callApi(inside.address, 'consumeExportGrant', { grantToken }, victim.session))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('whoever plants a token before somebody signs in knows none afterwards', async () => {
    const anna = await makeAccount(inside, 'fixed', newPhone())
    const thief = at('203.0.113.9')
    const planted = await thief.start(anna)
    const answer = await fetch(`${inside.address}${apiPrefix}/sign-in`, {
      method: 'POST',
      headers: {
        authorization: planted.token ?? '',
        cookie: `session=${(planted.token ?? '').slice(7)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        loginName: anna.loginName,
        password: anna.password,
        client: { name: 'Holdfast', version: '1', platform: 'linux', hostName: 'pc' },
        transactionToken: (planted.token ?? '').slice(7),
      }),
    })
    expect(answer.headers.get('set-cookie')).toBeNull()
    const { transactionToken } = (await answer.json()) as { transactionToken: string }
    expect(bearer(transactionToken)).not.toBe(planted.token)
    const owner = at('192.0.2.10')
    const { token, prefix } = await owner.challenge(anna, 'sms')
    const end = await owner.prove(token, await inside.passcode(prefix))
    if (end.kind !== 'signed-in') throw new Error(end.kind)
    for (const known of [planted.token, token, bearer(transactionToken)]) {
      expect(await codeOf(thief.call('me', {}, known))).toBe('SESSION_ENDED')
    }
    expect(await codeOf(owner.call('me', {}, bearer(end.sessionToken)))).toBe('done')
  })

  it('who has the old telephone gets nothing once the owner has replaced it, with the code already there', async () => {
    const anna = await makeAccount(inside, 'moved', newPhone())
    const thief = at('203.0.113.9')
    const { token, prefix } = await thief.challenge(anna, 'sms')
    const stolen = await inside.passcode(prefix)
    const { session } = anna
    const { factors } = await callApi(inside.address, 'factors', {}, session)
    const old = factors.find(({ method }) => method === 'sms')
    if (old === undefined) throw new Error('no phone')
    const phoneNumber = newPhone()
    const added = await callApi(
      inside.address,
      'enrolFactor',
      {
        enrolment: { method: 'sms', phoneNumber, label: 'New phone' },
        grantToken: await stepUp(inside, session, { kind: 'change-factors' }),
      },
      session,
    )
    if (added.step.kind !== 'enter-code') throw new Error(added.step.kind)
    const code = await inside.passcode(added.step.challenge.prefix ?? '')
    await callApi(inside.address, 'prove', { code }, bearer(added.transactionToken))
    const grantToken = await stepUp(inside, session, { kind: 'change-factors' })
    await callApi(inside.address, 'removeFactor', { factorId: old.id, grantToken }, session)
    expect(['PASSCODE_EXPIRED', 'SIGN_IN_ENDED']).toContain(await codeOf(thief.prove(token, stolen)))
  })

  it.each([
    { name: 'OBM', version: '5.5.0.0' },
    { name: 'Holdfast', version: '0.0.1', kind: 'terminal' },
    { name: 'Holdfast', version: '999', kind: 'window' },
    { name: 'AutoUpdateAgent', version: '8.3.0.29', kind: 'page' },
    { name: 'curl', version: '8', kind: 'api' },
  ])('a client that calls itself %j gets the same question and no session', async (claims) => {
    const loginName = `claims-${claims.version}`
    const anna = await makeAccount(inside, loginName, newPhone())
    const thief = at('203.0.113.9')
    const { step, token } = await thief.start(anna, claims)
    expect(step.kind).toBe('choose-method')
    expect(await codeOf(thief.call('skipEnrolment', {}, token))).toBe('CONFLICT')
    expect(await codeOf(thief.call('me', {}, token))).toBe('SESSION_ENDED')
  })

  describe('a session that was stolen', () => {
    let owner: Account
    beforeAll(async () => {
      owner = await makeAccount(inside, 'robbed', newPhone())
    })

    it('changes nothing from another network, and goes on at home', async () => {
      const thief = at('203.0.113.9')
      const { nonce } = await thief.call('nonce', {})
      const device = { name: 'x', platform: 'x', publicKey: 'A'.repeat(43), nonce, signature: 'A'.repeat(86) }
      expect(await codeOf(thief.call('enrolDevice', device, owner.session))).toBe('STEP_UP_REQUIRED')
      const { sessions } = await thief.call('sessions', {}, owner.session)
      expect(sessions).toHaveLength(1)
      expect((await thief.call('me', {}, owner.session)).session.freshUntil).toBeNull()
      const { session } = await callApi(inside.address, 'me', {}, owner.session)
      expect(session.freshUntil).not.toBeNull()
      expect(await inside.command('audit', 'search', '--action', 'session.other-network')).toMatchObject({
        entries: [{ address: '203.0.113.9', target: session.id }],
      })
    })

    it('of an administrator shows nothing either', async () => {
      const admin = await makeAccount(inside, 'robbed-admin', newPhone(), 'admin')
      const thief = at('203.0.113.9')
      expect(await codeOf(thief.call('adminUsers', {}, admin.session))).toBe('STEP_UP_REQUIRED')
      expect(await codeOf(thief.call('adminOverview', {}, admin.session))).toBe('STEP_UP_REQUIRED')
      expect(await codeOf(callApi(inside.address, 'adminOverview', {}, admin.session))).toBe('done')
    })
  })

  it('who makes one telephone ring from many networks stops at the limit of its number', async () => {
    const phone = newPhone()
    const anna = await makeAccount(inside, 'rung', phone)
    const before = (await sentBy(inside)).filter(({ to }) => to === phone).length
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_each, index) => {
        const thief = at(`100.64.${index}.1`)
        const { step, token } = await thief.start(anna)
        return await codeOf(thief.call('chooseMethod', { factorId: optionOf(step, 'sms') }, token))
      }),
    )
    // Five in ten minutes, of which the owner had one.
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(5 - before)
    expect(new Set(answers)).toEqual(new Set(['done', 'RATE_LIMITED']))
    expect((await sentBy(inside)).filter(({ to }) => to === phone)).toHaveLength(5)
  })
}

describeServerOnEveryStore('attack stories', attackStories, behindProxy)
