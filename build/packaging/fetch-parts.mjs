// Gets the two programs that a package carries beside Electron: restic and Node, each checked against its pinned hash.
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { capture } from '../child.mjs'
import { pinnedNode, root } from '../dependencies.mjs'
import { programName } from './targets.mjs'

const cache = path.join(root, '.cache', 'packaging')
const connectMs = 8_000
const downloadMs = 180_000

/** Returns `{ file }` or `{ why }`: an unpacked restic of the pinned release for a platform. */
export async function fetchEngine(parts) {
  const lock = JSON.parse(await readFile(path.join(root, 'build', 'engine.lock.json'), 'utf8'))
  const archive = lock.archives[parts]
  if (archive === undefined) return { why: `engine.lock.json names no restic for ${parts}` }
  const file = path.join(cache, `restic-${lock.version}-${parts}${parts.startsWith('win32') ? '.exe' : ''}`)
  if (await isFile(file)) return { file }
  const packed = path.join(cache, archive.name)
  await mkdir(cache, { recursive: true })
  if (!(await isFile(packed))) {
    const bytes = await download(new URL(archive.name, lock.source))
    if (bytes.why !== undefined) return bytes
    await writeFile(packed, bytes.body)
  }
  const hash = createHash('sha256')
    .update(await readFile(packed))
    .digest('hex')
  if (hash !== archive.sha256) {
    await rm(packed)
    return { why: `${archive.name} has the wrong hash (${hash})` }
  }
  return unpackEngine(packed, file)
}

async function unpackEngine(packed, file) {
  if (packed.endsWith('.bz2')) {
    const { code, output } = await capture('bzip2', ['--decompress', '--keep', '--force', packed])
    if (code !== 0) return { why: `bzip2 failed: ${output.trim()}` }
    await rename(packed.slice(0, -'.bz2'.length), file)
    return { file }
  }
  const work = await mkdtemp(path.join(tmpdir(), 'holdfast-engine-'))
  try {
    const { code, output } = await capture('unzip', ['-q', packed, '-d', work])
    if (code !== 0) return { why: `unzip failed: ${output.trim()}` }
    const [name] = await readdir(work)
    await copyFile(path.join(work, name), file)
    return { file }
  } finally {
    await rm(work, { recursive: true })
  }
}

/** Returns `{ file }` or `{ why }`: the pinned Node for a platform. */
export async function fetchNode(parts) {
  if (parts === `${process.platform}-${process.arch}`) return { file: pinnedNode }
  const lock = JSON.parse(await readFile(path.join(root, 'build', 'packaging', 'node.lock.json'), 'utf8'))
  const wanted = lock.packages[parts]
  if (wanted === undefined)
    return { why: `node.lock.json names no Node for ${parts}: package on such a machine` }
  const file = path.join(cache, programName(parts.split('-')[0], `node-${lock.version}-${parts}`))
  if (await isFile(file)) return { file }
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(path.join(tmpdir(), 'holdfast-node-'))
  try {
    const packed = await capture('npm', ['pack', `${wanted.name}@${lock.version}`, '--silent'], { cwd: work })
    if (packed.code !== 0) return { why: `the registry did not give ${wanted.name}@${lock.version}` }
    const [name] = await readdir(work)
    const hash = createHash('sha512')
      .update(await readFile(path.join(work, name)))
      .digest('base64')
    if (`sha512-${hash}` !== wanted.integrity) return { why: `${wanted.name} does not have the pinned hash` }
    await capture('tar', ['-xzf', name], { cwd: work })
    await copyFile(path.join(work, 'package', wanted.program), file)
    return { file }
  } finally {
    await rm(work, { recursive: true })
  }
}

async function download(url) {
  const stop = new AbortController()
  let deadline = setTimeout(() => stop.abort(), connectMs)
  try {
    const response = await fetch(url, { signal: stop.signal })
    if (!response.ok) return { why: `${url.host} answered ${response.status}` }
    clearTimeout(deadline)
    deadline = setTimeout(() => stop.abort(), downloadMs)
    return { body: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    return { why: `${url.host} could not be reached (${error.cause?.code ?? error.message})` }
  } finally {
    clearTimeout(deadline)
  }
}

async function isFile(file) {
  const found = await stat(file).catch(() => undefined)
  return found?.isFile() === true
}
