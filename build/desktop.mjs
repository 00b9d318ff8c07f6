// Makes dist/electron and dist/renderer: all that the desktop program is. Quick when nothing changed.
//
//   node build/desktop.mjs
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bundle } from './bundle.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const stamp = path.join(root, '.cache', 'bundle', 'renderer.json')

/** Returns the names of what was made anew. */
export async function buildDesktop() {
  const made = await bundle(['desktop', 'desktop-preload'])
  if (await buildRenderer()) made.push('renderer')
  const icons = path.join(root, 'build', 'icons')
  const target = path.join(root, 'dist', 'electron')
  await mkdir(target, { recursive: true })
  await cp(path.join(icons, 'tray'), path.join(target, 'tray'), { recursive: true })
  await cp(path.join(icons, 'png', '256x256.png'), path.join(target, 'icon.png'))
  return made
}

/** The interface, which the window and the daemon's page share. True when it was made anew. */
export async function buildRenderer() {
  const fingerprint = await fingerprintOf(['renderer', 'shared', 'package-lock.json', 'build/desktop.mjs'])
  const known = await readFile(stamp, 'utf8').catch(() => '')
  const isThere = await stat(path.join(root, 'dist', 'renderer', 'index.html')).catch(() => undefined)
  if (known === fingerprint && isThere !== undefined) return false
  await rm(stamp, { force: true })
  const { build } = await import('vite')
  await build({ configFile: path.join(root, 'renderer', 'vite.config.ts'), logLevel: 'warn' })
  await mkdir(path.dirname(stamp), { recursive: true })
  await writeFile(stamp, fingerprint)
  return true
}

/** Of the names, sizes and times of all files that a build may read; tests are none of them. */
async function fingerprintOf(names) {
  const hash = createHash('sha256')
  const walk = async (name) => {
    const found = await stat(path.join(root, name))
    if (found.isDirectory()) {
      for (const each of (await readdir(path.join(root, name))).sort()) await walk(`${name}/${each}`)
    } else if (!/\.test\.tsx?$/.test(name)) {
      hash.update(`${name} ${found.size} ${found.mtimeMs}\n`)
    }
  }
  for (const name of names) await walk(name)
  return hash.digest('hex')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const made = await buildDesktop()
  console.log(made.length === 0 ? 'the desktop program is up to date' : `made ${made.join(', ')}`)
}
