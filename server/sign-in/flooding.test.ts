import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { codeOf, elsewhere, openTestAuth, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

const entries = async (action: string) =>
  (await listAudit(auth.store.db, { limit: 1000 })).filter((entry) => entry.action === action)

/** Repeats until the sign-in is over, but not for ever. */
async function untilItEnds(ask: () => Promise<unknown>) {
  for (let count = 1; count <= 100; count += 1) {
    const problem = await problemOf(ask())
    if (problem?.code === 'SIGN_IN_ENDED') return { count, reason: problem.details?.['reason'] }
  }
  throw new Error('It never ends.')
}

describe('an open transaction', () => {
  it('records once that no message can be sent yet, however often one is asked for', async () => {
    const factorId = await auth.newUser('demo.user').then((user) => user.addPhone(phone))
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    await started.chooseAnother()
    for (let tries = 0; tries < 20; tries += 1) {
      expect(await codeOf(started.choose(factorId))).toBe('RATE_LIMITED')
    }
    expect(await entries('passcode.send')).toHaveLength(1)
  })

  it('keeps in mind what it recorded, whichever step it goes to', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const totp = await user.addTotp()
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    for (let rounds = 0; rounds < 4; rounds += 1) {
      await started.chooseAnother()
      expect(await codeOf(started.choose(factorId))).toBe('RATE_LIMITED')
      await started.choose(totp.id)
    }
    expect(await entries('passcode.send')).toHaveLength(1)
  })

  it.each(['sign-in', 'step-up'] as const)('for a %s ends after 30 answers', async (purpose) => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    let started = await auth.signIn('demo.user')
    await started.choose(factorId)
    if (purpose === 'step-up') {
      const end = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
      started = await auth.inSession(end.sessionToken).stepUp({ kind: 'export-key' })
      await started.choose(factorId)
    }
    await started.chooseAnother()
    const { count, reason } = await untilItEnds(() => started.choose(factorId))
    expect([count, reason]).toEqual([29, 'too-many-tries'])
    expect(await entries('passcode.send')).toHaveLength(1)
    expect(await entries('transaction.ended')).toMatchObject([
      { outcome: 'refused', details: { purpose, reason: 'too-many-answers' } },
    ])
  })

  it.each(['choosing to and fro', 'answers out of order', 'methods that are not there'])(
    'ends also after %s, which needs no more than the password',
    async (what) => {
      const totp = await auth.newUser('demo.user').then((user) => user.addTotp())
      const started = await auth.signIn('demo.user')
      const asks = {
        'choosing to and fro': async () => {
          await started.choose(totp.id)
          await started.chooseAnother()
        },
        'answers out of order': () => started.resend(),
        'methods that are not there': () => started.choose('fac_AAAAAAAAAAAAAAAAAAAAAA' as never),
      }
      const before = (await listAudit(auth.store.db, { limit: 1000 })).length
      await untilItEnds(asks[what as keyof typeof asks])
      const after = (await listAudit(auth.store.db, { limit: 1000 })).length
      expect(after - before).toBeLessThanOrEqual(31)
    },
  )
})

describe('a flood of passwords', () => {
  it.each(['known', 'nobody'])(
    'for %s, paused, is recorded once a minute with how many there were',
    async (name) => {
      await auth.newUser('known')
      for (let count = 0; count < 10; count += 1) await codeOf(auth.signIn(name, { password: 'wrong' }))
      for (let count = 0; count < 50; count += 1) await codeOf(auth.signIn(name, { password: 'wrong' }))
      expect(await entries('sign-in.password')).toHaveLength(11)
      auth.clock.advance(60_000)
      await codeOf(auth.signIn(name))
      const found = await entries('sign-in.password')
      expect(found).toHaveLength(12)
      expect(found[0]).toMatchObject({ outcome: 'failed', details: { reason: 'paused', unrecorded: 49 } })
    },
  )

  it('from one network is recorded once a minute, without anything of the names', async () => {
    await auth.setPolicy({ limits: { signInsPerNetworkPerMinute: 5 } })
    await auth.newUser('known')
    for (let count = 0; count < 5; count += 1) await codeOf(auth.signIn('nobody'))
    for (const name of ['known', 'nobody', 'known']) {
      expect(await codeOf(auth.signIn(name))).toBe('RATE_LIMITED')
    }
    expect(await entries('sign-in.limited')).toMatchObject([
      { actor: 'unknown', outcome: 'refused', address: '192.0.2.10' },
    ])
    for (let count = 0; count < 6; count += 1) await codeOf(auth.signIn('nobody', { from: elsewhere }))
    expect(await entries('sign-in.limited')).toHaveLength(2)
    auth.clock.advance(60_000)
    for (let count = 0; count < 6; count += 1) await codeOf(auth.signIn('nobody'))
    expect((await entries('sign-in.limited'))[0]?.details).toEqual({ unrecorded: 2 })
  })
})

describe('a session that the password alone gave', () => {
  async function session() {
    await auth.setPolicy({ secondFactor: 'offered' })
    await auth.newUser('demo.user')
    const end = stepOf(await (await auth.signIn('demo.user')).skip(), 'signed-in')
    return auth.inSession(end.sessionToken)
  }

  it('starts at most 30 step-ups and enrolments in ten minutes', async () => {
    const { enrol, stepUp } = await session()
    for (let count = 0; count < 15; count += 1) {
      expect(await codeOf(stepUp({ kind: 'export-key' }))).toBe('NO_METHOD_AVAILABLE')
      expect(await codeOf(enrol({ method: 'totp' }))).toBe('done')
    }
    const before = (await listAudit(auth.store.db, { limit: 1000 })).length
    for (let count = 0; count < 5; count += 1) {
      const problem = await problemOf(stepUp({ kind: 'export-key' }))
      expect([problem?.code, problem?.details]).toEqual(['RATE_LIMITED', { retryAfterSeconds: 600 }])
      expect(await codeOf(enrol({ method: 'totp' }))).toBe('RATE_LIMITED')
    }
    // One entry, that a limit was reached.
    expect((await listAudit(auth.store.db, { limit: 1000 })).length - before).toBe(1)
    auth.clock.advance(600_000)
    expect(await codeOf(enrol({ method: 'totp' }))).not.toBe('RATE_LIMITED')
  })

  it('records grants that it made up once a minute', async () => {
    const { call } = await session()
    const ask = async () => auth.handlers.consumeExportGrant({ grantToken: 'made-up' }, await call())
    for (let count = 0; count < 20; count += 1) expect(await codeOf(ask())).toBe('STEP_UP_REQUIRED')
    await expect.poll(() => entries('grant.export-key')).toHaveLength(1)
    auth.clock.advance(60_000)
    await codeOf(ask())
    await expect.poll(async () => (await entries('grant.export-key'))[0]?.details).toEqual({ unrecorded: 19 })
  })

  it('records passwords that it tries while they are paused once a minute', async () => {
    const { changePassword } = await session()
    for (let count = 0; count < 40; count += 1) {
      await codeOf(changePassword('wrong', 'a brand new secret'))
    }
    expect(await entries('password.changed')).toHaveLength(11)
  })
})
