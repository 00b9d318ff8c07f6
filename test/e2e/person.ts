import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import type { TestServer } from '../harness/server.ts'
import { importUser, legacyVersion } from '../fixtures/legacy.ts'
import { accountServer } from '../harness/account-server.ts'
import { filled, words } from './words.ts'

/** Somebody with an account who sits before the interface and has a phone. */
export interface EndUser {
  readonly loginName: string
  readonly phone: string
  password: string
  oneTimePassword: string | undefined
}

let made = 0

/** How an administrator made the account. */
export interface HowMade {
  /** Whether with a phone; without what is said here, with one. */
  readonly hasPhone?: boolean
  /** From a file, with the version of a client from before second factors. */
  readonly isImported?: boolean
}

export async function newEndUser(
  server: TestServer,
  { hasPhone = true, isImported = false }: HowMade = {},
): Promise<EndUser> {
  made += 1
  const loginName = `anna-${made}`
  const phone = `+4915223456${String(made).padStart(3, '0')}`
  const phones = hasPhone ? [phone] : []
  const oneTimePassword = isImported
    ? await importUser(accountServer(server), { loginName, phones, clientVersion: legacyVersion })
    : await addUser(server, loginName, phones)
  return { loginName, phone, oneTimePassword, password: `a calm sea ${randomBytes(6).toString('hex')}` }
}

async function addUser(server: TestServer, loginName: string, phones: readonly string[]): Promise<string> {
  const options = phones.flatMap((phone) => ['--phone', phone])
  const answer = (await server.command('user', 'add', loginName, ...options, '--json')).json()
  return (answer as { oneTimePassword: string }).oneTimePassword
}

const signIn = words('signIn')
const code = words('code')
const common = words('common')

export function button(page: Page, name: string | RegExp) {
  return page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name })
}

export async function typePassword(page: Page, server: TestServer, user: EndUser, password = user.password) {
  await page.getByLabel(signIn.loginName).fill(user.loginName)
  const address = page.getByLabel(signIn.server)
  if (await address.isVisible()) await address.fill(server.address)
  await page.getByLabel(signIn.password, { exact: true }).fill(password)
  await button(page, signIn.submit).click()
}

/** Picks the way to prove oneself from the list, by the words on its button. */
export async function pickMethod(page: Page, name: string | RegExp) {
  await page.getByRole('heading', { name: words('choose').title }).waitFor()
  await page.getByRole('list').getByRole('button').filter({ hasText: name }).first().click()
}

/** Reads the prefix on the screen, finds the message, mail or call with it and types its digits. */
export async function typePasscode(page: Page, server: TestServer) {
  await page.getByRole('heading', { name: code.title.sms }).waitFor()
  const hint = page
    .getByText(filled(code.prefixText))
    .or(page.getByText(filled(code.prefixSpoken)))
    .first()
  const prefix = /[A-Z]{4}/.exec(await hint.innerText())?.[0] ?? ''
  await typeCode(page, code.field.sms, await accountServer(server).passcode(prefix))
}

/** The last digit sends a passcode; what has letters in it, a backup code, is sent by the button. */
export async function typeCode(page: Page, label: string, typed: string) {
  await page.getByLabel(label, { exact: true }).fill(typed)
  if (!/^\d+$/.test(typed)) await button(page, code.confirm).click()
}

/** The first sign-in: one-time password, own password, passcode, backup codes. Returns the codes. */
export async function signInFirst(page: Page, server: TestServer, user: EndUser): Promise<string[]> {
  await replaceOneTimePassword(page, server, user)
  await pickMethod(page, user.phone.slice(-4))
  await typePasscode(page, server)
  return await keepBackupCodes(page)
}

export async function replaceOneTimePassword(page: Page, server: TestServer, user: EndUser): Promise<void> {
  await typePassword(page, server, user, user.oneTimePassword)
  await typeNewPassword(page, user.password)
}

export async function typeNewPassword(page: Page, chosen: string): Promise<void> {
  const password = words('password')
  await page.getByLabel(password.new, { exact: true }).fill(chosen)
  await page.getByLabel(password.repeat, { exact: true }).fill(chosen)
  await button(page, password.save).click()
}

/** Confirms that the backup codes on the screen are kept, which opens the home screen. */
export async function keepBackupCodes(page: Page): Promise<string[]> {
  const list = page.getByRole('list', { name: words('codes').title })
  await list.waitFor()
  const codes = await list.getByRole('listitem').allInnerTexts()
  await page.getByLabel(words('codes').confirm).check()
  await button(page, common.continue).click()
  await atHome(page)
  return codes.map((each) => each.trim())
}

export async function atHome(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: words('nav').label }).waitFor()
}

export async function signOut(page: Page): Promise<void> {
  await button(page, words('nav').signOut).click()
  await page.getByLabel(signIn.loginName).waitFor()
}
