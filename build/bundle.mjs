// Bundles the two executables (server/main.ts → dist/holdfast-server.mjs, cli/main.ts → dist/holdfast.mjs) and the
// desktop program's two scripts (electron/ → dist/electron).
//
//   node build/bundle.mjs [holdfast] [holdfast-server] [desktop] [desktop-preload]      (none = all)
//
// Does nothing when no input changed. Packages stay outside of the executables, which import them from node_modules;
// the desktop's scripts are whole, because a packaged program has no node_modules.
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import process from 'node:process'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const executable = { format: 'esm', packages: 'external', banner: { js: '#!/usr/bin/env node' } }
const preload = {
  format: 'cjs',
  // Electron's own module, and the native one, which runs in a process of its own.
  external: ['electron', '@github/keytar'],
}
/** zod's messages in fifty languages: nobody reads them, and they were a fifth of what the window has to load. */
const withoutMessages = {
  name: 'zod-without-messages',
  setup: (build) => {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
      resolveDir: path.join(root, 'node_modules', 'zod', 'v4', 'locales'),
    }))
  },
}
const desktop = {
  ...preload,
  plugins: [withoutMessages],
  // Half the text is read in three quarters of the time. Names stay, for the traces in the log.
  minifySyntax: true,
  minifyWhitespace: true,
  // CommonJS has no import.meta; `core` finds its place by it.
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
}

/** The client also runs inside Electron, whose oldest supported Node is 18.18; the server on the pinned Node. */
const targets = {
  'holdfast-server': { entry: 'server/main.ts', target: 'node24', options: executable },
  holdfast: { entry: 'cli/main.ts', target: 'node18.18', options: executable },
  desktop: { entry: 'electron/main.ts', target: 'node18.18', output: 'electron/main.cjs', options: desktop },
  'desktop-preload': {
    entry: 'electron/preload.ts',
    target: 'chrome120',
    output: 'electron/preload.cjs',
    options: preload,
  },
}

/** Bundles what changed and returns the names of what was made anew. Several processes may call it at once. */
export async function bundle(names = Object.keys(targets)) {
  const made = []
  for (const name of names) {
    if (targets[name] === undefined) throw new Error(`There is no executable named ${name}.`)
    if (await isCurrent(name)) continue
    await build(name)
    made.push(name)
  }
  return made
}

async function build(name) {
  const { entry, target, options } = targets[name]
  const esbuild = await import('esbuild')
  const output = outputOf(name)
  const startedMs = Date.now()
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: output,
    bundle: true,
    ...options,
    platform: 'node',
    target,
    sourcemap: 'linked',
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  const inputs = {}
  for (const input of Object.keys(result.metafile.inputs)) inputs[input] = await fingerprint(input, startedMs)
  await mkdir(path.dirname(output), { recursive: true })
  await mkdir(path.dirname(stampOf(name)), { recursive: true })
  for (const file of result.outputFiles) await replaceFile(file.path, file.contents)
  if (options === executable) await chmod(output, 0o755)
  await replaceFile(stampOf(name), JSON.stringify({ recipe: await recipe(), inputs }))
}

async function isCurrent(name) {
  const stamp = await readFile(stampOf(name), 'utf8').then(JSON.parse, () => undefined)
  if (stamp === undefined || stamp.recipe !== (await recipe())) return false
  const isThere = await stat(outputOf(name)).then(
    () => true,
    () => false,
  )
  if (!isThere) return false
  const fingerprints = await Promise.all(Object.keys(stamp.inputs).map((input) => fingerprint(input)))
  return Object.values(stamp.inputs).every((known, index) => known === fingerprints[index])
}

/** Changes when this script or esbuild does: then everything is made anew. */
async function recipe() {
  return `${await fingerprint('build/bundle.mjs')} ${await fingerprint('node_modules/esbuild/package.json')}`
}

/** An input that was edited after `beforeMs` may or may not be in the bundle: no fingerprint will match it. */
async function fingerprint(file, beforeMs = Infinity) {
  const found = await stat(path.join(root, file)).catch(() => undefined)
  if (found === undefined) return 'missing'
  return found.mtimeMs >= beforeMs ? 'edited while bundling' : `${found.mtimeMs}/${found.size}`
}

/** Another process that reads or writes the same file sees the old or the new one, never a half. */
async function replaceFile(file, contents) {
  const fresh = `${file}.${process.pid}.new`
  await writeFile(fresh, contents)
  await rename(fresh, file)
}

function outputOf(name) {
  return path.join(root, 'dist', targets[name].output ?? `${name}.mjs`)
}

function stampOf(name) {
  return path.join(root, '.cache', 'bundle', `${name}.json`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2)
  const startedMs = performance.now()
  const made = await bundle(names.length === 0 ? undefined : names)
  const tookMs = Math.round(performance.now() - startedMs)
  for (const name of made) console.log(`bundled ${path.relative(root, outputOf(name))} (${tookMs} ms)`)
  if (made.length === 0) console.log('bundles are up to date')
}
