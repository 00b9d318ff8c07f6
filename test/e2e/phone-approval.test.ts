import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { deskOf, serverOfTests } from './desk.ts'
import { chromiumPath, hosts, launchChromium } from './hosts.ts'
import { makePasskeysPossible } from './passkey-browser.ts'
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
const push = words('push')

/** The person's telephone: another browser than whatever shows Holdfast, with a small screen. */
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

async function newPhone(context: TestContext, locale = 'en-US'): Promise<BrowserContext> {
  if (browser === undefined) return context.skip('there is no Chromium')
  return await browser.newContext({
    locale,
    viewport: { width: 390, height: 780 },
    isMobile: true,
    hasTouch: true,
  })
}

/** The page there, with everything that its console complained about. */
async function openPage(phone: BrowserContext, address = `${site}/authenticator`) {
  const page = await phone.newPage()
  page.setDefaultTimeout(20_000)
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(address)
  return { page, complaints }
}

const numberOn = async (page: Page) => await page.getByRole('group', { name: push.number }).innerText()
const otherThan = (number: string) => (number === '10' ? '11' : '10')

async function approve(phone: Page, number: string): Promise<void> {
  await phone.getByLabel('Number on the other screen').fill(number)
  await phone.getByRole('button', { name: 'Approve' }).click()
}

/** The keys that the page keeps, as its own script sees them: type, whether they can be read out, and uses. */
const keptKeys = `new Promise((resolve) => {
  const opening = indexedDB.open('holdfast-authenticator')
  opening.onsuccess = () => {
    const all = opening.result.transaction('phones').objectStore('phones').getAll()
    all.onsuccess = () =>
      resolve(all.result.map(({ privateKey: key }) => [key.type, key.extractable, key.usages]))
  }
})`

/** What axe finds on the page as it is now. */
async function barriers(page: Page): Promise<unknown> {
  // The page's own policy (Trusted Types) keeps scripts out that are not its own; a debugger's is let in.
  const devTools = await page.context().newCDPSession(page)
  const axe = await readFile(path.join('node_modules', 'axe-core', 'axe.min.js'), 'utf8')
  await devTools.send('Runtime.evaluate', { expression: axe })
  const run =
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + " " + nodes[0].html))'
  const { result } = await devTools.send('Runtime.evaluate', {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  })
  return result.value
}

describe.each(hosts)('a phone that approves for $name', (host) => {
  const desk = deskOf(host, server, { hasPhone: false })
  let phone: BrowserContext | undefined

  it('is paired at the first sign-in by the address that is scanned, once', async (context) => {
    phone ??= await newPhone(context)
    const page = await desk.page(context)
    await replaceOneTimePassword(page, server(), desk.user)
    await button(page, new RegExp(`^${enrol.push.title}`)).click()
    await button(page, common.continue).click()
    await page.getByRole('img', { name: push.qr }).waitFor()
    await button(page, push.showAddress).click()
    const address = await page.getByRole('group', { name: push.address }).innerText()
    expect(address).toMatch(new RegExp(`^${site}/authenticator#[A-Za-z0-9_-]{43}$`))
    const there = await openPage(phone, address)
    await there.page.getByRole('heading', { name: 'Pair this phone?' }).waitFor()
    expect(there.page.url()).toBe(`${site}/authenticator`)
    expect(await barriers(there.page)).toEqual([])
    await there.page.getByRole('button', { name: 'Pair this phone' }).click()
    await there.page.getByRole('heading', { name: 'Confirm the pairing' }).waitFor()
    await there.page.getByRole('article').getByText(desk.user.loginName).waitFor()
    await approve(there.page, await numberOn(page))
    await there.page.getByText('Approved. Go back to Holdfast.').waitFor()
    await keepBackupCodes(page)
    expect(await methodsOf(server(), desk.user)).toEqual(['backup-code', 'push'])
    expect(await there.page.evaluate(keptKeys)).toEqual([['private', false, ['sign']]])
    expect(await audited(server(), desk.user, 'sign-in.finished')).toEqual(['sign-in.finished ok push'])
    const thief = await openPage(await newPhone(context), address)
    await thief.page.getByRole('button', { name: 'Pair this phone' }).click()
    await thief.page.getByText('It was used, has expired or was cancelled.').waitFor()
    await thief.page.context().close()
    expect(there.complaints).toEqual([])
  }, 90_000)

  it('signs in with the number that is shown, and with no other one', async (context) => {
    if (phone === undefined) return context.skip('no phone is paired')
    const page = await desk.page(context)
    const there = await openPage(phone)
    await there.page.getByRole('heading', { name: 'Nothing waits' }).waitFor()
    expect(await barriers(there.page)).toEqual([])
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, /Linux|Android/)
    const first = await numberOn(page)
    await there.page.getByText('Somebody wants to sign in to this account.').waitFor()
    expect(await barriers(there.page)).toEqual([])
    await approve(there.page, otherThan(first))
    await there.page.getByText('That was another number.').waitFor()
    await page.getByText(push.wrongNumber).waitFor()
    await button(page, push.again).click()
    await there.page.getByText('Somebody wants to sign in to this account.').waitFor()
    await approve(there.page, await numberOn(page))
    await atHome(page)
    expect(await audited(server(), desk.user, 'sign-in.finished')).toHaveLength(2)
    expect(there.complaints.filter((each) => !each.includes('422'))).toEqual([])
    await there.page.close()
  }, 90_000)

  it('is told that something waits, and nothing more, once its owner wants that', async (context) => {
    if (phone === undefined) return context.skip('no phone is paired')
    await phone.grantPermissions(['notifications'], { origin: site })
    const there = await openPage(phone)
    const devTools = await phone.newCDPSession(there.page)
    const registered = new Promise<string>((resolve) => {
      devTools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
        const active = versions.find(({ status }) => status === 'activated')
        if (active !== undefined) resolve(active.registrationId)
      })
    })
    await devTools.send('ServiceWorker.enable')
    await there.page.getByRole('button', { name: 'Notify me of requests' }).click()
    const registrationId = await registered
    const data = '<b>secret</b>'
    await devTools.send('ServiceWorker.deliverPushMessage', { origin: site, registrationId, data })
    const shown = () =>
      there.page.evaluate(`navigator.serviceWorker.getRegistration('/authenticator')
        .then((worker) => worker.getNotifications())
        .then((all) => all.map(({ body, title }) => [title, body]))`)
    await expect.poll(shown).toEqual([['Holdfast authenticator', 'A request waits for you.']])
    await there.page.close()
  }, 60_000)

  it('that says it was not its owner ends the sign-in and gets no request for a while', async (context) => {
    if (phone === undefined) return context.skip('no phone is paired')
    const page = await desk.page(context)
    const there = await openPage(phone)
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, /Linux|Android/)
    await there.page.getByRole('button', { name: 'No, this was not me' }).click()
    await there.page.getByText('Denied.').waitFor()
    await page.getByText(words('signIn').ended.denied).waitFor()
    expect((await audited(server(), desk.user, 'phone.answer'))[0]).toMatch(/^phone\.answer refused/)
    await there.page.close()
  }, 90_000)
})

describe('the authenticator’s page', () => {
  it.each([
    ['de-DE', 'Dieses Telefon ist nicht gekoppelt', 'ltr'],
    ['ja-JP', 'このスマートフォンはペアリングされていません', 'ltr'],
    ['ar', 'هذا الهاتف غير مقترن', 'rtl'],
  ])('speaks %s', async (locale, title, direction) => {
    if (browser === undefined) return
    const page = await (await browser.newContext({ locale })).newPage()
    await page.goto(`${site}/authenticator`)
    await page.getByRole('heading', { name: title }).waitFor()
    expect(await page.locator('html').getAttribute('dir')).toBe(direction)
    await page.context().close()
  })

  it('is installable: manifest, worker and icon are its own', async () => {
    const manifest = (await (await fetch(`${site}/authenticator/manifest.webmanifest`)).json()) as {
      start_url: string
      icons: { src: string }[]
    }
    expect(manifest.start_url).toBe('/authenticator')
    const icon = await fetch(`${site}${manifest.icons[0]?.src ?? ''}`)
    expect(icon.headers.get('content-type')).toContain('image/svg+xml')
    const worker = await fetch(`${site}/authenticator/worker.js?lang=de`)
    expect(worker.headers.get('service-worker-allowed')).toBe('/authenticator')
    expect(await worker.text()).toContain('Eine Anfrage wartet auf Sie.')
  })
})
