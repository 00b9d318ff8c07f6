import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { codeOf, openTestAuth, password, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

describe('P4: a stolen database', () => {
  it('after a whole story holds no password, passcode, token, authenticator secret or backup code', async () => {
    const secrets: string[] = [password, 'a brand new secret', 'an unknown name’s password']
    const codes: string[] = []
    if (auth.administrator !== null) secrets.push(auth.administrator.oneTimePassword)
    await codeOf(auth.signIn('an unknown name’s password'))
    await auth.newUser('demo.user')

    const enrolling = await auth.signIn('demo.user')
    secrets.push(enrolling.transactionToken)
    const pairing = stepOf(await enrolling.enrol({ method: 'totp' }), 'pair-authenticator')
    secrets.push(pairing.secretBase32)
    codes.push(auth.totp(pairing.secretBase32))
    const first = stepOf(await enrolling.prove(codes[0] ?? ''), 'signed-in')
    secrets.push(first.sessionToken, ...(first.backupCodes ?? []))
    secrets.push(...(first.backupCodes ?? []).map((code) => code.replace('-', '')))

    const session = auth.inSession(first.sessionToken)
    const grant = async (kind: 'change-factors' | 'change-password') => {
      auth.clock.advance(30_000)
      const stepUp = await session.stepUp({ kind })
      const [option] = stepOf(stepUp.step, 'choose-method').options
      if (option === undefined) throw new Error('no option')
      await stepUp.choose(option.factorId)
      codes.push(auth.totp(pairing.secretBase32))
      const { grantToken } = stepOf(await stepUp.prove(codes.at(-1) ?? ''), 'granted')
      secrets.push(stepUp.transactionToken, grantToken)
      return grantToken
    }
    const adding = await session.enrol({ method: 'sms', phoneNumber: phone }, await grant('change-factors'))
    codes.push(auth.passcode(phone))
    await adding.prove(auth.passcode(phone))
    secrets.push(...(await session.regenerate(await grant('change-factors'))))
    await session.changePassword(password, 'a brand new secret', await grant('change-password'))
    const open = await auth.signIn('demo.user', { password: 'a brand new secret' })
    const sms = stepOf(open.step, 'choose-method').options.find((option) => option.method === 'sms')
    if (sms !== undefined) await open.choose(sms.factorId)
    codes.push(auth.passcode(phone))
    await codeOf(open.prove('654321'))
    secrets.push(open.transactionToken)

    const dump: string[] = []
    const tables = await auth.store.db.introspection.getTables()
    for (const { name } of tables) {
      const rows = await auth.store.db
        .selectFrom(name as 'users')
        .selectAll()
        .execute()
      for (const row of rows) dump.push(...Object.values(row).map(String))
    }
    expect(dump.length).toBeGreaterThan(200)
    for (const secret of secrets) {
      expect(dump.filter((value) => value.toLowerCase().includes(secret.toLowerCase()))).toEqual([])
    }
    // Six digits occur in times and ids by chance; as a value of their own or in quotes they would be the code.
    for (const code of codes) {
      const holds = new RegExp(`(^|["'\\s:-])${code}($|["'\\s])`)
      expect(dump.filter((value) => holds.test(value))).toEqual([])
    }
    expect(auth.logged.join('\n')).not.toMatch(new RegExp(secrets.map(escaped).join('|'), 'i'))
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
