import { beforeEach, expect, it } from 'vitest'
import { defaultPolicy } from '../../shared/model/policy.ts'
import { codeOf, elsewhere, openTestAuth, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import {
  cancelTokenTo,
  email,
  enrolNew,
  hourMs,
  noticesSent,
  otherPhone,
  recoverableUser,
  recovering,
  recoveryPhone,
  startRecovery,
  untilEnrolment,
  untilPasscode,
} from './recovery.fixture.ts'

const dayMs = 24 * hourMs

describeOnEveryStore('somebody with the password and the number of the recovery phone', (fresh) => {
  let auth: TestAuth
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
  })

  const statuses = async () =>
    (await auth.store.db.selectFrom('recoveries').select('status').orderBy('startedAt').execute()).map(
      ({ status }) => status,
    )
  const cancelByLink = async (cancelToken: string) =>
    (await auth.handlers.cancelRecovery({ cancelToken }, { origin: elsewhere, caller: undefined })).wasWaiting

  it('is announced everywhere for three days, and stopped by the owner’s next sign-in', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await anna.addPhone(otherPhone)
    await startRecovery(auth, 'anna')
    const heard = () => [email, otherPhone].map((to) => auth.messages.filter((each) => each.to === to).length)
    expect(heard()).toEqual([1, 1])
    auth.clock.advance(36 * hourMs)
    await noticesSent(auth)
    expect(heard()).toEqual([2, 2])
    const owner = await auth.signIn('anna')
    await owner.choose(anna.totp.id)
    stepOf(await owner.prove(auth.totp(anna.totp.secret)), 'signed-in')
    auth.clock.advance(36 * hourMs)
    stepOf((await untilEnrolment(auth, 'anna')).step, 'recovery-waiting')
    expect(await statuses()).toEqual(['cancelled', 'waiting'])
  })

  it('who races the owner’s cancel gets a new method or nothing; never both, never half', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(72 * hourMs)
    await noticesSent(auth)
    const token = cancelTokenTo(auth, email)
    const flow = await untilEnrolment(auth, 'anna')
    const { secretBase32 } = stepOf(await flow.enrol({ method: 'totp' }), 'pair-authenticator')
    const [proof, wasStopped] = await Promise.all([
      codeOf(flow.prove(auth.totp(secretBase32))),
      cancelByLink(token),
    ])
    const factors = await auth.store.db.selectFrom('factors').selectAll().execute()
    const sessions = await auth.store.db.selectFrom('sessions').select('id').execute()
    const outcome = {
      proof,
      status: (await statuses())[0],
      hasOld: factors.some(({ id }) => id === anna.totp.id),
      totpCount: factors.filter(({ method }) => method === 'totp').length,
      sessionCount: sessions.length,
    }
    expect(outcome).toEqual(
      wasStopped
        ? { proof: 'SIGN_IN_ENDED', status: 'cancelled', hasOld: true, totpCount: 1, sessionCount: 0 }
        : { proof: 'done', status: 'finished', hasOld: false, totpCount: 1, sessionCount: 1 },
    )
  })

  it('gets nothing once the owner cancelled, however far the thief stands', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(72 * hourMs)
    await noticesSent(auth)
    const flow = await untilEnrolment(auth, 'anna')
    const { secretBase32 } = stepOf(await flow.enrol({ method: 'totp' }), 'pair-authenticator')
    expect(await cancelByLink(cancelTokenTo(auth, email))).toBe(true)
    expect(await codeOf(flow.prove(auth.totp(secretBase32)))).toBe('SIGN_IN_ENDED')
    const factors = await auth.store.db.selectFrom('factors').select('id').execute()
    expect(factors).toEqual([{ id: anna.totp.id }])
    expect(await auth.store.db.selectFrom('sessions').select('id').execute()).toEqual([])
  })

  it('cannot begin two recoveries at once, nor finish one twice', async () => {
    await recoverableUser(auth, 'anna')
    const flows = [await untilPasscode(auth, 'anna')]
    const code = auth.passcode(recoveryPhone)
    auth.clock.advance(60_000)
    flows.push(await untilPasscode(auth, 'anna'))
    await Promise.all([
      codeOf(flows[0]?.prove(code) ?? Promise.resolve()),
      codeOf(flows[1]?.prove(auth.passcode(recoveryPhone)) ?? Promise.resolve()),
    ])
    await noticesSent(auth)
    expect(await statuses()).toEqual(['waiting'])
    auth.clock.advance(73 * hourMs)
    const first = await untilEnrolment(auth, 'anna')
    auth.clock.advance(60_000)
    const second = await untilEnrolment(auth, 'anna')
    const ends = await Promise.all([codeOf(enrolNew(auth, first)), codeOf(enrolNew(auth, second))])
    expect(ends.sort()).toEqual(['SIGN_IN_ENDED', 'done'])
    const factors = await auth.store.db
      .selectFrom('factors')
      .select('id')
      .where('method', '=', 'totp')
      .execute()
    expect(factors).toHaveLength(1)
  })

  it('cannot wear the owner down: three starts in thirty days', async () => {
    await recoverableUser(auth, 'anna')
    for (let count = 0; count < 3; count += 1) {
      await startRecovery(auth, 'anna')
      await cancelByLink(cancelTokenTo(auth, email))
      auth.clock.advance(dayMs)
    }
    const again = async () =>
      await codeOf(recovering(auth, (await auth.signIn('anna')).transactionToken).recover())
    expect(await again()).toBe('RATE_LIMITED')
    auth.clock.advance(27 * dayMs)
    expect(await again()).toBe('done')
  })

  it('gains nothing from a server clock that is set back, or back and forth', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(-10 * dayMs)
    stepOf(await recovering(auth, (await auth.signIn('anna')).transactionToken).recover(), 'recovery-waiting')
    auth.clock.advance(10 * dayMs + 71 * hourMs)
    stepOf(await recovering(auth, (await auth.signIn('anna')).transactionToken).recover(), 'recovery-waiting')
    auth.clock.advance(hourMs)
    const flow = await untilEnrolment(auth, 'anna')
    auth.clock.advance(-2 * hourMs)
    expect(await codeOf(flow.enrol({ method: 'totp' }))).toBe('SIGN_IN_ENDED')
  })

  it('is not let in by policy that allowed it when it began and forbids it now', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(72 * hourMs)
    await auth.setPolicy({
      recovery: { ...defaultPolicy.recovery, byPhone: false },
    })
    const { step } = await auth.signIn('anna')
    expect(stepOf(step, 'choose-method').canRecover).toBeUndefined()
  })

  it.each([
    ['before the passcode', 'passcode'],
    ['before the proof of the new method', 'proof'],
  ] as const)('is not let in by policy that changed %s', async (_name, when) => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(72 * hourMs)
    const forbid = () => auth.setPolicy({ recovery: { ...defaultPolicy.recovery, byPhone: false } })
    const flow = await untilPasscode(auth, 'anna')
    if (when === 'passcode') await forbid()
    const opened = await codeOf(flow.prove(auth.passcode(recoveryPhone)))
    expect(opened).toBe(when === 'passcode' ? 'SIGN_IN_ENDED' : 'done')
    if (when === 'passcode') return
    const { secretBase32 } = stepOf(await flow.enrol({ method: 'totp' }), 'pair-authenticator')
    await forbid()
    expect(await codeOf(flow.prove(auth.totp(secretBase32)))).toBe('SIGN_IN_ENDED')
  })

  it('fills no audit log with links that nobody has, from however many addresses of one network', async () => {
    await recoverableUser(auth, 'anna')
    const count = async () => (await auth.store.db.selectFrom('audit').select('sequence').execute()).length
    const before = await count()
    for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8::3']) {
      const from = { address, network: '2001:db8:0:0::/64' }
      await auth.handlers.cancelRecovery({ cancelToken: 'A'.repeat(43) }, { origin: from, caller: undefined })
    }
    expect((await count()) - before).toBe(1)
  })

  it('resets no counter of wrong codes by proving the recovery phone', async () => {
    const anna = await recoverableUser(auth, 'anna')
    for (let round = 0; round < 2; round += 1) {
      const guesser = await auth.signIn('anna')
      await guesser.choose(anna.totp.id)
      for (let count = 0; count < 4; count += 1) await codeOf(guesser.prove('000000'))
    }
    await startRecovery(auth, 'anna')
    const guesser = await auth.signIn('anna')
    await guesser.choose(anna.totp.id)
    await codeOf(guesser.prove('000000'))
    expect(await codeOf(guesser.prove('000000'))).toBe('SIGN_IN_ENDED')
    expect(await codeOf(auth.signIn('anna'))).toBe('SIGN_IN_FAILED')
  })

  it('cannot use the passcode of a recovery for a session, nor one of a sign-in for a recovery', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const phoneId = await anna.addPhone(otherPhone)
    const flow = await untilPasscode(auth, 'anna')
    const signingIn = await auth.signIn('anna')
    await signingIn.choose(phoneId)
    expect(await codeOf(signingIn.prove(auth.passcode(recoveryPhone)))).toBe('PASSCODE_WRONG')
    expect(await codeOf(flow.prove(auth.passcode(otherPhone)))).toBe('PASSCODE_WRONG')
    expect(await codeOf(signingIn.enrol({ method: 'totp' }))).toBe('CONFLICT')
  })

  it('finds no number and no token in clear where the audit log and the program’s log are read', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    const passcode = /^[A-Z]{4}-(\d+) is/.exec(auth.messages[0]?.text ?? '')?.[1] ?? ''
    expect(passcode).toHaveLength(6)
    const audit = JSON.stringify(await auth.store.db.selectFrom('audit').select('entry').execute())
    const stored = JSON.stringify(
      await auth.store.db.selectFrom('recoveryCancelTokens').selectAll().execute(),
    )
    for (const secret of [cancelTokenTo(auth, email), passcode]) {
      expect(audit + stored + auth.logged.join()).not.toContain(secret)
    }
    expect(audit).not.toContain(recoveryPhone)
  })
})
