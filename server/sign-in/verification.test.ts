import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendFailed } from '../senders/messages.fixture.ts'
import { codeOf, openTestAuth, problemOf, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth({ methods: ['sms', 'voice', 'totp', 'backup-code'] })
  auth.sending.verifying.add('sms')
  auth.sending.verifying.add('voice')
})
afterEach(() => auth.store.close())

async function atCode(loginName = 'anna') {
  const factorId = await (await auth.newUser(loginName)).addPhone(phone)
  const started = await auth.signIn(loginName)
  const { challenge } = stepOf(await started.choose(factorId), 'enter-code')
  return { factorId, started, challenge }
}

const wrongCode = (): string => (auth.passcode(phone) === '000000' ? '111111' : '000000')

describe('a code that the provider made', () => {
  it('has the provider’s length and no letters of ours, and signs in', async () => {
    auth.sending.verificationDigits = 8
    const { started, challenge } = await atCode()
    expect(challenge).toMatchObject({ codeLength: 8, prefix: null })
    expect((await started.prove(auth.passcode(phone))).kind).toBe('signed-in')
  })

  it('registers a phone, and brings backup codes', async () => {
    await auth.newUser('anna')
    const started = await auth.signIn('anna')
    await started.enrol({ method: 'sms', phoneNumber: phone })
    const end = stepOf(await started.prove(auth.passcode(phone)), 'signed-in')
    expect(end.backupCodes).toHaveLength(10)
  })

  it('makes the one that was made here worthless: it was never sent', async () => {
    const { started } = await atCode()
    const { state } = await auth.store.db
      .selectFrom('transactions')
      .select('state')
      .where('endedAt', 'is', null)
      .executeTakeFirstOrThrow()
    expect(JSON.parse(state)).toMatchObject({
      challenge: { codeMac: null, verification: { reference: expect.stringMatching(/^VE/) as string } },
    })
    expect(await codeOf(started.prove(wrongCode()))).toBe('PASSCODE_WRONG')
  })

  it('counts our tries, and ends the sign-in with the last one', async () => {
    const { started } = await atCode()
    const wrong = wrongCode()
    const left: unknown[] = []
    for (let count = 0; count < 4; count += 1) {
      left.push((await problemOf(started.prove(wrong)))?.details?.['triesLeft'])
    }
    expect(left).toEqual([4, 3, 2, 1])
    expect(await codeOf(started.prove(wrong))).toBe('SIGN_IN_ENDED')
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('SIGN_IN_ENDED')
  })

  it('is never asked about more often than there are tries, however many requests race', async () => {
    const { started } = await atCode()
    const wrong = wrongCode()
    await Promise.all(Array.from({ length: 20 }, () => codeOf(started.prove(wrong))))
    expect(auth.checked.length).toBeLessThanOrEqual(5)
  })

  it('is not asked about when what was typed has no digits', async () => {
    const { started } = await atCode()
    expect(await codeOf(started.prove('abcdef'))).toBe('PASSCODE_WRONG')
    expect(auth.checked).toEqual([])
  })

  it('opens nothing while the provider cannot be asked, costs no try, and says so', async () => {
    const { started } = await atCode()
    for (let count = 0; count < 7; count += 1) {
      auth.sending.failNextCheck = sendFailed('provider-unreachable')
      expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('CODE_UNCHECKED')
    }
    expect(await auth.store.db.selectFrom('sessions').selectAll().execute()).toEqual([])
    expect((await started.prove(auth.passcode(phone))).kind).toBe('signed-in')
  })

  it('is told as expired when the provider has forgotten it, and another can be sent', async () => {
    const { started } = await atCode()
    const first = auth.passcode(phone)
    auth.clock.advance(5 * 60_000)
    expect(await codeOf(started.prove(first))).toBe('PASSCODE_EXPIRED')
    // Not even asked: our own limit is over.
    expect(auth.checked).toEqual([])
    await started.resend()
    expect((await started.prove(auth.passcode(phone))).kind).toBe('signed-in')
  })

  it('proves the sign-in that it was sent for and no other', async () => {
    const { factorId, started } = await atCode()
    const other = await auth.signIn('anna')
    const code = auth.passcode(phone)
    await other.choose(factorId)
    expect(await codeOf(other.prove(code))).toBe('PASSCODE_WRONG')
    // The number has one code at a time.
    expect(await codeOf(started.prove(code))).toBe('PASSCODE_EXPIRED')
    expect((await other.prove(auth.passcode(phone))).kind).toBe('signed-in')
  })

  it('ends with the one that replaces it', async () => {
    const { started } = await atCode()
    const first = auth.passcode(phone)
    auth.clock.advance(30_000)
    await started.resend('voice')
    expect(await codeOf(started.prove(first))).toBe('PASSCODE_WRONG')
    expect((await started.prove(auth.passcode(phone, 'voice'))).kind).toBe('signed-in')
  })

  it('works once', async () => {
    const { factorId, started } = await atCode()
    const code = auth.passcode(phone)
    const answers = await Promise.all(Array.from({ length: 5 }, () => codeOf(started.prove(code))))
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1)
    const again = await auth.signIn('anna')
    await again.choose(factorId)
    expect(await codeOf(again.prove(code))).toBe('PASSCODE_WRONG')
  })

  it('that was right does not open what was suspended meanwhile', async () => {
    const { started } = await atCode()
    await auth.store.db
      .updateTable('users')
      .set({ status: 'suspended' })
      .where('loginKey', '=', 'anna')
      .execute()
    expect(await codeOf(started.prove(auth.passcode(phone)))).toBe('SIGN_IN_ENDED')
  })
})
