// Opens the client’s interface: the desktop window where there is an Electron and a display, else the page that
// `holdfast ui` serves to a browser.
import { spawn } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { bundle } from './bundle.mjs'
import { root } from './dependencies.mjs'
import { buildDesktop } from './desktop.mjs'
import { electronForTests } from './electron-for-tests.mjs'
import { ownElectron } from './own-electron.mjs'
import { say } from './say.mjs'

/** Returns what to tell the person, and how to end it. Never fails: without an interface the terminal stays. */
export async function openInterface(environment) {
  for (const name of await buildDesktop()) say(`built ${name}`)
  const why = whyNoWindow()
  if (why === undefined) {
    const electron = await findElectron()
    if (electron.why === undefined) return openWindow(electron, environment)
    say(electron.why)
  }
  return openPage(environment, why)
}

function whyNoWindow() {
  const hasDisplay = process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  return process.platform === 'linux' && !hasDisplay ? 'there is no display here for a window' : undefined
}

async function findElectron() {
  const own = await ownElectron()
  return own ?? electronForTests()
}

function openWindow(electron, environment) {
  const isRoot = process.getuid?.() === 0
  const main = path.join(root, 'dist', 'electron', 'main.cjs')
  // Root cannot have Chromium’s sandbox.
  const args = [...(isRoot ? ['--no-sandbox'] : []), main]
  const child = spawn(electron.program, args, { env: environment, stdio: 'ignore' })
  return { lines: [`The window opens (Electron ${electron.version}).`], stop: () => end(child) }
}

async function openPage(environment, why) {
  await bundle(['holdfast'])
  const args = [path.join(root, 'dist', 'holdfast.mjs'), '--json', 'ui']
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'ignore'] })
  const url = await new Promise((resolve) => {
    child.stdout.once('data', (line) => resolve(JSON.parse(line).url))
    child.once('exit', () => resolve(undefined))
  })
  if (url === undefined) return { lines: [], stop: () => end(child) }
  const reason = why === undefined ? '' : ` (${why})`
  return {
    lines: [`Open the interface in a browser${reason}; the address works once:`, `  ${url}`],
    stop: () => end(child),
  }
}

function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  return exited
}
