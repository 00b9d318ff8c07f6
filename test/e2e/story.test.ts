import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { generate } from 'otplib'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { TestServer } from '../harness/server.ts'
import { deskOf, outcomes, serverOfTests } from './desk.ts'
import { hosts } from './hosts.ts'
import {
  atHome,
  button,
  pickMethod,
  signInFirst,
  signOut,
  typeCode,
  typePasscode,
  typePassword,
  type EndUser,
} from './person.ts'
import { protectFiles } from './protect.ts'
import { filled, words } from './words.ts'

const common = words('common')
const run = words('run')
const nav = words('nav')

const server = serverOfTests()

describe.each(hosts)('somebody before $name', (host) => {
  const desk = deskOf(host, server)
  let backupCodes: string[] = []
  let totpKey = ''

  it('signs in the first time with a passcode from a message, and keeps ten backup codes', async (context) => {
    const page = await desk.page(context)
    backupCodes = await signInFirst(page, server(), desk.user)
    expect(new Set(backupCodes).size).toBe(10)
  }, 60_000)

  it('protects a folder, keeps the recovery kit, and backs up', async (context) => {
    const page = await desk.page(context)
    await protectFiles(page, desk.files, 'Letters')
    expect(await outcomes(desk.home)).toEqual(['backup complete'])
  }, 120_000)

  it('finds everything again after quitting and opening the program', async (context) => {
    await desk.page(context)
    await desk.quit()
    const page = await desk.page(context)
    await atHome(page)
    await page.getByText('Letters').first().waitFor()
    expect(await page.getByText(words('home').emptyTitle).isVisible()).toBe(false)
  }, 60_000)

  it('gets one lost file back, after proving a second factor again', async (context) => {
    const page = await desk.page(context)
    await rm(path.join(desk.files, 'letters', 'to-anna.txt'))
    await writeFile(path.join(desk.files, 'letters', 'to-ben.txt'), 'Dear Ben, changed since')
    await page.getByRole('link', { name: nav.restore }).click()
    const list = page.getByRole('region', { name: words('restore').list })
    await list.waitFor()
    if (await list.getByText('letters', { exact: true }).isVisible()) {
      await list.getByText('letters', { exact: true }).click()
    }
    await page.getByLabel(words('restore').selectName.replace('{{name}}', 'to-anna.txt')).check()
    await button(page, words('restore').restoreSelected).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: words('restore').start, exact: true }).click()
    await pickMethod(page, desk.user.phone.slice(-4))
    expect(await isThere(path.join(desk.files, 'letters', 'to-anna.txt'))).toBe(false)
    await typePasscode(page, server())
    await page.getByText(run.result.restore.complete).first().waitFor({ timeout: 40_000 })
    expect(await readFile(path.join(desk.files, 'letters', 'to-anna.txt'), 'utf8')).toBe('Dear Anna,')
    expect(await readFile(path.join(desk.files, 'letters', 'to-ben.txt'), 'utf8')).toBe(
      'Dear Ben, changed since',
    )
  }, 90_000)

  it('adds an authenticator app, and signs in with it', async (context) => {
    const page = await desk.page(context)
    await page.getByRole('link', { name: nav.account }).click()
    await page.getByRole('tab', { name: words('account').tab.factors }).click()
    await button(page, words('factors').add).click()
    const dialog = page.getByRole('dialog').last()
    await dialog.getByText(words('enrol').totp.title).first().click()
    await dialog.getByRole('button', { name: common.continue, exact: true }).click()
    await proveAgainWhereAsked(page, desk.user, server())
    await button(page, words('pair').showKey).click()
    const shown = await page.getByRole('group', { name: words('pair').key }).innerText()
    totpKey = shown.replaceAll(/\s/g, '')
    await typeCode(page, words('code').field.totp, await generate({ secret: totpKey }))
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await signOut(page)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, words('enrol').totp.title)
    // A code works once, and the one just used was for pairing: the next step's is accepted already.
    await typeCode(page, words('code').field.totp, await generate({ secret: totpKey, epoch: soon() }))
    await atHome(page)
    expect(await signedIn(page, desk.user)).toBe(true)
  }, 90_000)

  it('signs in with a backup code, which then never works again', async (context) => {
    const page = await desk.page(context)
    await signOut(page)
    for (const isAgain of [false, true]) {
      await typePassword(page, server(), desk.user)
      await button(page, words('choose').none).click()
      await page
        .getByRole('button')
        .filter({ hasText: words('method')['backup-code'] })
        .first()
        .click()
      await typeCode(page, words('code').field['backup-code'], backupCodes[0] ?? '')
      if (isAgain) continue
      await atHome(page)
      await signOut(page)
    }
    await page.getByText(filled(words('code').triesLeft_other)).waitFor()
    expect(await signedIn(page, desk.user)).toBe(false)
    await button(page, words('signIn').otherAccount).click()
  }, 90_000)

  it('takes a lost computer off the account, which ends its session at once', async (context) => {
    const page = await desk.page(context)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, desk.user.phone.slice(-4))
    await typePasscode(page, server())
    await atHome(page)
    await page.getByRole('link', { name: nav.account }).click()
    await page.getByRole('tab', { name: words('account').tab.devices }).click()
    await page.getByRole('button', { name: filled(words('devices').revokeName) }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('devices').revoke, exact: true })
      .click()
    await proveAgainWhereAsked(page, desk.user, server())
    // Whoever has the computer now is signed out of it at once.
    await page.getByText(words('signIn').sessionEnded).waitFor()
    expect(await devices(server(), desk.user)).toEqual([{ isRevoked: true }])
  }, 60_000)

  it('is locked out after five wrong codes, and told to start again', async (context) => {
    const page = await desk.page(context)
    await typePassword(page, server(), desk.user)
    await pickMethod(page, words('enrol').totp.title)
    for (let tries = 0; tries < 5; tries += 1) {
      const field = page.getByLabel(words('code').field.totp, { exact: true })
      await field.fill('')
      await typeCode(page, words('code').field.totp, '000000')
      if (tries < 4)
        await page
          .getByText(filled(tries < 3 ? words('code').triesLeft_other : words('code').triesLeft_one))
          .filter({ hasText: String(4 - tries) })
          .waitFor()
    }
    await page.getByText(words('signIn').ended['too-many-tries']).waitFor()
    await page.getByLabel(words('signIn').password, { exact: true }).waitFor()
    expect(await signedIn(page, desk.user)).toBe(false)
  }, 60_000)

  it('in Arabic reads from right to left', async (context) => {
    await desk.page(context)
    await desk.quit('ar')
    const page = await desk.page(context)
    await page.getByRole('button').first().waitFor()
    await page.locator('html[dir=rtl][lang=ar]').waitFor()
    const places = await page.evaluate<number[]>(
      `['aside', 'main'].map((name) => document.querySelector(name).getBoundingClientRect().left)`,
    )
    expect(places[0]).toBeGreaterThan(places[1] ?? Infinity)
    // Nothing hangs out of the window.
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(overhang).toBeLessThanOrEqual(0)
  }, 60_000)
})

/** A change to the account asks for a second factor again, unless one was given just now. */
async function proveAgainWhereAsked(page: Page, user: EndUser, server: TestServer): Promise<void> {
  const question = page.getByRole('heading', { name: words('choose').title })
  const isAsked = await question.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  )
  if (!isAsked) return
  await pickMethod(page, user.phone.slice(-4))
  await typePasscode(page, server)
}

/** The next step of an authenticator, in seconds since the epoch. */
function soon(): number {
  return Math.floor(Date.now() / 1000) + 30
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

/** The computers of a user, as the administrator sees them. */
async function devices(server: TestServer, user: EndUser): Promise<{ isRevoked: boolean }[]> {
  const listed = (await server.command('device', 'list', '--json')).json() as {
    devices: { loginName: string; revokedAt: string | null }[]
  }
  const own = listed.devices.filter(({ loginName }) => loginName === user.loginName)
  return own.map(({ revokedAt }) => ({ isRevoked: revokedAt !== null }))
}

function signedIn(page: Page, user: EndUser): Promise<boolean> {
  return page.getByText(user.loginName, { exact: true }).isVisible()
}
