import { generate } from 'otplib'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { deskOf, serverOfTests, setPolicy } from './desk.ts'
import { hosts } from './hosts.ts'
import {
  atHome,
  button,
  keepBackupCodes,
  pickMethod,
  replaceOneTimePassword,
  signOut,
  typeCode,
  typeNewPassword,
  typePasscode,
  typePassword,
} from './person.ts'
import { audited, methodsOf } from './stored.ts'
import { filled, words } from './words.ts'

const method = words('method')
const choose = words('choose')
const code = words('code')
const common = words('common')
const enrol = words('enrol')
const factors = words('factors')
const forgot = words('forgot')
const pair = words('pair')
const recoverAccount = words('recoverAccount')
const recovery = words('recovery')

const server = serverOfTests([
  'methods=sms,voice,email,totp,passkey,backup-code',
  'authenticatorApp=microsoft',
  'limits.resendCooldownSeconds=15',
  'limits.sendsPerNumberPer10Minutes=10',
  'limits.sendsPerNumberPerDay=50',
])

// The steps are the same in both programs; what differs between them is in the other files.
describe.each(hosts.slice(0, 1))('somebody before $name who has no phone yet', (host) => {
  const desk = deskOf(host, server, { hasPhone: false })
  const mail = 'anna@example.org'
  const mobile = '+4915223450001'
  const landline = '+493020456123'
  let totpKey = ''

  it('registers an app at the first sign-in, on a page that names the one the administrator chose', async (context) => {
    const page = await desk.page(context)
    await replaceOneTimePassword(page, server(), desk.user)
    await page.getByRole('heading', { name: enrol.mustTitle }).waitFor()
    await button(page, new RegExp(`^${enrol.totp.title}`)).click()
    await button(page, common.continue).click()
    const app = 'Microsoft Authenticator'
    await page.getByRole('heading', { name: pair.titleApp.replace('{{app}}', app) }).waitFor()
    await button(page, pair.showKey).click()
    totpKey = (await page.getByRole('group', { name: pair.key }).innerText()).replaceAll(/\s/g, '')
    await typeCode(page, code.field.totp, await generate({ secret: totpKey }))
    expect(new Set(await keepBackupCodes(page)).size).toBe(10)
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'totp'])
    expect(await audited(server(), desk.user, 'sign-in.finished')).toEqual(['sign-in.finished ok totp'])
  }, 60_000)

  it('adds a mail address in the account, and signs in by a mail to it', async (context) => {
    const page = await desk.page(context)
    await openMethods(page)
    await button(page, factors.add).click()
    const dialog = page.getByRole('dialog').last()
    await dialog.getByText(enrol.email.title, { exact: true }).click()
    await dialog.getByLabel(enrol.email.address).fill(mail)
    await dialog.getByRole('button', { name: enrol.sms.send }).click()
    await pickMethod(page, method.totp)
    // A code works once, and the one just used was for pairing: the next step's is accepted already.
    const epoch = Math.floor(Date.now() / 1000) + 30
    await typeCode(page, code.field.totp, await generate({ secret: totpKey, epoch }))
    await typePasscode(page, server())
    await dialog.waitFor({ state: 'hidden' })
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'email', 'totp'])
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await proveByMail(page)
    await atHome(page)
    expect(await lastSignIn()).toBe('sign-in.finished ok email')
    expect(await passcodesTo(mail)).toEqual(['email', 'email'])
  }, 60_000)

  it('is called at one of two numbers, which are shown masked, and next time finds it first', async (context) => {
    const page = await desk.page(context)
    for (const number of [mobile, landline]) {
      const entered = await server().command('user', 'add-phone', desk.user.loginName, number)
      expect(entered.exitCode).toBe(0)
    }
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await page.getByRole('heading', { name: choose.title }).waitFor()
    const list = page.getByRole('list', { name: choose.title })
    for (const number of [mobile, landline]) expect(await list.innerText()).not.toContain(number.slice(3, -4))
    await pickMethod(page, new RegExp(`${landline.slice(-4)}.*${method.voice}`))
    await typePasscode(page, server())
    await atHome(page)
    expect(await passcodesTo(landline)).toEqual(['voice'])
    expect(await lastSignIn()).toBe('sign-in.finished ok voice')
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await page.getByRole('heading', { name: choose.title }).waitFor()
    expect(await list.getByRole('button').first().innerText()).toContain(landline.slice(-4))
  }, 60_000)

  it('asks to be called instead when the message does not come', async (context) => {
    const page = await desk.page(context)
    await pickMethod(page, new RegExp(`${mobile.slice(-4)}.*${method.sms}`))
    await button(page, code.callMe).click({ timeout: 30_000 })
    await page.getByText(code.calling).waitFor()
    await typePasscode(page, server())
    await atHome(page)
    expect(await passcodesTo(mobile)).toEqual(['sms', 'voice'])
    expect(await lastSignIn()).toBe('sign-in.finished ok voice')
  }, 60_000)

  it('registers a recovery phone, begins a recovery without any method, and stops it by signing in', async (context) => {
    const page = await desk.page(context)
    const phone = '+4915223450009'
    await openMethods(page)
    await button(page, recovery.add).click()
    const dialog = page.getByRole('dialog').last()
    await dialog.getByLabel(enrol.sms.number).fill(phone)
    await dialog.getByRole('button', { name: enrol.sms.send }).click()
    await proveByMail(page)
    await page.getByText(code.sentTo).waitFor()
    await typePasscode(page, server())
    await dialog.waitFor({ state: 'hidden' })
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await button(page, choose.none).click()
    await button(page, recoverAccount.start).click()
    await page.getByLabel(enrol.sms.number).fill(phone)
    await button(page, enrol.sms.send).click()
    await typePasscode(page, server())
    await page.getByRole('heading', { name: recoverAccount.waitingTitle }).waitFor()
    expect(await audited(server(), desk.user, 'recovery.')).toEqual([
      'recovery.started ok',
      'recovery.number ok',
    ])
    await button(page, recoverAccount.back).click()
    await typePassword(page, server(), desk.user)
    await proveByMail(page)
    await atHome(page)
    expect(await audited(server(), desk.user, 'recovery.')).toEqual([
      'recovery.cancelled ok factor-proven',
      'recovery.started ok',
      'recovery.number ok',
    ])
  }, 60_000)

  it('replaces a forgotten password by a mail and a second step, and is signed in by neither', async (context) => {
    const page = await desk.page(context)
    await signOut(page)
    await button(page, forgot.link).click()
    await page.getByLabel(forgot.account).fill(desk.user.loginName)
    await button(page, forgot.send).click()
    await page.getByText(forgot.sentText).waitFor()
    await page.getByLabel(forgot.code).fill(await mailedCode())
    await button(page, common.continue).click()
    await page.getByRole('heading', { name: choose.title }).waitFor()
    // The mailbox has proven itself already: it is not the second step as well.
    expect(await page.getByRole('list', { name: choose.title }).innerText()).not.toContain(method.email)
    await pickMethod(page, new RegExp(`${landline.slice(-4)}.*${method.sms}`))
    await typePasscode(page, server())
    await page.getByRole('heading', { name: forgot.newTitle }).waitFor()
    const chosen = `${desk.user.password} and quiet`
    await typeNewPassword(page, chosen)
    await page.getByText(forgot.done).waitFor()
    await typePassword(page, server(), desk.user)
    await page.getByText(words('errors').SIGN_IN_FAILED.title).waitFor()
    await typePassword(page, server(), desk.user, chosen)
    await proveByMail(page)
    await atHome(page)
    desk.user.password = chosen
    expect(await audited(server(), desk.user, 'password.changed')).toHaveLength(2)
  }, 60_000)

  it('is told to ask the administrator when no method is left, and is let in by nothing', async (context) => {
    const page = await desk.page(context)
    await openMethods(page)
    await button(page, recovery.remove).click()
    await page.getByRole('dialog').getByRole('button', { name: common.remove, exact: true }).click()
    await proveByMail(page)
    await page.getByText(recovery.none).waitFor()
    await signOut(page)
    // The server has no address that passkeys could be made for.
    await setPolicy(server(), 'methods=passkey')
    await typePassword(page, server(), desk.user)
    const { title, text } = words('errors').NO_METHOD_AVAILABLE
    await page.getByText(title).waitFor()
    await page.getByText(text).waitFor()
    expect(await audited(server(), desk.user, 'sign-in.finished')).toHaveLength(6)
  }, 60_000)

  it('is paused after wrong codes, also for the right one, until an administrator helps', async (context) => {
    const page = await desk.page(context)
    await setPolicy(server(), 'methods=sms,voice,email,totp,backup-code', 'limits.failuresBeforeLock=5')
    await typePassword(page, server(), desk.user)
    await pickMethod(page, method.email)
    for (let tries = 4; tries >= 0; tries -= 1) {
      await typeCode(page, code.field.email, '000000')
      if (tries > 0)
        await page
          .getByRole('status')
          .filter({ hasText: filled(tries === 1 ? code.triesLeft_one : code.triesLeft_other) })
          .filter({ hasText: String(tries) })
          .waitFor()
    }
    expect(await audited(server(), desk.user, 'account.paused')).toHaveLength(1)
    await typePassword(page, server(), desk.user)
    // The same words as for a wrong password: whoever tries learns nothing.
    await page.getByText(words('errors').SIGN_IN_FAILED.title).waitFor()
    expect((await server().command('user', 'unlock', desk.user.loginName)).exitCode).toBe(0)
    await typePassword(page, server(), desk.user)
    await proveByMail(page)
    await atHome(page)
  }, 60_000)

  it('switches the second step off where that is allowed, which erases every method', async (context) => {
    const page = await desk.page(context)
    await setPolicy(server(), 'secondFactor=offered')
    await openMethods(page)
    await page.reload()
    await openMethods(page)
    await button(page, factors.optOut).click()
    await page.getByRole('dialog').getByRole('button', { name: factors.optOut, exact: true }).click()
    await proveByMail(page)
    await page.getByText(factors.none).waitFor()
    expect(await methodsOf(server(), desk.user)).toEqual([])
    expect(await audited(server(), desk.user, 'factor.opted-out')).toHaveLength(1)
  }, 60_000)

  async function openMethods(page: Page): Promise<void> {
    await page.getByRole('link', { name: words('nav').account }).click()
    await page.getByRole('tab', { name: words('account').tab.factors }).click()
  }

  async function proveByMail(page: Page): Promise<void> {
    await pickMethod(page, method.email)
    await typePasscode(page, server())
  }

  /** How passcodes came to somewhere, in order; notices go there as well. */
  async function passcodesTo(destination: string): Promise<string[]> {
    const sent = (await server().outbox()).filter(
      ({ to, text }) => to === destination && /[A-Z]{4}-\d{6}/.test(text),
    )
    return sent.map(({ channel }) => channel)
  }

  async function lastSignIn(): Promise<string | undefined> {
    return (await audited(server(), desk.user, 'sign-in.finished'))[0]
  }

  async function mailedCode(): Promise<string> {
    const mails = (await server().outbox()).filter(({ to }) => to === mail)
    return (
      mails.map(({ text }) => /^(\S+) is the code for a new password/.exec(text)?.[1]).findLast(Boolean) ?? ''
    )
  }
})
