import path from 'node:path'
import Database from 'better-sqlite3'
import { generate } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { cancelWords } from '../../server/recovery/page/cancel-words.ts'
import { deskOf, holdfast, serverOfTests } from './desk.ts'
import { chromiumPath, hosts, launchChromium } from './hosts.ts'
import { makePasskeysPossible } from './passkey-browser.ts'
import {
  atHome,
  button,
  pickMethod,
  signInFirst,
  signOut,
  typeCode,
  typePasscode,
  typePassword,
} from './person.ts'
import { audited, methodsOf } from './stored.ts'
import { words } from './words.ts'

const choose = words('choose')
const enrol = words('enrol')
const factors = words('factors')
const recoverAccount = words('recoverAccount')
const recovery = words('recovery')
const onPage = cancelWords.en

const server = serverOfTests([
  'methods=sms,voice,email,totp,backup-code',
  'limits.sendsPerNumberPer10Minutes=10',
  'limits.sendsPerNumberPerDay=50',
])

/** The owner's own browser, in which links of mails open. */
let browser: Browser | undefined

beforeAll(async () => {
  if ((await chromiumPath()) !== undefined) browser = await launchChromium()
  // Links need an address that browsers know the server by.
  await makePasskeysPossible(server())
}, 60_000)
afterAll(async () => {
  await browser?.close()
})

// The steps are the same in both programs.
describe.each(hosts.slice(0, 1))('an account that somebody recovers before $name', (host) => {
  const desk = deskOf(host, server)
  const mail = 'anna@example.org'
  const recoveryPhone = '+4915223450019'

  it('has a mail address and a recovery phone, which its owner proved', async (context) => {
    const page = await desk.page(context)
    await signInFirst(page, server(), desk.user)
    await holdfast(desk.home, 'devices', 'enrol')
    await page.getByRole('link', { name: words('nav').account }).click()
    await page.getByRole('tab', { name: words('account').tab.factors }).click()
    await button(page, factors.add).click()
    const dialog = page.getByRole('dialog').last()
    await dialog.getByText(enrol.email.title, { exact: true }).click()
    await dialog.getByLabel(enrol.email.address).fill(mail)
    await dialog.getByRole('button', { name: enrol.sms.send }).click()
    await proveByPhone(page)
    await page.getByText(words('code').mailedTo).waitFor()
    await typePasscode(page, server())
    await dialog.waitFor({ state: 'hidden' })
    await button(page, recovery.add).click()
    await dialog.getByLabel(enrol.sms.number).fill(recoveryPhone)
    await dialog.getByRole('button', { name: enrol.sms.send }).click()
    await pickMethod(page, words('method').email)
    await typePasscode(page, server())
    await page.getByText(words('code').sentTo).waitFor()
    await typePasscode(page, server())
    await dialog.waitFor({ state: 'hidden' })
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'email', 'sms'])
    await signOut(page)
  }, 90_000)

  it('is told of by holdfast status, with nobody signed in and nothing running', async (context) => {
    const page = await desk.page(context)
    await beginRecovery(page)
    await page.getByRole('heading', { name: recoverAccount.waitingTitle }).waitFor()
    await desk.quit()
    const status = (await holdfast(desk.home, 'status')) as { attention: { text: string; command: string }[] }
    expect(status.attention.map(({ command }) => command)).toContain('holdfast recover-account cancel')
  }, 60_000)

  it('is kept by the link of the mail, opened in a browser, whose button stops it once', async (context) => {
    const there = await ownBrowser(context)
    await there.goto(await mailedLink(1))
    await there.getByRole('heading', { name: onPage.title }).waitFor()
    // Mail scanners open links too.
    expect(await audited(server(), desk.user, 'recovery.cancelled')).toEqual([])
    await there.getByRole('button', { name: onPage.stop }).click()
    await there.getByRole('heading', { name: onPage.stoppedTitle }).waitFor()
    await there.goto(await mailedLink(1))
    await there.getByRole('button', { name: onPage.stop }).click()
    await there.getByRole('heading', { name: onPage.nothingTitle }).waitFor()
    expect(await audited(server(), desk.user, 'recovery.started')).toHaveLength(1)
    expect(recoveryStates()).toEqual(['cancelled'])
  }, 60_000)

  it('is kept by a stop that overtakes the thief in the last step', async (context) => {
    const there = await ownBrowser(context)
    const page = await desk.page(context)
    await beginRecovery(page)
    await page.getByRole('heading', { name: recoverAccount.waitingTitle }).waitFor()
    await button(page, recoverAccount.back).click()
    const link = await mailedLink(2)
    endWaiting()
    await beginRecovery(page)
    await page.getByRole('heading', { name: enrol.mustTitle }).waitFor()
    await button(page, new RegExp(`^${enrol.totp.title}`)).click()
    await button(page, words('common').continue).click()
    await button(page, words('pair').showKey).click()
    const key = (await page.getByRole('group', { name: words('pair').key }).innerText()).replaceAll(/\s/g, '')
    await there.goto(link)
    await there.getByRole('button', { name: onPage.stop }).click()
    await there.getByRole('heading', { name: onPage.stoppedTitle }).waitFor()
    await typeCode(page, words('code').field.totp, await generate({ secret: key }))
    await page.getByText(words('signIn').ended.cancelled).waitFor()
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'email', 'sms'])
    expect(recoveryStates()).toEqual(['cancelled', 'cancelled'])
    await typePassword(page, server(), desk.user)
    await proveByPhone(page)
    await atHome(page)
  }, 90_000)

  async function ownBrowser(context: TestContext): Promise<Page> {
    if (browser === undefined) return context.skip('there is no Chromium')
    const opened = await browser.newContext({ locale: 'en-US' })
    const page = await opened.newPage()
    page.setDefaultTimeout(15_000)
    return page
  }

  async function proveByPhone(page: Page): Promise<void> {
    await pickMethod(page, desk.user.phone.slice(-4))
    await typePasscode(page, server())
  }

  /** As somebody does who has the password and the recovery phone, and nothing else. */
  async function beginRecovery(page: Page): Promise<void> {
    await typePassword(page, server(), desk.user)
    await button(page, choose.none).click()
    await button(page, recoverAccount.start).click()
    await page.getByLabel(enrol.sms.number).fill(recoveryPhone)
    await button(page, enrol.sms.send).click()
    await typePasscode(page, server())
  }

  /** Of the mail about this recovery, the first one being 1; a notice is sent beside what caused it. */
  async function mailedLink(nth: number): Promise<string> {
    const links = async (): Promise<string[]> =>
      (await server().outbox())
        .filter(({ to }) => to === mail)
        .flatMap(({ text }) => /http:\S+\/recovery\/cancel\/\S+/.exec(text)?.[0] ?? [])
    await expect.poll(links, { timeout: 10_000 }).toHaveLength(nth)
    return (await links()).at(-1) ?? ''
  }
})

/** The hours pass that the owner has to object. */
function endWaiting(): void {
  inDatabase((database) => {
    const { changes } = database.prepare("update recoveries set ready_at = 1 where status = 'waiting'").run()
    if (changes !== 1) throw new Error('No recovery waits.')
  })
}

function recoveryStates(): string[] {
  return inDatabase((database) =>
    database
      .prepare<[], { status: string }>('select status from recoveries order by started_at')
      .all()
      .map(({ status }) => status),
  )
}

function inDatabase<T>(act: (database: Database.Database) => T): T {
  const database = new Database(path.join(server().dataFolder, 'holdfast.db'))
  try {
    return act(database)
  } finally {
    database.close()
  }
}
