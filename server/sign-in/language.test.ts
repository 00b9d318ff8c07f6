import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Language } from '../../shared/model/language.ts'
import { listAudit } from '../audit/audit.ts'
import { sendNotices } from '../factors/announce.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { codeOf, openTestAuth, stepOf, type TestAuth } from './auth.fixture.ts'

const phone = '+4915112345678'
const address = 'anna@example.org'

describeOnEveryStore('the language of messages', (fresh) => {
  let auth: TestAuth
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
  })
  afterEach(() => auth.store.close())

  async function person(language: Language | null) {
    const user = await auth.newUser('anna')
    const factorId = await user.addPhone(phone)
    await user.addEmail(address)
    await auth.store.db.updateTable('users').set({ language }).where('id', '=', user.userId).execute()
    return { ...user, factorId }
  }
  const stored = async () =>
    (
      await auth.store.db
        .selectFrom('users')
        .select('language')
        .where('loginName', '=', 'anna')
        .executeTakeFirstOrThrow()
    ).language
  const textTo = (to: string) => auth.messages.findLast((message) => message.to === to)?.text ?? ''
  const code = () => /-(\d{6})/.exec(textTo(phone))?.[1] ?? ''

  it('is that of the user, and else the server’s', async () => {
    const { factorId } = await person('de')
    await (await auth.signIn('anna')).choose(factorId)
    expect(textTo(phone)).toContain('ist der Bestätigungscode für Benutzer "anna" zum Anmelden')
    await auth.store.db.updateTable('users').set({ language: null }).execute()
    await auth.setSettings({ defaultLanguage: 'ja' })
    await (await auth.signIn('anna')).choose(factorId)
    expect(textTo(phone)).toContain('は「anna」のサインイン用の確認コードです')
    await auth.setSettings({ defaultLanguage: 'en' })
    await (await auth.signIn('anna')).choose(factorId)
    expect(textTo(phone)).toContain('is the verification code for user "anna" login')
  })

  it('is what a window speaks, from the end of a whole sign-in on', async () => {
    const { factorId, userId } = await person(null)
    const started = await auth.signIn('anna', { language: 'fr' })
    await started.choose(factorId)
    expect(textTo(phone)).toContain('is the verification code')
    const { sessionToken } = stepOf(await started.prove(code()), 'signed-in')
    expect([await stored(), (await auth.inSession(sessionToken).me()).language]).toEqual(['fr', 'fr'])
    const [entry] = (await listAudit(auth.store.db, { limit: 99 })).filter(
      ({ action }) => action === 'user.language-changed',
    )
    expect(entry).toMatchObject({ actor: `user:${userId}`, details: { before: null, after: 'fr' } })
  })

  it('is changed by nobody who has the password alone', async () => {
    const { factorId } = await person('de')
    const thief = await auth.signIn('anna', { language: 'ar' })
    await thief.choose(factorId)
    expect(textTo(phone)).toContain('Bestätigungscode')
    expect(await codeOf(thief.prove('000000'))).toBe('PASSCODE_WRONG')
    await thief.cancel()
    expect(await stored()).toBe('de')
  })

  it('is changed by nobody who has the password and a trusted computer', async () => {
    const { addDevice, factorId } = await person('de')
    const device = await addDevice()
    const owner = await auth.signIn('anna', { device })
    await owner.choose(factorId)
    stepOf(await owner.prove(code(), true), 'signed-in')
    const thief = await auth.signIn('anna', { device, language: 'ar' })
    expect(stepOf(thief.step, 'signed-in').scope).toBe('limited')
    expect(await stored()).toBe('de')
  })

  it('is changed from inside a session by its owner', async () => {
    const { factorId } = await person('de')
    const started = await auth.signIn('anna')
    await started.choose(factorId)
    const session = auth.inSession(stepOf(await started.prove(code()), 'signed-in').sessionToken)
    await session.setLanguage('pt-BR')
    expect(await stored()).toBe('pt-BR')
  })

  it('of a sign-in without one stays what it was', async () => {
    const { factorId } = await person('es')
    const started = await auth.signIn('anna')
    await started.choose(factorId)
    stepOf(await started.prove(code()), 'signed-in')
    expect(await stored()).toBe('es')
  })

  it('of notices is the same', async () => {
    await person('ar')
    await auth.deps.store.db.updateTable('factors').set({ label: 'iPhone' }).execute()
    const { userId } = await auth.store.db.selectFrom('factors').select('userId').executeTakeFirstOrThrow()
    await sendNotices(auth.deps, { userId, what: 'switched-off', label: '', exceptFactorId: null })
    for (const to of [phone, address]) {
      expect(textTo(to)).toBe(
        'أُوقف العامل الثاني للحساب "\u2068anna\u2069". إن لم تكن أنت فاتصل بالمسؤول.\n\u2068Test CBS\u2069',
      )
    }
    const mail = auth.messages.findLast((message) => message.to === address)
    expect(mail?.subject).toBe('\u2068Test CBS\u2069: وسائل دخولك')
  })
})
