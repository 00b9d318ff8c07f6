import { spawn } from 'node:child_process'
import path from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { openDisplay, type Display } from './display.ts'
import { buildPrograms, desktopStart, electronForTests, freshHome } from './hosts.ts'

let app: ElectronApplication | undefined
let page: Page
let display: Display | undefined
let home: Awaited<ReturnType<typeof freshHome>>
let unavailable: string | undefined
let launch: ReturnType<typeof desktopStart>

beforeAll(async () => {
  await buildPrograms()
  home = await freshHome()
  const electron = await electronForTests()
  display = await openDisplay()
  unavailable = electron.why ?? (display === undefined ? 'there is no display and no Xvfb' : undefined)
  if (unavailable !== undefined) return
  launch = desktopStart(electron.program ?? '', display, home.path)
  app = await _electron.launch({ executablePath: launch.program, args: launch.args, env: launch.env })
  page = await app.firstWindow()
  await page.getByRole('button').first().waitFor()
}, 120_000)

afterAll(async () => {
  await app?.close()
  display?.close()
  await home.remove()
})

/** The running program, or a skip that says why there is none. */
function running(context: TestContext): ElectronApplication {
  if (app === undefined) return context.skip(unavailable)
  return app
}

const inPage = <T>(expression: string): Promise<T> => page.evaluate<T>(expression)

describe('the window', () => {
  it('is a page of our own scheme under the strict policy', async (context) => {
    running(context)
    const policy = await inPage<string>(
      `fetch('app://holdfast/').then((answer) => answer.headers.get('content-security-policy'))`,
    )
    expect(page.url()).toMatch(/^app:\/\/holdfast\//)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
  })

  it('runs no inline script and no script of another origin', async (context) => {
    running(context)
    const ran = await inPage<boolean>(`new Promise((resolve) => {
      const inline = document.createElement('script')
      inline.textContent = 'window.ranInline = true'
      document.head.append(inline)
      const foreign = document.createElement('script')
      foreign.src = 'data:text/javascript,window.ranInline = true'
      foreign.onerror = () => resolve(window.ranInline === true)
      foreign.onload = () => resolve(true)
      document.head.append(foreign)
    })`)
    expect(ran).toBe(false)
  })

  it('has neither Node nor Electron, and of the bridge only what it is given', async (context) => {
    running(context)
    expect(await inPage(`[typeof require, typeof process, typeof Buffer, typeof ipcRenderer]`)).toEqual(
      Array(4).fill('undefined'),
    )
    expect(await inPage(`Object.keys(window.holdfast).sort()`)).toEqual(['host', 'on', 'request'])
  })

  it('has the web preferences that it was given', async (context) => {
    const preferences = await running(context).evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } =
        contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag }
    })
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
  })

  it('reaches no other address', async (context) => {
    running(context)
    const reached = await inPage<string>(
      `fetch('http://127.0.0.1:9/').then(() => 'reached', (error) => error.name)`,
    )
    expect(reached).toBe('TypeError')
  })

  it('stays where it is and opens no other window', async (context) => {
    const opened = await inPage(`String(window.open('https://example.com/'))`)
    expect(opened).toBe('null')
    await inPage(`void (location.href = 'https://example.com/')`)
    await inPage(`new Promise((resolve) => setTimeout(resolve, 300))`)
    expect(page.url()).toMatch(/^app:\/\/holdfast\//)
    const count = await running(context).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
    expect(count).toBe(1)
  })

  it('gets no permission', async (context) => {
    running(context)
    expect(await inPage(`Notification.requestPermission()`)).toBe('denied')
    const camera = await inPage(
      `navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'granted', (error) => error.name)`,
    )
    expect(camera).not.toBe('granted')
  })

  it('is answered to, and another window with the same bridge is not', async (context) => {
    expect(await inPage(`window.holdfast.request('app.status', {}).then((reply) => reply.ok)`)).toBe(true)
    const preload = path.join(import.meta.dirname, '../../dist/electron/preload.cjs')
    const replies = await running(context).evaluate(async ({ BrowserWindow }, script) => {
      const webPreferences = { preload: script, sandbox: true, contextIsolation: true }
      const stranger = new BrowserWindow({ show: false, webPreferences })
      await stranger.loadURL('app://holdfast/')
      const ask = `Promise.all([
        window.holdfast.request('app.status', {}),
        window.holdfast.host.copyText('stolen').then(() => 'done', (error) => error.message),
      ])`
      const answers = (await stranger.webContents.executeJavaScript(ask)) as unknown
      stranger.destroy()
      return answers
    }, preload)
    expect(replies).toEqual([
      { ok: false, problem: expect.objectContaining({ code: 'NOT_ALLOWED' }) as unknown },
      expect.stringContaining('NOT_ALLOWED'),
    ])
  })

  it('refuses to start anything through a link', async (context) => {
    running(context)
    for (const address of ['file:///etc/passwd', 'javascript:alert(1)', 'smb://evil/share']) {
      const answer = await inPage<string>(
        `window.holdfast.host.openExternal('${address}').then(() => 'opened', (error) => error.message)`,
      )
      expect(answer).toContain('NOT_ALLOWED')
    }
  })

  it('is one for each profile: a second start shows the first and ends', async (context) => {
    const electron = running(context)
    const told = electron.evaluate(
      ({ app: first }) => new Promise<true>((resolve) => first.once('second-instance', () => resolve(true))),
    )
    const second = spawn(launch.program, launch.args, { env: launch.env, stdio: 'ignore' })
    const exitCode = new Promise((resolve) => second.once('exit', resolve))
    expect(await told).toBe(true)
    expect(await exitCode).toBe(0)
    expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  })
})
