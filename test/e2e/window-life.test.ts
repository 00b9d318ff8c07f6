import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import { signedInPerson, type Person } from '../core/signed-in-client.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { outcomes } from './desk.ts'
import { openDisplay, type Display } from './display.ts'
import { buildPrograms, desktopStart, electronForTests } from './hosts.ts'
import { atHome } from './person.ts'

let server: TestServer
let person: Person
let backupSet: BackupSet
let display: Display | undefined
let unavailable: string | undefined
let launch: ReturnType<typeof desktopStart>
let app: ElectronApplication | undefined

beforeAll(async () => {
  await buildPrograms()
  server = await startServer()
  person = await signedInPerson(server, 'wilma')
  const source = path.join(person.folder, 'files')
  await mkdir(source)
  await writeFile(path.join(source, 'slow.bin'), randomBytes(6_000_000))
  backupSet = await person.makeSet({ name: 'Slow', sources: [source], uploadLimitKibPerSecond: 64 })
  await person.client.close()
  const electron = await electronForTests()
  display = await openDisplay()
  unavailable = electron.why ?? (display === undefined ? 'there is no display and no Xvfb' : undefined)
  launch = desktopStart(electron.program ?? '', display, person.home)
}, 120_000)

afterAll(async () => {
  await app?.close()
  display?.close()
  await person.dispose()
  await server.dispose()
})

/** The running program, started where none runs, or a skip that says why there can be none. */
async function running(context: TestContext, ...more: string[]): Promise<ElectronApplication> {
  if (unavailable !== undefined) return context.skip(unavailable)
  if (app === undefined) {
    const started = await _electron.launch({
      executablePath: launch.program,
      args: [...launch.args, ...more],
      env: launch.env,
    })
    started.once('close', () => (app = undefined))
    app = started
  }
  return app
}

async function pageOf(electron: ElectronApplication): Promise<Page> {
  const page = electron.windows()[0] ?? (await electron.firstWindow())
  page.setDefaultTimeout(15_000)
  await atHome(page)
  return page
}

/** A click on the tray's or the dock's sign. */
async function showAgain(electron: ElectronApplication): Promise<Page> {
  const opened = electron.waitForEvent('window')
  await electron.evaluate(({ app: program }) => program.emit('activate'))
  const page = await opened
  await atHome(page)
  return page
}

async function closeWindow(electron: ElectronApplication, page: Page): Promise<void> {
  const closed = page.waitForEvent('close')
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  await closed
}

describe('the desktop program', () => {
  it('that a link starts opens at its screen', async (context) => {
    const page = await pageOf(await running(context, 'holdfast://open/activity'))
    await page.waitForURL(/#\/activity$/)
    expect(page.url()).toBe('app://holdfast/#/activity')
  }, 60_000)

  it('that runs already goes where a link points, and nowhere for a link of another kind', async (context) => {
    const page = await pageOf(await running(context))
    await follow('holdfast://open/restore')
    await page.waitForURL(/#\/restore$/)
    for (const link of ['holdfast://open/..%2f', 'holdfast://evil/restore', 'holdfast://open/https:']) {
      await follow(link)
      expect(page.url()).toBe('app://holdfast/#/restore')
    }
  }, 60_000)

  it('has a menu, by which the window goes to its screens', async (context) => {
    const electron = await running(context)
    const page = await pageOf(electron)
    const clicked = await electron.evaluate(({ Menu }) => {
      const all = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? []
      const settings = all.find(({ accelerator }) => accelerator === 'CmdOrCtrl+,')
      settings?.click()
      return settings?.label
    })
    expect(clicked).toBe('Settings…')
    await page.waitForURL(/#\/settings$/)
  }, 60_000)

  it('opens its window again where it was, after it was closed', async (context) => {
    const electron = await running(context)
    const page = await pageOf(electron)
    const place = { x: 60, y: 80, width: 900, height: 640 }
    await electron.evaluate(
      ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
      place,
    )
    await closeWindow(electron, page)
    await showAgain(electron)
    const bounds = await electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.getBounds(),
    )
    expect(bounds).toEqual(place)
  }, 60_000)

  it('asks before it is quit during a backup, and stays when told so', async (context) => {
    const electron = await running(context)
    const page = await pageOf(electron)
    await startBackup(page)
    for (const answer of ['cancel', 'keep running'] as const) {
      await quitAndAnswer(electron, answer)
      expect(await asked(electron)).toBe(1)
      // To go on in the background is to close the window; nothing else is.
      await expect.poll(() => electron.windows().length).toBe(answer === 'cancel' ? 1 : 0)
    }
    const again = await showAgain(electron)
    const status = await again.evaluate<{ value: { running: unknown[] } }>(
      `window.holdfast.request('app.status', {})`,
    )
    expect(status.value.running).toHaveLength(1)
  }, 60_000)

  it('that is quit during a backup, and told to stop it, records it as cancelled', async (context) => {
    const electron = await running(context)
    const ended = electron.waitForEvent('close')
    await quitAndAnswer(electron, 'stop')
    await ended
    expect(await outcomes(person.home)).toEqual(['backup cancelled'])
  }, 60_000)

  it('asks nobody when the computer is shut down', async (context) => {
    const electron = await running(context)
    await startBackup(await pageOf(electron))
    const ended = electron.waitForEvent('close')
    await electron.evaluate(({ powerMonitor }) => void powerMonitor.emit('shutdown'))
    await ended
    expect((await outcomes(person.home))[0]).toBe('backup cancelled')
  }, 60_000)
})

/** Opens a link as the system does: by a second start, which ends at once. */
async function follow(link: string): Promise<void> {
  const second = spawn(launch.program, [...launch.args, link], { env: launch.env, stdio: 'ignore' })
  await new Promise((resolve) => second.once('exit', resolve))
}

async function startBackup(page: Page): Promise<void> {
  const started = await page.evaluate<{ ok: boolean }>(
    `window.holdfast.request('backup.start', { backupSetId: ${JSON.stringify(backupSet.id)} })`,
  )
  expect(started.ok).toBe(true)
}

const answers = { 'keep running': 0, stop: 1, cancel: 2 } as const

/** Quits as the menu does, with somebody who answers the question. */
async function quitAndAnswer(electron: ElectronApplication, answer: keyof typeof answers): Promise<void> {
  await electron.evaluate(({ app: program, dialog }, response) => {
    const counted = globalThis as { asked?: number }
    counted.asked = 0
    dialog.showMessageBox = () => {
      counted.asked = (counted.asked ?? 0) + 1
      return Promise.resolve({ response, checkboxChecked: false })
    }
    program.quit()
  }, answers[answer])
}

async function asked(electron: ElectronApplication): Promise<number> {
  await expect
    .poll(() => electron.evaluate(() => (globalThis as { asked?: number }).asked))
    .toBeGreaterThan(0)
  return (await electron.evaluate(() => (globalThis as { asked?: number }).asked)) ?? 0
}
