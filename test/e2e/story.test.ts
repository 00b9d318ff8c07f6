import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { generate } from 'otplib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { startServer, type TestServer } from '../harness/server.ts'
import { buildPrograms, freshHome, hosts, type OpenInterface } from './hosts.ts'
import {
  atHome,
  button,
  newEndUser,
  pickMethod,
  signInFirst,
  signOut,
  typeCode,
  typePasscode,
  typePassword,
  type EndUser,
} from './person.ts'
import { filled, words } from './words.ts'

const wizard = words('wizard')
const common = words('common')
const run = words('run')
const nav = words('nav')

let server: TestServer

beforeAll(async () => {
  await buildPrograms()
  server = await startServer()
}, 120_000)

afterAll(async () => {
  await server.dispose()
})

describe.each(hosts)('somebody before $name', (host) => {
  let home: Awaited<ReturnType<typeof freshHome>>
  let files: string
  let user: EndUser
  let opened: OpenInterface | undefined
  let backupCodes: string[] = []
  let totpKey = ''
  let unavailable: string | undefined

  beforeAll(async () => {
    unavailable = await host.unavailable()
    home = await freshHome()
    files = await mkdtemp(path.join(tmpdir(), 'holdfast-files-'))
    await mkdir(path.join(files, 'letters'))
    await writeFile(path.join(files, 'letters', 'to-anna.txt'), 'Dear Anna,')
    await writeFile(path.join(files, 'letters', 'to-ben.txt'), 'Dear Ben,')
    user = await newEndUser(server)
  })

  afterAll(async () => {
    await opened?.close()
    await home.remove()
    await rm(files, { recursive: true })
  })

  /** The page, or a skip that says why this computer cannot show it. */
  async function interfaceOf(context: TestContext) {
    if (unavailable !== undefined) return context.skip(unavailable)
    opened ??= await host.open(home.path)
    context.onTestFailed(async () => {
      const name = `${host.name} ${context.task.name}`.replaceAll(/\W+/g, '-')
      await opened?.page.screenshot({
        path: path.join(import.meta.dirname, '../../.cache/e2e', `${name}.png`),
      })
    })
    return opened.page
  }

  it('signs in the first time with a passcode from a message, and keeps ten backup codes', async (context) => {
    const page = await interfaceOf(context)
    backupCodes = await signInFirst(page, server, user)
    expect(new Set(backupCodes).size).toBe(10)
  }, 60_000)

  it('protects a folder, keeps the recovery kit, and backs up', async (context) => {
    const page = await interfaceOf(context)
    await page.getByRole('link', { name: words('home').protect }).click()
    await page.getByLabel(words('sources').path).fill(files)
    await button(page, common.add).click()
    await page.getByLabel(words('set').name).fill('Letters')
    for (const heading of [wizard.when.title, wizard.keep.title, wizard.kit.title]) {
      await button(page, common.continue).click()
      await page.getByRole('heading', { name: heading }).waitFor()
    }
    const kitText = await page.getByRole('region', { name: words('kit').title, exact: true }).innerText()
    const groups = keyGroups(kitText)
    await button(page, words('kit').kept).click()
    await page
      .getByLabel(filled(words('kit').group))
      .first()
      .waitFor()
    for (const [index, group] of groups.entries()) {
      const label = words('kit').group.replace('{{number}}', String(index + 1))
      const field = page.getByLabel(label, { exact: true })
      if (await field.isVisible()) await field.fill(group)
    }
    await button(page, words('kit').confirm).click()
    await button(page, wizard.createAndRun).click()
    await page.getByText(run.result.backup.complete).first().waitFor({ timeout: 40_000 })
    expect(await outcomes(home.path)).toEqual(['backup complete'])
  }, 120_000)

  it('finds everything again after quitting and opening the program', async (context) => {
    await interfaceOf(context)
    await opened?.close()
    opened = undefined
    const page = await interfaceOf(context)
    await atHome(page)
    await page.getByText('Letters').first().waitFor()
    expect(await page.getByText(words('home').emptyTitle).isVisible()).toBe(false)
  }, 60_000)

  it('gets one lost file back, after proving a second factor again', async (context) => {
    const page = await interfaceOf(context)
    await rm(path.join(files, 'letters', 'to-anna.txt'))
    await writeFile(path.join(files, 'letters', 'to-ben.txt'), 'Dear Ben, changed since')
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
    await pickMethod(page, user.phone.slice(-4))
    expect(await isThere(path.join(files, 'letters', 'to-anna.txt'))).toBe(false)
    await typePasscode(page, server)
    await page.getByText(run.result.restore.complete).first().waitFor({ timeout: 40_000 })
    expect(await readFile(path.join(files, 'letters', 'to-anna.txt'), 'utf8')).toBe('Dear Anna,')
    expect(await readFile(path.join(files, 'letters', 'to-ben.txt'), 'utf8')).toBe('Dear Ben, changed since')
  }, 90_000)

  it('adds an authenticator app, and signs in with it', async (context) => {
    const page = await interfaceOf(context)
    await page.getByRole('link', { name: nav.account }).click()
    await page.getByRole('tab', { name: words('account').tab.factors }).click()
    await button(page, words('factors').add).click()
    const dialog = page.getByRole('dialog').last()
    await dialog.getByText(words('enrol').totp.title).first().click()
    await dialog.getByRole('button', { name: common.continue, exact: true }).click()
    await proveAgainWhereAsked(page, user, server)
    await button(page, words('pair').showKey).click()
    const shown = await page.getByRole('group', { name: words('pair').key }).innerText()
    totpKey = shown.replaceAll(/\s/g, '')
    await typeCode(page, words('code').field.totp, await generate({ secret: totpKey }))
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await signOut(page)
    await typePassword(page, server, user)
    await pickMethod(page, words('enrol').totp.title)
    // A code works once, and the one just used was for pairing: the next step's is accepted already.
    await typeCode(page, words('code').field.totp, await generate({ secret: totpKey, epoch: soon() }))
    await atHome(page)
    expect(await signedIn(page, user)).toBe(true)
  }, 90_000)

  it('signs in with a backup code, which then never works again', async (context) => {
    const page = await interfaceOf(context)
    await signOut(page)
    for (const isAgain of [false, true]) {
      await typePassword(page, server, user)
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
    expect(await signedIn(page, user)).toBe(false)
    await button(page, words('signIn').otherAccount).click()
  }, 90_000)

  it('takes a lost computer off the account, which ends its session at once', async (context) => {
    const page = await interfaceOf(context)
    await typePassword(page, server, user)
    await pickMethod(page, user.phone.slice(-4))
    await typePasscode(page, server)
    await atHome(page)
    await page.getByRole('link', { name: nav.account }).click()
    await page.getByRole('tab', { name: words('account').tab.devices }).click()
    await page.getByRole('button', { name: filled(words('devices').revokeName) }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('devices').revoke, exact: true })
      .click()
    await proveAgainWhereAsked(page, user, server)
    // Whoever has the computer now is signed out of it at once.
    await page.getByText(words('signIn').sessionEnded).waitFor()
    expect(await devices(server, user)).toEqual([{ isRevoked: true }])
  }, 60_000)

  it('is locked out after five wrong codes, and told to start again', async (context) => {
    const page = await interfaceOf(context)
    await typePassword(page, server, user)
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
    expect(await signedIn(page, user)).toBe(false)
  }, 60_000)

  it('in Arabic reads from right to left', async (context) => {
    await interfaceOf(context)
    await opened?.close()
    opened = await host.open(home.path, 'ar')
    const { page } = opened
    await page.getByRole('button').first().waitFor()
    await page.locator('html[dir=rtl][lang=ar]').waitFor()
    // Nothing hangs out of the window.
    const overhang = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect(overhang).toBeLessThanOrEqual(0)
  }, 60_000)
})

/** The groups of the key on a kit. */
function keyGroups(kit: string): string[] {
  return /HFK1((?:-[A-Z0-9]{4})+)/.exec(kit)?.[1]?.slice(1).split('-') ?? []
}

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

/** What the profile itself recorded of its runs, newest first. */
async function outcomes(home: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    path.join(import.meta.dirname, '../../dist/holdfast.mjs'),
    '--home',
    home,
    '--json',
    'runs',
  ])
  const { runs } = JSON.parse(stdout) as { runs: { kind: string; outcome: string }[] }
  return runs.map(({ kind, outcome }) => `${kind} ${outcome}`)
}
