import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { deskOf, serverOfTests } from './desk.ts'
import { chromiumPath, hosts, launchChromium } from './hosts.ts'
import { agreeInBrowser, makePasskeysPossible, openPasskeyPage, type PasskeyPage } from './passkey-browser.ts'
import {
  atHome,
  button,
  keepBackupCodes,
  pickMethod,
  replaceOneTimePassword,
  signOut,
  typePassword,
} from './person.ts'
import { audited, methodsOf } from './stored.ts'
import { words } from './words.ts'

const common = words('common')
const enrol = words('enrol')
const method = words('method')
const passkey = words('passkey')

/** The person's own browser: another program than the one that shows Holdfast. */
let browser: Browser | undefined
let site: string
const server = serverOfTests()

beforeAll(async () => {
  if ((await chromiumPath()) !== undefined) browser = await launchChromium()
  site = await makePasskeysPossible(server())
}, 60_000)
afterAll(async () => {
  await browser?.close()
})

describe.each(hosts)('a passkey that $name sends a person to their browser for', (host) => {
  const desk = deskOf(host, server, { hasPhone: false })
  let own: PasskeyPage | undefined

  async function ownPage(context: TestContext) {
    if (browser === undefined) return context.skip('there is no Chromium')
    own ??= await openPasskeyPage(await browser.newContext({ locale: 'en-US' }))
    return own.page
  }

  it('is made at the first sign-in', async (context) => {
    const there = await ownPage(context)
    const page = await desk.page(context)
    await replaceOneTimePassword(page, server(), desk.user)
    await button(page, new RegExp(`^${enrol.passkey.title}`)).click()
    await page.getByLabel(enrol.passkey.label).fill('My laptop')
    await button(page, common.continue).click()
    const address = await desk.handedOver(() => button(page, passkey.open).click())
    expect(new URL(address).origin).toBe(site)
    await page.getByText(passkey.waitingHere).waitFor()
    await agreeInBrowser(there, address, 'Make passkey')
    await keepBackupCodes(page)
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'passkey'])
    expect(await audited(server(), desk.user, 'sign-in.finished')).toEqual(['sign-in.finished ok passkey'])
  }, 60_000)

  it('signs in, after it was declined there once', async (context) => {
    const there = await ownPage(context)
    const page = await desk.page(context)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, method.passkey)
    const first = await desk.handedOver(() => button(page, passkey.open).click())
    await there.goto(first)
    await there.getByRole('button', { name: 'No, this was not me' }).click()
    await page.getByText(passkey.declined).waitFor()
    expect(await audited(server(), desk.user, 'sign-in.finished')).toHaveLength(1)
    const second = await desk.handedOver(() => button(page, passkey.openAgain).click())
    expect(second).not.toBe(first)
    await agreeInBrowser(there, second, 'Use passkey')
    await atHome(page)
    expect(await audited(server(), desk.user, 'sign-in.finished')).toEqual([
      'sign-in.finished ok passkey',
      'sign-in.finished ok passkey',
    ])
  }, 60_000)
})
