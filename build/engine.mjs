// Finds or fetches restic: the system's own from 0.14; else the release in engine.lock.json, checked against its
// hash; else, on Debian as root, the distribution's package.
import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { capture, run } from './child.mjs'
import { root } from './dependencies.mjs'
import { giveUp, say } from './say.mjs'

const folder = path.join(root, '.cache', 'engine')
const oldestVersion = [0, 14]
/** A network that refuses the download must not hold up the other ways for long. */
const connectMs = 8_000
const downloadMs = 120_000

/** Returns the path of a usable restic, or ends the script with what to do. */
export async function ensureEngine() {
  const lock = JSON.parse(await readFile(path.join(root, 'build', 'engine.lock.json'), 'utf8'))
  const known = await findEngine(lock)
  if (known !== undefined) return known
  const failures = []
  for (const way of [download, fromDebian]) {
    const result = await way(lock)
    if (result.path !== undefined) return result.path
    failures.push(result.why)
  }
  return giveUp(
    'restic (0.14 or newer) is needed and could not be had:',
    ...failures.map((why) => `  - ${why}`),
    'Install it with your package manager (Debian, Ubuntu: `sudo apt-get install restic`; macOS: `brew install',
    'restic`; Windows: `winget install restic.restic`), or set HOLDFAST_RESTIC to the path of one, and try again.',
  )
}

async function findEngine(lock) {
  const chosen = process.env.HOLDFAST_RESTIC
  if (chosen !== undefined && chosen !== '') {
    if (await isUsable(chosen)) return chosen
    giveUp(`HOLDFAST_RESTIC names ${chosen}, which is no restic from ${oldestVersion.join('.')} on.`)
  }
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((each) => path.join(each, program()))
  for (const candidate of [...onPath, fetchedPath(lock)]) {
    if ((await isFile(candidate)) && (await isUsable(candidate))) return candidate
  }
  return undefined
}

async function download(lock) {
  const platform = `${process.platform}-${process.arch}`
  const archive = lock.archives[platform]
  if (archive === undefined) return { why: `there is no pinned release of restic for ${platform}` }
  say(`downloading restic ${lock.version}`)
  const bytes = await fetchBytes(new URL(archive.name, lock.source))
  if (bytes.why !== undefined) return bytes
  const found = createHash('sha256').update(bytes.body).digest('hex')
  if (found !== archive.sha256)
    return { why: `the download of ${archive.name} has the wrong hash (${found})` }
  await mkdir(folder, { recursive: true })
  const packed = path.join(folder, archive.name)
  await writeFile(packed, bytes.body)
  const why = await unpack(packed, fetchedPath(lock))
  await rm(packed, { force: true })
  if (why !== undefined) return { why }
  return (await isUsable(fetchedPath(lock)))
    ? { path: fetchedPath(lock) }
    : { why: 'the release does not start' }
}

async function fetchBytes(url) {
  const stop = new AbortController()
  let deadline = setTimeout(() => stop.abort(), connectMs)
  try {
    const response = await fetch(url, { signal: stop.signal })
    if (!response.ok) return { why: `${url.host} answered ${response.status} for restic’s release` }
    clearTimeout(deadline)
    deadline = setTimeout(() => stop.abort(), downloadMs)
    return { body: Buffer.from(await response.arrayBuffer()) }
  } catch (error) {
    const cause = error.cause?.code ?? error.cause?.message ?? error.message
    return { why: `restic’s release could not be downloaded from ${url.host} (${cause})` }
  } finally {
    clearTimeout(deadline)
  }
}

/** Node has no bzip2; every Unix that we know has the program, and Windows’ tar reads zip. */
async function unpack(packed, target) {
  const fresh = `${target}.new`
  if (packed.endsWith('.bz2')) {
    const { code, output } = await capture('bzip2', ['--decompress', '--keep', '--force', packed])
    if (code !== 0) return `restic’s release could not be unpacked with bzip2: ${output.trim()}`
    await rename(packed.slice(0, -'.bz2'.length), fresh)
  } else {
    const { code, output } = await capture('tar', ['-xf', packed, '-C', folder])
    if (code !== 0) return `restic’s release could not be unpacked with tar: ${output.trim()}`
    await rename(packed.replace(/\.zip$/, '.exe'), fresh)
  }
  await chmod(fresh, 0o755)
  await rename(fresh, target)
  return undefined
}

async function fromDebian() {
  if (process.platform !== 'linux' || !(await isFile('/usr/bin/apt-get'))) {
    return { why: 'this is no Debian or Ubuntu, whose package could be installed instead' }
  }
  if (process.getuid() !== 0) return { why: 'installing Debian’s package needs root' }
  say('installing Debian’s restic (apt-get install restic)')
  const apt = async (...args) =>
    run('/usr/bin/apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' },
    })
  const install = () => apt('install', '--yes', '--no-install-recommends', 'restic')
  if ((await install()) !== 0) {
    await apt('update')
    if ((await install()) !== 0) return { why: '`apt-get install restic` failed, see above' }
  }
  if (await isUsable('/usr/bin/restic')) return { path: '/usr/bin/restic' }
  return { why: `Debian’s restic is older than ${oldestVersion.join('.')}` }
}

async function isUsable(candidate) {
  const { code, output } = await capture(candidate, ['version'])
  const version = /^restic (\d+)\.(\d+)/m.exec(output)
  if (code !== 0 || version === null) return false
  const [major, minor] = [Number(version[1]), Number(version[2])]
  return major > oldestVersion[0] || minor >= oldestVersion[1]
}

function program() {
  return process.platform === 'win32' ? 'restic.exe' : 'restic'
}

function fetchedPath(lock) {
  return path.join(folder, `restic-${lock.version}${process.platform === 'win32' ? '.exe' : ''}`)
}

async function isFile(candidate) {
  const found = await stat(candidate).catch(() => undefined)
  return found?.isFile() === true
}
