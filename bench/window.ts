import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { openDisplay } from '../test/e2e/display.ts'
import { electronForTests } from '../test/e2e/hosts.ts'
import { startWindow, type WindowStart } from './electron-start.ts'
import { median, table } from './measure.ts'

const root = path.join(import.meta.dirname, '..')

/**
 * How long a person waits for the sign-in form, what the window weighs, and how much of the interface is fetched
 * for it. Beside it in each round: the same Electron with a page that has one field and nothing else.
 */
export async function benchWindow(rounds: number): Promise<string> {
  execFileSync(process.execPath, [path.join(root, 'build', 'desktop.mjs')], { stdio: 'ignore' })
  const electron = await electronForTests()
  const display = await openDisplay()
  if (electron.program === undefined || display === undefined) {
    display?.close()
    return `Not measured: ${electron.why ?? 'there is no display and no Xvfb'}.\n\n${await bundleTable()}`
  }
  const program = electron.program
  const work = await mkdtemp(path.join(os.tmpdir(), 'holdfast-bench-'))
  const env = display.name === undefined ? {} : { DISPLAY: display.name }
  const loads: number[] = []
  const seen: Record<'bare' | 'first' | 'again', WindowStart[]> = { bare: [], first: [], again: [] }
  try {
    await writeBareProgram(work)
    const start = (main: string, more: Readonly<Record<string, string>> = {}) =>
      startWindow(program, [...sandboxSwitches, main], { ...env, ...more })
    await start(path.join(work, 'bare.cjs'))
    for (let round = 0; round < rounds; round += 1) {
      loads.push(os.loadavg()[0] ?? 0)
      const home = path.join(work, `home-${round}`)
      const ours = () => start(path.join(root, 'dist', 'electron', 'main.cjs'), { HOLDFAST_HOME: home })
      seen.bare.push(await start(path.join(work, 'bare.cjs')))
      seen.first.push(await ours())
      seen.again.push(await ours())
    }
  } finally {
    display.close()
    await rm(work, { recursive: true, force: true })
  }
  const load = `load of the machine before each round: median ${median(loads).toFixed(1)}`
  return `Electron ${electron.version ?? ''}, ${rounds} rounds, ${load}\n\n${startTable(seen)}\n\n${await bundleTable()}`
}

/** Root cannot have Chromium's sandbox. */
const sandboxSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : []

function startTable(seen: Readonly<Record<'bare' | 'first' | 'again', readonly WindowStart[]>>): string {
  const bareMs = median(seen.bare.map(({ typableMs }) => typableMs))
  const row = (name: string, starts: readonly WindowStart[]) => {
    const typableMs = median(starts.map((each) => each.typableMs))
    const slowestMs = Math.max(...starts.map((each) => each.typableMs))
    const megabytes = median(starts.map(({ weight }) => weight.megabytes))
    const ownMegabytes = median(starts.map(({ weight }) => weight.ownMegabytes))
    const ratio = (typableMs / bareMs).toFixed(2)
    return [
      name,
      seconds(typableMs),
      seconds(slowestMs),
      ratio,
      Math.round(megabytes),
      Math.round(ownMegabytes),
    ]
  }
  return table(
    ['start', 'typable s', 'slowest s', '×', 'memory MB', 'of it own MB'],
    [
      row('bare Electron, one field', seen.bare),
      row('Holdfast, new profile', seen.first),
      row('Holdfast, again', seen.again),
    ],
  )
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2)
}

/** The build's parts, by what a page must fetch before it draws the sign-in form in English. */
async function bundleTable(): Promise<string> {
  const folder = path.join(root, 'dist', 'renderer')
  const index = await readFile(path.join(folder, 'index.html'), 'utf8')
  const names = await readdir(path.join(folder, 'assets'))
  let first = Buffer.byteLength(index)
  let all = first
  let fonts = 0
  for (const name of names) {
    const packed = gzipSync(await readFile(path.join(folder, 'assets', name)), { level: 9 }).length
    all += packed
    if (index.includes(name)) first += packed
    if (name.endsWith('.woff2')) fonts += packed
  }
  return table(
    ['interface, gzip', 'kB'],
    [
      ['named by the page: fetched at once', (first / 1000).toFixed(0)],
      ['scripts and styles of every screen, in eight languages', ((all - fonts) / 1000).toFixed(0)],
      ['all of it, with the fonts', (all / 1000).toFixed(0)],
    ],
  )
}

async function writeBareProgram(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(path.join(folder, 'bare.html'), '<!doctype html><title>Bare</title><input autofocus>')
  await writeFile(
    path.join(folder, 'bare.cjs'),
    `const { app, BrowserWindow } = require('electron')
app.setPath('userData', require('node:path').join(__dirname, 'bare-data'))
process.on('SIGTERM', () => app.exit(0))
app.whenReady().then(() => {
  const window = new BrowserWindow({ width: 1120, height: 760, show: false, webPreferences: { sandbox: true } })
  window.once('ready-to-show', () => window.show())
  window.loadFile(require('node:path').join(__dirname, 'bare.html'))
})
`,
  )
}
