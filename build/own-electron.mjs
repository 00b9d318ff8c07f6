// The Electron that belongs to the `electron` package, whose binary is downloaded when it is first needed.
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { capture } from './child.mjs'
import { root } from './dependencies.mjs'

const folder = path.join(root, 'node_modules', 'electron')

/** The one that was downloaded already; `undefined` when there is none. */
export async function downloadedElectron() {
  const name = await readFile(path.join(folder, 'path.txt'), 'utf8').catch(() => undefined)
  if (name === undefined) return undefined
  const dist = path.join(folder, 'dist')
  const found = await stat(path.join(dist, name)).catch(() => undefined)
  if (found?.isFile() !== true) return undefined
  const version = (await readFile(path.join(dist, 'version'), 'utf8')).trim()
  return { folder: dist, program: path.join(dist, name), version, isStandIn: false }
}

/** Downloads it where that is possible; `undefined` where it is not. */
export async function ownElectron() {
  const found = await downloadedElectron()
  if (found !== undefined) return found
  const { code } = await capture(process.execPath, [path.join(folder, 'install.js')], { cwd: folder })
  return code === 0 ? downloadedElectron() : undefined
}
