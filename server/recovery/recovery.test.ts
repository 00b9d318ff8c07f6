import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../shared/model/policy.ts'
import { resetFactors } from '../accounts/user-factors.ts'
import { codeOf, openTestAuth, origin, problemOf, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
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
  setEmail,
  setRecoveryPhone,
  startRecovery,
  untilEnrolment,
  untilPasscode,
} from './recovery.fixture.ts'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

const statusOf = async () =>
  (await auth.store.db.selectFrom('recoveries').select('status').orderBy('startedAt').execute()).map(
    ({ status }) => status,
  )
const actions = async () =>
  (await auth.store.db.selectFrom('audit').select('entry').execute()).map(
    ({ entry }) => (JSON.parse(entry) as { action: string }).action,
  )
const cancelByLink = async (cancelToken: string) =>
  (await auth.handlers.cancelRecovery({ cancelToken }, { origin, caller: undefined })).wasWaiting

describe('recovery by phone', () => {
  it('leads over password, whole number, passcode and waiting time to a new method, and to nothing else', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const { readyAt } = await startRecovery(auth, 'anna')
    expect(Date.parse(readyAt) - auth.clock.nowMs()).toBe(72 * hourMs)
    auth.clock.advance(72 * hourMs)
    const flow = await untilEnrolment(auth, 'anna')
    expect(stepOf(flow.step, 'must-enrol').methods).toContain('totp')
    expect(await auth.store.db.selectFrom('sessions').select('id').execute()).toEqual([])
    const end = stepOf(await enrolNew(auth, flow), 'signed-in')
    expect(end.backupCodes).toHaveLength(10)
    const { factors, history } = await auth.inSession(end.sessionToken).factors()
    expect(factors.map(({ method }) => method)).toEqual(['totp', 'backup-code'])
    expect(factors.some(({ id }) => id === anna.totp.id)).toBe(false)
    expect(history.map(({ event }) => event)).toContain('replaced-by-recovery')
    expect(await statusOf()).toEqual(['finished'])
    expect(await actions()).toEqual(
      expect.arrayContaining(['recovery.started', 'recovery.opened', 'recovery.finished']),
    )
  })

  it('tells how long it will wait and two digits of the number, before anything is sent', async () => {
    await recoverableUser(auth, 'anna')
    const { step, transactionToken } = await auth.signIn('anna')
    expect(stepOf(step, 'choose-method').canRecover).toBe(true)
    const shown = await recovering(auth, transactionToken).recover()
    expect(shown).toEqual({ kind: 'recover-by-phone', lastDigits: '42', waitHours: 72, isReady: false })
    expect(auth.messages).toEqual([])
  })

  it('counts a wrong number like a wrong code and sends nothing to it', async () => {
    await recoverableUser(auth, 'anna')
    const flow = recovering(auth, (await auth.signIn('anna')).transactionToken)
    await flow.recover()
    const first = await problemOf(flow.number('+4915199999943'))
    expect([first?.code, first?.details]).toEqual(['PASSCODE_WRONG', { triesLeft: 4 }])
    for (let count = 0; count < 3; count += 1) await codeOf(flow.number('+4915199999943'))
    expect(await codeOf(flow.number('+4915199999943'))).toBe('SIGN_IN_ENDED')
    expect(auth.messages).toEqual([])
  })

  it('leads back to the choice of methods', async () => {
    await recoverableUser(auth, 'anna')
    const flow = recovering(auth, (await auth.signIn('anna')).transactionToken)
    await flow.recover()
    stepOf(await flow.chooseAnother(), 'choose-method')
    await flow.recover()
    await flow.number()
    expect((await flow.chooseAnother()).kind).toBe('choose-method')
  })

  it('is not there before the password, out of order, or in a step-up', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const flow = recovering(auth, (await auth.signIn('anna')).transactionToken)
    expect(await codeOf(flow.number())).toBe('CONFLICT')
    await flow.choose(anna.totp.id)
    expect(await codeOf(flow.recover())).toBe('CONFLICT')
    const end = stepOf(await flow.prove(auth.totp(anna.totp.secret)), 'signed-in')
    const stepUp = await auth.inSession(end.sessionToken).stepUp({ kind: 'change-factors' })
    expect(stepOf(stepUp.step, 'choose-method').canRecover).toBeUndefined()
    expect(await codeOf(recovering(auth, stepUp.transactionToken).recover())).toBe('NO_METHOD_AVAILABLE')
  })

  it.each([
    [
      'without a recovery phone',
      async () => {
        await (await auth.newUser('anna')).addTotp()
      },
    ],
    [
      'where policy forbids it',
      async () => {
        await auth.setPolicy({ recovery: { ...defaultPolicy.recovery, byPhone: false } })
        await recoverableUser(auth, 'anna')
      },
    ],
    [
      'of an administrator',
      async () => {
        const { userId } = await recoverableUser(auth, 'anna')
        await auth.store.db
          .updateTable('users')
          .set({ kind: 'system', role: 'admin' })
          .where('id', '=', userId)
          .execute()
      },
    ],
    [
      'while no text message can be sent',
      async () => {
        await recoverableUser(auth, 'anna')
        auth.sending.channels.delete('sms')
      },
    ],
    [
      'of somebody who can be warned on that phone only',
      async () => {
        const user = await auth.newUser('anna')
        await user.addTotp()
        await setRecoveryPhone(auth, user.userId)
      },
    ],
  ] as const)('%s is not offered and not possible', async (_name, arrange) => {
    await arrange()
    const { step, transactionToken } = await auth.signIn('anna')
    expect(stepOf(step, 'choose-method').canRecover).toBeUndefined()
    const problem = await problemOf(recovering(auth, transactionToken).recover())
    expect([problem?.code, problem?.details]).toEqual(['NO_METHOD_AVAILABLE', { advice: 'administrator' }])
  })

  it('is offered where no registered method can be used', async () => {
    const user = await auth.newUser('anna')
    await user.addEmail('a@example.org')
    await setEmail(auth, user.userId, email)
    await setRecoveryPhone(auth, user.userId)
    expect(stepOf((await auth.signIn('anna')).step, 'choose-method')).toEqual({
      kind: 'choose-method',
      options: [],
      canRecover: true,
    })
  })

  it('can be finished neither before the waiting time nor after its window', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(72 * hourMs - 1)
    const early = recovering(auth, (await auth.signIn('anna')).transactionToken)
    stepOf(await early.recover(), 'recovery-waiting')
    auth.clock.advance(72 * hourMs + 1)
    const late = await untilEnrolment(auth, 'anna')
    stepOf(late.step, 'recovery-waiting')
    expect(await statusOf()).toEqual(['expired', 'waiting'])
  })

  it('leaves everything as it was when nobody registers anything in the end', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    auth.clock.advance(72 * hourMs)
    stepOf((await untilEnrolment(auth, 'anna')).step, 'must-enrol')
    const { step, choose } = await auth.signIn('anna')
    expect(stepOf(step, 'choose-method').options.map(({ factorId }) => factorId)).toEqual([anna.totp.id])
    stepOf(await choose(anna.totp.id), 'enter-code')
  })

  it('ends sessions and trust, and keeps the enrolled computers', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const device = await anna.addDevice()
    const flow = await auth.signIn('anna', { device })
    await flow.choose(anna.totp.id)
    const session = stepOf(await flow.prove(auth.totp(anna.totp.secret), true), 'signed-in')
    auth.clock.advance(60_000)
    await startRecovery(auth, 'anna')
    // Sliding trust would have ended by itself: what ends it here is the recovery.
    await auth.store.db
      .updateTable('devices')
      .set({ trustedUntil: auth.clock.nowMs() + 100 * hourMs })
      .execute()
    auth.clock.advance(72 * hourMs)
    await enrolNew(auth, await untilEnrolment(auth, 'anna'))
    expect(await codeOf(auth.inSession(session.sessionToken).me())).toBe('SESSION_ENDED')
    const devices = await auth.store.db.selectFrom('devices').selectAll().execute()
    expect(devices).toMatchObject([{ id: device.id, revokedAt: null, trustedUntil: null }])
  })
})

describe('the notices of a recovery', () => {
  it('go to every phone and address at once, half way, an hour before and when it is ready', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await anna.addPhone(otherPhone)
    await startRecovery(auth, 'anna')
    const told = () =>
      auth.messages.filter(
        ({ text }) => text.includes('second factors of "anna"') || text.includes('"anna" asked'),
      )
    expect(
      told()
        .map(({ to }) => to)
        .sort(),
    ).toEqual([otherPhone, recoveryPhone, email].sort())
    for (const hours of [36, 35, 1]) {
      auth.clock.advance(hours * hourMs)
      await noticesSent(auth)
      await noticesSent(auth)
    }
    expect(told().filter(({ to }) => to === email)).toHaveLength(4)
    expect(told().at(-1)?.text).toContain('can be replaced now')
  })

  it('say from where, until when, and how to stop it, each with a token of its own', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    const mail = auth.messages.find(({ to }) => to === email)
    expect(mail?.subject).toBe('Test CBS: account recovery')
    expect(mail?.text).toContain(origin.address)
    expect(cancelTokenTo(auth, email)).not.toBe(cancelTokenTo(auth, recoveryPhone))
  })

  it('are not held back by a number whose messages somebody used up', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const phoneId = await anna.addPhone(otherPhone)
    for (let count = 0; count < 6; count += 1) {
      await codeOf((await auth.signIn('anna')).choose(phoneId))
    }
    const before = auth.messages.filter(({ to }) => to === otherPhone).length
    await startRecovery(auth, 'anna')
    expect(auth.messages.filter(({ to }) => to === otherPhone)).toHaveLength(before + 1)
  })

  it('that no provider takes are tried again, and the waiting time begins when one was taken', async () => {
    await recoverableUser(auth, 'anna')
    const flow = await untilPasscode(auth, 'anna')
    auth.sending.failing.add('email')
    await flow.prove(auth.passcode(recoveryPhone))
    await noticesSent(auth)
    auth.clock.advance(72 * hourMs)
    stepOf(await recovering(auth, (await auth.signIn('anna')).transactionToken).recover(), 'recovery-waiting')
    auth.sending.failing.delete('email')
    await noticesSent(auth)
    auth.clock.advance(72 * hourMs - 1)
    stepOf(await recovering(auth, (await auth.signIn('anna')).transactionToken).recover(), 'recovery-waiting')
    auth.clock.advance(1)
    expect((await untilEnrolment(auth, 'anna')).step.kind).toBe('must-enrol')
  })

  it('are sent by the job when sending them at once failed', async () => {
    await recoverableUser(auth, 'anna')
    const flow = await untilPasscode(auth, 'anna')
    auth.sending.failing.add('email').add('sms')
    await flow.prove(auth.passcode(recoveryPhone))
    await noticesSent(auth)
    auth.sending.failing.clear()
    auth.clock.advance(60_000)
    await noticesSent(auth)
    const rows = await auth.store.db
      .selectFrom('recoveryNotices')
      .selectAll()
      .where('what', '=', 'started')
      .execute()
    expect(rows.every(({ sentAt }) => sentAt !== null)).toBe(true)
  })

  it('follow the end, however it came', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    await cancelByLink(cancelTokenTo(auth, email))
    await noticesSent(auth)
    const last = auth.messages.filter(({ to }) => to === email).at(-1)?.text
    expect(last).toContain('was stopped')
    expect(last).not.toContain('stop it')
  })
})

describe('a recovery is stopped', () => {
  it('by the link of any notice, once; the link can do nothing else', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    const token = cancelTokenTo(auth, email)
    expect(await codeOf(auth.inSession(token).me())).toBe('SESSION_ENDED')
    expect(await cancelByLink(token)).toBe(true)
    expect(await cancelByLink(token)).toBe(false)
    expect(await statusOf()).toEqual(['cancelled'])
    auth.clock.advance(72 * hourMs)
    stepOf((await untilEnrolment(auth, 'anna')).step, 'recovery-waiting')
    stepOf(await (await auth.signIn('anna')).choose(anna.totp.id), 'enter-code')
  })

  it('not by the link of an earlier recovery, and not by one that nobody has', async () => {
    await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    const old = cancelTokenTo(auth, email)
    await cancelByLink(old)
    await startRecovery(auth, 'anna')
    expect(await cancelByLink(old)).toBe(false)
    expect(await cancelByLink('x'.repeat(43))).toBe(false)
    expect(await statusOf()).toEqual(['cancelled', 'waiting'])
  })

  it('by signing in with a second factor', async () => {
    const anna = await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    const flow = await auth.signIn('anna')
    await flow.choose(anna.totp.id)
    stepOf(await flow.prove(auth.totp(anna.totp.secret)), 'signed-in')
    expect(await statusOf()).toEqual(['cancelled'])
  })

  it('by a session that is open, which shows it too', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const flow = await auth.signIn('anna')
    await flow.choose(anna.totp.id)
    const { sessionToken } = stepOf(await flow.prove(auth.totp(anna.totp.secret)), 'signed-in')
    await startRecovery(auth, 'anna')
    const session = auth.inSession(sessionToken)
    const { recovery } = await auth.handlers.recovery({}, await session.call())
    expect(recovery).toMatchObject({
      isAllowed: true,
      waitHours: 72,
      recoveryPhone: { maskedDestination: expect.stringMatching(/^\+4•+9942$/) as string },
      pending: { address: origin.address, clientName: 'holdfast' },
    })
    expect(await auth.handlers.cancelOwnRecovery({}, await session.call())).toEqual({ wasWaiting: true })
    expect(await auth.handlers.cancelOwnRecovery({}, await session.call())).toEqual({ wasWaiting: false })
  })

  it('by an administrator who resets the account', async () => {
    const { userId } = await recoverableUser(auth, 'anna')
    await startRecovery(auth, 'anna')
    await resetFactors(auth.deps, userId, 'command:root')
    expect(await statusOf()).toEqual(['cancelled'])
  })

  it('by a change of the recovery phone, which needs a step-up', async () => {
    const anna = await recoverableUser(auth, 'anna')
    const flow = await auth.signIn('anna')
    await flow.choose(anna.totp.id)
    const { sessionToken } = stepOf(await flow.prove(auth.totp(anna.totp.secret)), 'signed-in')
    await startRecovery(auth, 'anna')
    const session = auth.inSession(sessionToken)
    const removal = async (grantToken: string) =>
      await auth.handlers.removeRecoveryPhone({ grantToken }, await session.call())
    expect(await codeOf(removal('x'.repeat(43)))).toBe('STEP_UP_REQUIRED')
    expect(await statusOf()).toEqual(['waiting'])
    auth.clock.advance(60_000)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(anna.totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(anna.totp.secret)), 'granted')
    await removal(grantToken)
    expect(await auth.store.db.selectFrom('recoveryPhones').selectAll().execute()).toEqual([])
    expect(await statusOf()).toEqual(['cancelled'])
  })
})

describe('registering a recovery phone', () => {
  async function granted() {
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    await user.addPhone(otherPhone)
    const flow = await auth.signIn('anna')
    await flow.choose(totp.id)
    const { sessionToken } = stepOf(await flow.prove(auth.totp(totp.secret)), 'signed-in')
    const session = auth.inSession(sessionToken)
    auth.clock.advance(60_000)
    const stepUp = await session.stepUp({ kind: 'change-factors' })
    await stepUp.choose(totp.id)
    const { grantToken } = stepOf(await stepUp.prove(auth.totp(totp.secret)), 'granted')
    const start = async (phoneNumber: string, grant = grantToken) => {
      const reply = await auth.handlers.startRecoveryPhone(
        { phoneNumber, grantToken: grant },
        await session.call(),
      )
      return { ...reply, ...auth.as(reply.transactionToken) }
    }
    return { user, start }
  }
  const stored = async () =>
    (await auth.store.db.selectFrom('recoveryPhones').selectAll().execute()).map((row) => row.phoneNumber)

  it('counts after the right passcode, and tells the other phones', async () => {
    const { start } = await granted()
    const flow = await start('+49 151 99999942')
    stepOf(flow.step, 'enter-code')
    expect(await stored()).toEqual([])
    expect(auth.messages.at(-1)?.text).toContain('to register this recovery phone')
    expect(await codeOf(flow.prove('000000'))).toBe('PASSCODE_WRONG')
    expect(stepOf(await flow.prove(auth.passcode(recoveryPhone)), 'contact-proven')).toEqual({
      kind: 'contact-proven',
      contact: 'recovery-phone',
      maskedDestination: '+4••••••••9942',
    })
    expect(await stored()).toEqual([recoveryPhone])
    await expect
      .poll(() => auth.messages.some(({ to, text }) => to === otherPhone && text.includes('recovery phone')))
      .toBe(true)
  })

  it('needs a grant, which works once', async () => {
    const { start } = await granted()
    expect(await codeOf(start(recoveryPhone, 'x'.repeat(43)))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(start(recoveryPhone))).toBe('done')
    expect(await codeOf(start(recoveryPhone))).toBe('STEP_UP_REQUIRED')
  })

  it('refuses a number that is a second factor already, and a grant survives that', async () => {
    const { start } = await granted()
    expect(await codeOf(start(otherPhone))).toBe('CONFLICT')
    expect(await codeOf(start(recoveryPhone))).toBe('done')
  })

  it('does not make the number a second factor', async () => {
    const { start, user } = await granted()
    await (await start(recoveryPhone)).prove(auth.passcode(recoveryPhone))
    const numbers = await auth.store.db
      .selectFrom('factors')
      .select('phoneNumber')
      .where('userId', '=', user.userId)
      .execute()
    expect(numbers.map(({ phoneNumber }) => phoneNumber)).not.toContain(recoveryPhone)
  })
})
