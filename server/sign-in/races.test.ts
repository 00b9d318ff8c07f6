import { beforeEach, expect, it } from 'vitest'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { codeOf, openTestAuth, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'

const twenty = async (work: () => Promise<unknown>): Promise<string[]> =>
  await Promise.all(Array.from({ length: 20 }, () => codeOf(work())))
const times = (codes: readonly string[], code: string): number => codes.filter((each) => each === code).length

describeOnEveryStore('twenty requests that race', (fresh) => {
  let auth: TestAuth
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
  })
  const sessionCount = async () => (await auth.store.db.selectFrom('sessions').select('id').execute()).length

  it('with one passcode make one session', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    const codes = await twenty(() => started.prove(auth.passcode(phone)))
    expect([times(codes, 'done'), times(codes, 'SIGN_IN_ENDED')]).toEqual([1, 19])
    expect(await sessionCount()).toBe(1)
  })

  it('with one authenticator code over twenty sign-ins make one session', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const code = auth.totp(totp.secret)
    const started = await Promise.all(Array.from({ length: 20 }, () => auth.signIn('demo.user')))
    for (const each of started) await each.choose(totp.id)
    const codes = await Promise.all(started.map((each) => codeOf(each.prove(code))))
    expect(times(codes, 'done')).toBe(1)
    expect(await sessionCount()).toBe(1)
  })

  it('with one backup code over twenty sign-ins make one session', async () => {
    await auth.newUser('demo.user')
    const enrolling = await auth.signIn('demo.user')
    const { secretBase32 } = stepOf(await enrolling.enrol({ method: 'totp' }), 'pair-authenticator')
    const { backupCodes } = stepOf(await enrolling.prove(auth.totp(secretBase32)), 'signed-in')
    const started = await Promise.all(Array.from({ length: 20 }, () => auth.signIn('demo.user')))
    for (const { choose, step } of started) {
      const option = stepOf(step, 'choose-method').options.find((each) => each.method === 'backup-code')
      if (option !== undefined) await choose(option.factorId)
    }
    const codes = await Promise.all(started.map((each) => codeOf(each.prove(backupCodes?.[0] ?? ''))))
    expect(times(codes, 'done')).toBe(1)
    expect(await sessionCount()).toBe(2)
  })

  it('with wrong codes are answered five times and no more, even if one of them is right', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    await started.choose(factorId)
    const wrong = twenty(() => started.prove('x00000'))
    const right = codeOf(started.prove(auth.passcode(phone)))
    const wrongCount = times(await wrong, 'PASSCODE_WRONG')
    // Nothing says which of them the database lets in first; a right one among the first five is one of the five.
    const isFirst = (await right) === 'done'
    const entries = await auth.store.db.selectFrom('audit').select('entry').execute()
    const failedCount = entries.filter(
      ({ entry }) => entry.includes('"challenge.proof"') && entry.includes('"failed"'),
    ).length
    expect(wrongCount).toBeLessThanOrEqual(4)
    // A right one after five wrong ones would leave five failures in the log, and only four that could go on.
    expect([await right, failedCount, wrongCount]).toEqual(
      isFirst ? ['done', wrongCount, wrongCount] : ['SIGN_IN_ENDED', 5, 4],
    )
    expect(await sessionCount()).toBe(isFirst ? 1 : 0)
  })

  it('to send a message send one', async () => {
    const user = await auth.newUser('demo.user')
    const factorId = await user.addPhone(phone)
    const started = await auth.signIn('demo.user')
    const codes = await twenty(() => started.choose(factorId))
    expect([times(codes, 'done'), times(codes, 'CONFLICT')]).toEqual([1, 19])
    expect(auth.messages).toHaveLength(1)
  })

  it('to register one authenticator register one', async () => {
    await auth.newUser('demo.user')
    const started = await auth.signIn('demo.user')
    const { secretBase32 } = stepOf(await started.enrol({ method: 'totp' }), 'pair-authenticator')
    const codes = await twenty(() => started.prove(auth.totp(secretBase32)))
    expect(times(codes, 'done')).toBe(1)
    const rows = await auth.store.db.selectFrom('factors').select('method').execute()
    expect(rows.map((row) => row.method).sort((a, b) => a.localeCompare(b))).toEqual(['backup-code', 'totp'])
  })
})
