import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { _electron, chromium, type Browser, type Page } from 'playwright-core'
import { openClient } from '../../core/client.ts'
import { openDisplay, type Display } from './display.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** The interface as a person has it before them. */
export interface OpenInterface {
  readonly page: Page
  /** Closes the window or the tab, not the program, and opens another, which `page` of the answer is. */
  reopen(): Promise<OpenInterface>
  /**
   * What the program asks the system to open in the person's own browser meanwhile. It is not opened: the
   * system's browser is none of the test's.
   */
  handedOver(act: () => Promise<void>): Promise<string>
  /** What the program wrote to its error output. */
  output(): string
  /** Ends the program, as a person does who quits it. */
  close(): Promise<void>
}

/** One of the two programs that show the interface. */
export interface InterfaceHost {
  readonly name: 'the desktop window' | 'the page in a browser'
  /** Why this computer cannot run it; undefined when it can. */
  unavailable(): Promise<string | undefined>
  /** @param language BCP 47 */
  open(home: string, language?: string): Promise<OpenInterface>
}

/** A busy machine may need a while for one step; none of ours needs longer. */
const patienceMs = 15_000

/** Root cannot have Chromium's sandbox. */
const sandboxSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** How the desktop program is started on a profile. */
export function desktopStart(program: string, display: Display | undefined, home: string) {
  return {
    program,
    args: [...sandboxSwitches, path.join(root, 'dist', 'electron', 'main.cjs')],
    env: {
      ...definedOnly(process.env),
      ...(display?.name === undefined ? {} : { DISPLAY: display.name }),
      HOLDFAST_HOME: home,
    },
  }
}

export const desktop: InterfaceHost = {
  name: 'the desktop window',
  unavailable: async () => {
    const electron = await electronForTests()
    if (electron.why !== undefined) return electron.why
    const display = await openDisplay()
    display?.close()
    return display === undefined ? 'there is no display and no Xvfb' : undefined
  },
  open: async (home, language = 'en-US') => {
    const electron = await electronForTests()
    const display = await openDisplay()
    if (electron.program === undefined || display === undefined) throw new Error('There is no desktop here.')
    const written: string[] = []
    const { program, args, env } = desktopStart(electron.program, display, home)
    const app = await _electron.launch({
      executablePath: program,
      args: [`--lang=${language}`, ...args],
      env: { ...env, LANGUAGE: language },
    })
    app
      .process()
      .stderr?.setEncoding('utf8')
      .on('data', (text: string) => written.push(text))
    const shown = (page: Page): OpenInterface => {
      page.setDefaultTimeout(patienceMs)
      return {
        page,
        reopen: async () => {
          const closed = page.waitForEvent('close')
          await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
          await closed
          const next = app.waitForEvent('window')
          // As a click on the tray's or the dock's sign does.
          await app.evaluate(({ app: program }) => program.emit('activate'))
          return shown(await next)
        },
        handedOver: async (act) => {
          await app.evaluate(({ shell }) => {
            Object.assign(globalThis, { handedOver: '' })
            shell.openExternal = (address) => {
              Object.assign(globalThis, { handedOver: address })
              return Promise.resolve()
            }
          })
          await act()
          return await addressIn(() => app.evaluate(() => String(Reflect.get(globalThis, 'handedOver'))))
        },
        output: () => written.join(''),
        close: async () => {
          await app.close()
          display.close()
        },
      }
    }
    return shown(await app.firstWindow())
  },
}

export const browser: InterfaceHost = {
  name: 'the page in a browser',
  unavailable: async () => ((await chromiumPath()) === undefined ? 'there is no Chromium' : undefined),
  open: async (home, language = 'en-US') => {
    const written: string[] = []
    const served = await servePage(home, written)
    const started = await launchChromium()
    const context = await started.newContext({ locale: language, viewport: { width: 1120, height: 760 } })
    const shown = async (address: string): Promise<OpenInterface> => {
      const page = await context.newPage()
      page.setDefaultTimeout(patienceMs)
      await page.goto(address)
      return {
        page,
        reopen: async () => {
          await page.close()
          // The address let this browser in once; from then on its cookie does.
          return shown(new URL('/', address).href)
        },
        handedOver: async (act) => {
          // Another page of this context would have its cookies; a person's browser may be another one.
          await page.evaluate(
            `window.handedOver = ''; window.open = (to) => { window.handedOver = to; return null }`,
          )
          await act()
          return await addressIn(() => page.evaluate<string>('window.handedOver'))
        },
        output: () => written.join(''),
        close: async () => {
          await started.close()
          await end(served.child)
        },
      }
    }
    return shown(served.url)
  },
}

/** Waits until the program has handed an address over. */
async function addressIn(read: () => Promise<string>): Promise<string> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(50)) {
    const address = await read()
    if (address !== '') return address
  }
  throw new Error('The program handed no address over.')
}

/** A browser of its own; `chromiumPath` says whether there is one. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = await chromiumPath()
  if (executablePath === undefined) throw new Error('There is no Chromium here.')
  const switches = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  return await chromium.launch({
    executablePath,
    args: [...sandboxSwitches, ...switches, '--disable-gpu', '--disable-quic'],
  })
}

export const hosts: readonly InterfaceHost[] = [desktop, browser]

/** A profile whose secrets are in a file: a test machine has no keyring. */
export async function freshHome(): Promise<{ path: string; remove(): Promise<void> }> {
  const home = await mkdtemp(path.join(tmpdir(), 'holdfast-e2e-'))
  const client = await openClient({ home })
  await client.api.request('app.chooseSecretStore', { kind: 'file' })
  await client.close()
  return { path: home, remove: () => rm(home, { recursive: true, force: true }) }
}

/** Makes dist/ what the sources say; quick when it is. */
export async function buildPrograms(): Promise<void> {
  const run = promisify(execFile)
  await run(process.execPath, [path.join(root, 'build', 'desktop.mjs')], { cwd: root })
  await run(process.execPath, [path.join(root, 'build', 'bundle.mjs'), 'holdfast'], { cwd: root })
}

interface FoundElectron {
  readonly program?: string
  readonly version?: string
  readonly why?: string
}

export async function electronForTests(): Promise<FoundElectron> {
  const script = new URL('../../build/electron-for-tests.mjs', import.meta.url).href
  const module = (await import(script)) as { electronForTests(): Promise<FoundElectron> }
  return module.electronForTests()
}

export async function chromiumPath(): Promise<string | undefined> {
  const places = [
    process.env['HOLDFAST_CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  ]
  for (const place of places) {
    if (place === undefined || place === '') continue
    const found = await stat(place).catch(() => undefined)
    if (found?.isFile() === true) return place
  }
  return undefined
}

/** `holdfast ui`, as a person starts it. */
function servePage(home: string, written: string[]): Promise<{ url: string; child: ChildProcess }> {
  const args = [path.join(root, 'dist', 'holdfast.mjs'), '--home', home, '--json', 'ui']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const endWithUs = (): void => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  child.stderr.setEncoding('utf8').on('data', (text: string) => written.push(text))
  return new Promise((resolve, reject) => {
    let line = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      line += text
      if (line.includes('\n')) resolve({ url: (JSON.parse(line) as { url: string }).url, child })
    })
    child.once('exit', (code) =>
      reject(new Error(`holdfast ui ended with ${code}:\n${written.join('')}${line}`)),
    )
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
