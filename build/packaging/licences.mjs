// Gathers the licences of everything that a package carries; one that has none stops the packaging.
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { root } from '../dependencies.mjs'

/** What may be passed on without a question; anything else must be looked at first. */
const accepted =
  /^(\(?(MIT|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0|Python-2\.0|OFL-1\.1|CC0-1\.0|Unlicense|MIT-0)( (OR|AND) )?\)?)+$/

/** @param inputs files of a bundle; those of the interface and the desktop's scripts are found here */
export async function writeLicences(folder, inputs) {
  const packages = new Set()
  for (const input of [
    ...inputs,
    ...(await inputsOf('electron/main.ts')),
    ...(await inputsOf('renderer/main.tsx')),
  ]) {
    const name = packageOf(input)
    if (name !== undefined) packages.add(name)
  }
  packages.add('node_modules/@github/keytar')
  const texts = []
  for (const each of [...packages].toSorted((a, b) => a.localeCompare(b))) texts.push(await licenceOf(each))
  await mkdir(folder, { recursive: true })
  await cp(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE-holdfast.txt'))
  await writeFile(path.join(folder, 'LICENSES-packages.txt'), texts.join(`\n${'='.repeat(80)}\n\n`))
  const kept = path.join(root, 'build', 'packaging', 'licences')
  for (const name of await readdir(kept)) {
    const bytes = await readFile(path.join(kept, name))
    if (name.endsWith('.gz')) await writeFile(path.join(folder, name.slice(0, -3)), gunzipSync(bytes))
    else await writeFile(path.join(folder, name), bytes)
  }
}

async function inputsOf(entry) {
  const esbuild = await import('esbuild')
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: path.join(root, '.cache', 'unused'),
    bundle: true,
    write: false,
    metafile: true,
    platform: entry.startsWith('renderer') ? 'browser' : 'node',
    format: 'esm',
    jsx: 'automatic',
    external: ['electron', '@github/keytar', 'virtual:*'],
    loader: { '.woff2': 'empty', '.woff': 'empty', '.svg': 'empty', '.png': 'empty' },
    logLevel: 'error',
  })
  return Object.keys(result.metafile.inputs)
}

/** The folder of the package that a file belongs to, the innermost one. */
function packageOf(input) {
  const found = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)
  return found?.[0]
}

async function licenceOf(folder) {
  const about = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'))
  const kind = typeof about.license === 'string' ? about.license : (about.license?.type ?? '')
  if (!accepted.test(kind)) {
    throw new Error(
      `${about.name} is under "${kind}", which nobody has looked at (build/packaging/licences.mjs).`,
    )
  }
  const names = await readdir(path.join(root, folder))
  const file = names.find((name) => /^(licen[cs]e|copying)/i.test(name))
  const text = file === undefined ? '' : await readFile(path.join(root, folder, file), 'utf8')
  return `${about.name} ${about.version}\nLicence: ${kind}\n\n${text.trim()}\n`
}
