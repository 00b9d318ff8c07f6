// Makes the packages that people install, into dist/packages.
//
//   npm run dist                              everything that this machine can make; what it cannot is said
//   npm run dist -- linux-x64 win32-x64       only these targets
//   npm run dist -- linux-x64 --only deb      only these formats (repeat --only for more)
//   npm run dist -- --unpacked                only the unpacked programs
//
// A package whose engine or Electron is not the pinned one is for trying out: its name says `trial`.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { run } from './child.mjs'
import { root } from './dependencies.mjs'
import { onPinnedNode, pinnedEnvironment } from './pinned-node.mjs'
import { electronFor } from './packaging/electron-source.mjs'
import { fetchEngine, fetchNode } from './packaging/fetch-parts.mjs'
import { builderName, targets } from './packaging/targets.mjs'
import { giveUp, say, secondsSince } from './say.mjs'

await onPinnedNode(import.meta.url)
const { stageApp, stageParts } = await import('./packaging/stage.mjs')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true }, unpacked: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((id) => !targets.some((target) => target.id === id))
if (unknown.length > 0)
  giveUp(`There is no target ${unknown.join(', ')}: ${targets.map(({ id }) => id).join(', ')}.`)
const chosen = targets.filter(({ id }) => positionals.length === 0 || positionals.includes(id))

const startedMs = performance.now()
const made = []
const notMade = []
say('laying out the desktop program')
await stageApp()
for (const target of chosen) {
  await dist(target).catch((error) => void notMade.push(`${target.id}: ${error.message}`))
}

console.log(`\n${'—'.repeat(60)}`)
for (const line of made) console.log(`made      ${line}`)
for (const line of notMade) console.log(`NOT MADE  ${line}`)
console.log(`took ${secondsSince(startedMs)}`)
process.exit(made.length === 0 ? 1 : 0)

async function dist(target) {
  const electron = await electronFor(target)
  if (electron.why !== undefined) return void notMade.push(`${target.id}: ${electron.why}`)
  const node = await fetchNode(target.parts)
  if (node.why !== undefined) return void notMade.push(`${target.id}: ${node.why}`)
  const engine = await engineFor(target)
  const reasons = []
  if (electron.isStandIn) reasons.push(`Electron ${electron.version} stands in for the pinned one`)
  if (engine.reason !== undefined) reasons.push(engine.reason)
  say(`${target.id}: laying out engine, terminal and licences`)
  await stageParts(target, { engine: engine.file, node: node.file })
  const unpacked = await pack(target, electron, reasons.length > 0)
  made.push(
    `${path.relative(root, unpacked)}${reasons.length === 0 ? '' : `  (trial: ${reasons.join('; ')})`}`,
  )
  if (values.unpacked) return
  for (const format of target.formats) {
    if (values.only === undefined || values.only.includes(format))
      await make(target, format, unpacked, electron, reasons)
  }
}

/** The pinned engine; where that is out of reach this machine's own, or none, for a trial package. */
async function engineFor(target) {
  const pinned = await fetchEngine(target.parts)
  if (pinned.file !== undefined) return pinned
  const own = process.env.HOLDFAST_RESTIC ?? '/usr/bin/restic'
  const isNative = target.id === `${process.platform}-${process.arch}`
  if (isNative && (await stat(own).catch(() => undefined)) !== undefined) {
    return { file: own, reason: `this machine’s restic instead of the pinned one (${pinned.why})` }
  }
  return { reason: `no restic in it (${pinned.why})` }
}

/** Packs once; every format is then made from the same folder. */
async function pack(target, electron, isTrial) {
  const code = await builder(target, electron, isTrial, ['dir'])
  if (code !== 0) throw new Error('electron-builder failed, see above')
  const suffix = target.arch === 'x64' ? '' : `-${target.arch}`
  const os = builderName[target.platform]
  const name = target.platform === 'darwin' ? `mac${suffix}` : `${os}${suffix}-unpacked`
  return path.join(root, 'dist', 'packages', name)
}

async function make(target, format, unpacked, electron, reasons) {
  const why = await whyNot(target, format)
  if (why !== undefined) return void notMade.push(`${target.id} ${format}: ${why}`)
  const prepackaged = target.platform === 'darwin' ? path.join(unpacked, 'Holdfast.app') : unpacked
  const code = await builder(target, electron, reasons.length > 0, [format], ['--prepackaged', prepackaged])
  if (code === 0) made.push(`dist/packages: ${target.id} ${format}${reasons.length === 0 ? '' : '  (trial)'}`)
  else notMade.push(`${target.id} ${format}: electron-builder ended with ${code}; see above`)
}

/** What is known to be needed and missing; anything else electron-builder says itself. */
async function whyNot(target, format) {
  if (target.platform === 'darwin' && process.platform !== 'darwin')
    return `${format} can only be made on a Mac`
  const needsTools = ['AppImage', 'nsis', 'msi'].includes(format)
  if (needsTools && !(await canReachTools())) return 'electron-builder’s tools for it could not be downloaded'
  if (format === 'rpm' && !(await isThere('/usr/bin/rpmbuild'))) return 'rpmbuild is missing (Debian: rpm)'
  return undefined
}

async function canReachTools() {
  const address = 'https://github.com/electron-userland/electron-builder-binaries/releases'
  return fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(8_000) }).then(
    (response) => response.ok,
    () => false,
  )
}

async function builder(target, electron, isTrial, formats, more = []) {
  const os = builderName[target.platform]
  // A configuration of its own, because an artifact's name cannot be given as an argument for every format.
  const file = path.join(root, 'dist', 'parts', `builder-${target.id}.yml`)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, await configuration(electron, isTrial))
  const tools = await localTools()
  const args = [`--${os}`, ...formats, `--${target.arch}`, '--config', file, '--publish', 'never', ...more]
  const script = path.join(root, 'node_modules', 'electron-builder', 'out', 'cli', 'cli.js')
  return run(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: pinnedEnvironment({
      ...tools,
      CSC_IDENTITY_AUTO_DISCOVERY: process.env.CSC_IDENTITY_AUTO_DISCOVERY ?? 'false',
    }),
  })
}

async function configuration(electron, isTrial) {
  let text = await readFile(path.join(root, 'electron-builder.yml'), 'utf8')
  if (isTrial) {
    text = text.replaceAll('${name}-${version}', '${name}-${version}-trial')
    // Nobody downloads it: time matters more than size.
    text += 'compression: store\n'
  }
  // A fuse that the stand-in, an old Electron, does not have yet.
  if (Number.parseInt(electron.version) < 29)
    text = text.replace(/^ {2}grantFileProtocolExtraPrivileges.*\n/m, '')
  const lines = [`electronVersion: ${electron.version}`]
  if (electron.folder !== undefined) lines.push(`electronDist: ${electron.folder}`)
  return `${text}\n${lines.join('\n')}\n`
}

/** What Debian has of the tools that electron-builder would download. */
async function localTools() {
  const tools = {}
  if (await isThere('/usr/bin/7za')) tools.ELECTRON_BUILDER_7ZIP_PATH ??= '/usr/bin/7za'
  if (
    (await isThere('/usr/bin/dpkg-deb')) &&
    process.env.CUSTOM_FPM_PATH === undefined &&
    !(await canReachTools())
  ) {
    tools.CUSTOM_FPM_PATH = path.join(root, 'build', 'packaging', 'fpm-stand-in.mjs')
  }
  return tools
}

async function isThere(file) {
  return stat(file).then(
    () => true,
    () => false,
  )
}
