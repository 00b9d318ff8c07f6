import { beforeEach, describe, expect, it } from 'vitest'
import type { UserId } from '../../shared/model/ids.ts'
import { serverSettingsSchema } from '../../shared/model/server-settings.ts'
import { suspendUser } from '../accounts/users.ts'
import { listAudit } from '../audit/audit.ts'
import { openPasskeyAuth, type PasskeyAuth } from '../passkeys/passkeys.fixture.ts'
import { setEmail } from '../recovery/recovery.fixture.ts'
import {
  client,
  codeOf,
  elsewhere,
  openTestAuth,
  origin,
  password,
  problemOf,
  stepOf,
  type TestAuth,
} from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import type { UserRow } from '../store/tables.ts'

const email = 'anna@example.org'
const newPassword = 'a new and better one'
/** Nobody was ever mailed it. */
const wrongCode = 'abcde-fghjk-mnpqr-stvwx'
const noDemands = serverSettingsSchema.parse({}).requireSecondFactorFor
describeOnEveryStore('a forgotten password', (fresh) => {
  const setUser = async (userId: UserId, change: Partial<Pick<UserRow, 'secondFactor' | 'mustPair'>>) =>
    await auth.store.db.updateTable('users').set(change).where('id', '=', userId).execute()

  let auth: TestAuth
  let passkeys: PasskeyAuth
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
  })

  async function anna() {
    const user = await auth.newUser('anna')
    const totp = await user.addTotp()
    await setEmail(auth, user.userId, email)
    return { ...user, totp }
  }
  const ask = async (account: string, from = origin) =>
    await auth.handlers.forgotPassword({ account }, { origin: from, caller: undefined })
  const resetCode = (): string => {
    const text = auth.messages.findLast(({ to }) => to === email)?.text ?? ''
    const code = /^([a-z0-9-]{23}) is the code/.exec(text)?.[1]
    if (code === undefined) throw new Error('No code was mailed.')
    return code
  }
  async function start(code: string, from = origin) {
    const reply = await auth.handlers.startPasswordReset(
      { resetCode: code, client },
      { origin: from, caller: undefined },
    )
    return { ...reply, ...auth.as(reply.transactionToken) }
  }

  describe('a forgotten password', () => {
    it('is replaced with a mailed code and the second factor, in this order, and ends everything open', async () => {
      const user = await anna()
      const before = await auth.signIn('anna')
      await before.choose(user.totp.id)
      const session = stepOf(await before.prove(auth.totp(user.totp.secret)), 'signed-in')
      const other = await auth.signIn('anna')
      auth.clock.advance(60_000)
      expect(await ask('Anna')).toEqual({ done: true })
      const flow = await start(resetCode())
      stepOf(flow.step, 'choose-method')
      expect(await codeOf(flow.changePassword(newPassword))).toBe('CONFLICT')
      await flow.choose(user.totp.id)
      stepOf(await flow.prove(auth.totp(user.totp.secret)), 'change-password')
      expect(await codeOf(auth.signIn('anna'))).toBe('done')
      stepOf(await flow.changePassword(newPassword), 'password-changed')
      expect(await codeOf(auth.signIn('anna'))).toBe('SIGN_IN_FAILED')
      expect(await codeOf(auth.signIn('anna', { password: newPassword }))).toBe('done')
      expect(await codeOf(auth.inSession(session.sessionToken).me())).toBe('SESSION_ENDED')
      expect(await codeOf(other.choose(user.totp.id))).toBe('SIGN_IN_ENDED')
    })

    it('gives no session: signing in comes next', async () => {
      const user = await anna()
      await ask(email)
      const flow = await start(resetCode())
      await flow.choose(user.totp.id)
      await flow.prove(auth.totp(user.totp.secret))
      await flow.changePassword(newPassword)
      expect(await auth.store.db.selectFrom('sessions').select('id').execute()).toEqual([])
    })

    it('takes the code with and without dashes, in capitals, once', async () => {
      await anna()
      await ask('anna')
      const code = resetCode()
      await start(code.replaceAll('-', ' ').toUpperCase())
      expect(await codeOf(start(code))).toBe('PASSCODE_WRONG')
    })

    it('takes the newest code only, and none after an hour or a clock set back', async () => {
      await anna()
      await ask('anna')
      const first = resetCode()
      await ask('anna')
      expect(await codeOf(start(first))).toBe('PASSCODE_WRONG')
      const second = resetCode()
      auth.clock.advance(60 * 60_000)
      expect(await codeOf(start(second))).toBe('PASSCODE_WRONG')
      await ask('anna')
      const third = resetCode()
      auth.clock.advance(-10 * 60_000)
      expect(await codeOf(start(third))).toBe('PASSCODE_WRONG')
    })

    it('checks the new password by the rules of every other one', async () => {
      const user = await anna()
      await ask('anna')
      const flow = await start(resetCode())
      await flow.choose(user.totp.id)
      await flow.prove(auth.totp(user.totp.secret))
      for (const bad of ['password1', 'anna-holdfast', password]) {
        expect(await codeOf(flow.changePassword(bad)), bad).toBe('INPUT_INVALID')
      }
      stepOf(await flow.changePassword(newPassword), 'password-changed')
    })
  })

  describe('the mail of a forgotten password', () => {
    it('alone proves nothing: neither the mailbox as a second factor nor a number that nobody proved', async () => {
      const user = await anna()
      await auth.setPolicy({ methods: ['sms', 'totp', 'email', 'backup-code'] })
      const mailId = await user.addEmail(email)
      const phoneId = await user.addPhone('+4915112345678', 'Phone', 0)
      await ask('anna')
      const flow = await start(resetCode())
      expect(stepOf(flow.step, 'choose-method').options.map(({ factorId }) => factorId)).toEqual([
        user.totp.id,
      ])
      expect(await codeOf(flow.choose(mailId))).toBe('NOT_FOUND')
      expect(await codeOf(flow.choose(phoneId))).toBe('NOT_FOUND')
      expect(await codeOf(flow.skip())).toBe('CONFLICT')
      expect(await codeOf(flow.enrol({ method: 'totp' }))).toBe('CONFLICT')
    })

    it('is enough only where no second factor is registered and policy does not demand one', async () => {
      const user = await auth.newUser('anna')
      await setEmail(auth, user.userId, email)
      await ask('anna')
      const problem = await problemOf(start(resetCode()))
      expect([problem?.code, problem?.details]).toEqual(['NO_METHOD_AVAILABLE', { advice: 'administrator' }])
      await auth.setPolicy({ secondFactor: 'offered' })
      await ask('anna')
      const flow = await start(resetCode())
      stepOf(flow.step, 'change-password')
      stepOf(await flow.changePassword(newPassword), 'password-changed')
    })

    it('is not enough where anything else demands a second factor: the mailbox would register the first one', async () => {
      const user = await auth.newUser('anna')
      await setEmail(auth, user.userId, email)
      await auth.setPolicy({ secondFactor: 'offered' })
      const demands: (() => Promise<unknown>)[] = [
        () => auth.setSettings({ requireSecondFactorFor: { ...noDemands, desktopSignIns: true } }),
        () => auth.setSettings({ requireSecondFactorFor: { ...noDemands, everybody: true } }),
        async () => {
          await auth.setSettings({ requireSecondFactorFor: noDemands })
          await setUser(user.userId, { secondFactor: 'required' })
        },
        async () => await setUser(user.userId, { secondFactor: null, mustPair: 1 }),
      ]
      for (const demand of demands) {
        await demand()
        await ask('anna')
        expect(await codeOf(start(resetCode()))).toBe('NO_METHOD_AVAILABLE')
        auth.clock.advance(60 * 60_000)
      }
    })

    it('is worth nothing once the address is not the account’s any more', async () => {
      const user = await anna()
      await ask('anna')
      const code = resetCode()
      await setEmail(auth, user.userId, 'other@example.org')
      expect(await codeOf(start(code))).toBe('PASSCODE_WRONG')
    })

    it('names who asked and carries no line that a login name made', async () => {
      await anna()
      await ask('anna', elsewhere)
      const mail = auth.messages.at(-1)
      expect(mail).toMatchObject({ channel: 'email', to: email, subject: 'Test CBS: a new password' })
      expect(mail?.text).toContain(elsewhere.address)
      expect(mail?.subject).not.toContain('anna')
    })
  })

  describe('asking for a mail', () => {
    /** What an attempt left behind, as far as anybody but an administrator could notice. */
    async function traceOf(account: string) {
      const count = async () => ({
        hashes: auth.hashCount(),
        audit: (await auth.store.db.selectFrom('audit').select('sequence').execute()).length,
        transactions: (await auth.store.db.selectFrom('transactions').select('id').execute()).length,
        throttles: (await auth.store.db.selectFrom('throttles').select('key').execute()).length,
      })
      const before = await count()
      const answer = await ask(account)
      const after = await count()
      return {
        answer,
        hashes: after.hashes - before.hashes,
        audit: after.audit - before.audit,
        transactions: after.transactions - before.transactions,
        throttles: after.throttles - before.throttles,
      }
    }

    it('answers and works the same for every account that there is or is not', async () => {
      await anna()
      await auth.newUser('without-mail')
      const suspended = await auth.newUser('suspended')
      await setEmail(auth, suspended.userId, 's@example.org')
      await suspendUser(auth.deps, suspended.userId, 'test')
      await ask('somebody-before')
      const expected = { answer: { done: true }, hashes: 0, audit: 1, transactions: 0, throttles: 1 }
      for (const account of ['anna', 'without-mail', 'suspended', 'nobody', 'nobody@example.org', 'admin']) {
        expect(await traceOf(account), account).toEqual(expected)
      }
      await expect.poll(() => auth.messages.length).toBe(1)
    })

    it('mails nobody who administers, is suspended, or shares the address with another account', async () => {
      const first = await auth.newUser('first')
      const second = await auth.newUser('second')
      await setEmail(auth, first.userId, email)
      await setEmail(auth, second.userId, email)
      await ask(email)
      await auth.store.db
        .updateTable('users')
        .set({ email: 'admin@example.org', emailProvenAt: 1 })
        .where('loginName', '=', 'admin')
        .execute()
      await ask('admin')
      await auth.store.db
        .updateTable('users')
        .set({ status: 'suspended' })
        .where('id', '=', first.userId)
        .execute()
      await ask('first')
      await new Promise((resolve) => setImmediate(resolve))
      expect(auth.messages).toEqual([])
    })

    it('sends three mails an hour to one account, ten from one network, and tells only the network', async () => {
      await anna()
      for (let count = 0; count < 10; count += 1) await ask('anna')
      await expect.poll(() => auth.messages.length).toBe(3)
      const problem = await problemOf(ask('anna'))
      expect(problem?.code).toBe('RATE_LIMITED')
      expect(await codeOf(ask('anna', elsewhere))).toBe('done')
      expect(auth.messages).toHaveLength(3)
    })

    it('stores no code in clear and logs none', async () => {
      await anna()
      await ask('anna')
      const tables = await Promise.all(
        (['passwordResets', 'audit', 'throttles'] as const).map((name) =>
          auth.store.db.selectFrom(name).selectAll().execute(),
        ),
      )
      const everything = JSON.stringify(tables) + auth.logged.join()
      expect(everything).not.toContain(resetCode())
      expect(everything).not.toContain(resetCode().replaceAll('-', ''))
    })

    it('does not tell whether a code exists by anything but the code', async () => {
      await anna()
      await ask('anna')
      const answers = [await problemOf(start(wrongCode)), await problemOf(start(wrongCode))]
      expect(answers.map((problem) => [problem?.code, problem?.details])).toEqual([
        ['PASSCODE_WRONG', undefined],
        ['PASSCODE_WRONG', undefined],
      ])
    })
  })

  describe('whoever tries codes', () => {
    it('is refused in a network after twenty of them, with the right one too, and nowhere else', async () => {
      await anna()
      await ask('anna')
      const code = resetCode()
      for (let count = 0; count < 20; count += 1)
        expect(await codeOf(start(wrongCode))).toBe('PASSCODE_WRONG')
      const problem = await problemOf(start(code))
      expect(problem?.code).toBe('RATE_LIMITED')
      expect(problem?.details?.['retryAfterSeconds']).toBeGreaterThan(0)
      expect((await start(code, elsewhere)).step.kind).toBe('choose-method')
      const refused = (await listAudit(auth.store.db, { limit: 50 })).filter(
        ({ action, outcome }) => action === 'password-reset.started' && outcome === 'refused',
      )
      expect(refused.map(({ address }) => address)).toEqual([origin.address])
    })

    it('may try again when ten minutes have passed', async () => {
      await anna()
      for (let count = 0; count < 21; count += 1) await codeOf(start(wrongCode))
      auth.clock.advance(10 * 60_000 - 1)
      expect(await codeOf(start(wrongCode))).toBe('RATE_LIMITED')
      auth.clock.advance(1)
      expect(await codeOf(start(wrongCode))).toBe('PASSCODE_WRONG')
    })

    it('gets no more tries by sending them all at once', async () => {
      const all = Array.from({ length: 30 }, async () => await codeOf(start(wrongCode)))
      const answers = await Promise.all(all)
      expect(answers.filter((answer) => answer === 'PASSCODE_WRONG')).toHaveLength(20)
    })
  })

  describe('where a passkey is required', () => {
    beforeEach(async () => {
      passkeys = await openPasskeyAuth({}, auth.store)
      auth = passkeys
    })

    it('a forgotten password that another method proved stays as it was, whenever the rule came', async () => {
      const user = await anna()
      await ask('anna')
      const flow = await start(resetCode())
      await flow.choose(user.totp.id)
      await auth.setPolicy({ phishingResistant: 'everybody' })
      expect(await codeOf(flow.prove(auth.totp(user.totp.secret)))).toBe('NO_METHOD_AVAILABLE')
      expect(await codeOf(flow.changePassword(newPassword))).toBe('SIGN_IN_ENDED')
      await ask('anna')
      expect(await codeOf(start(resetCode()))).toBe('NO_METHOD_AVAILABLE')
      expect(await codeOf(auth.signIn('anna', { password: newPassword }))).toBe('SIGN_IN_FAILED')
      expect(await codeOf(auth.signIn('anna'))).toBe('done')
    })

    it('a forgotten password is replaced after the passkey, and after nothing else that is registered', async () => {
      const user = await passkeys.userWithPasskey('anna')
      const totp = await user.addTotp()
      await setEmail(auth, user.userId, email)
      await auth.setPolicy({ phishingResistant: 'everybody' })
      await ask('anna')
      const flow = await start(resetCode())
      expect(stepOf(flow.step, 'choose-method').options.map(({ method }) => method)).toEqual(['passkey'])
      expect(await codeOf(flow.choose(totp.id))).toBe('NOT_FOUND')
      await flow.choose(user.factorId)
      stepOf(await passkeys.provePasskey(flow.transactionToken, user.key), 'change-password')
      stepOf(await flow.changePassword(newPassword), 'password-changed')
    })
  })
})
