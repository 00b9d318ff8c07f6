// Lays out what goes into a package: dist/app (the program itself, packed into an asar) and
// dist/parts/<os>-<arch> (engine, terminal and licences, which stand beside it).
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { root } from '../dependencies.mjs'
import { buildDesktop } from '../desktop.mjs'
import { writeLicences } from './licences.mjs'
import { builderName, programName } from './targets.mjs'

const dist = path.join(root, 'dist')

/** The desktop program. It has no node_modules: its scripts are whole. */
export async function stageApp() {
  await buildDesktop()
  const folder = path.join(dist, 'app')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const name of ['electron', 'renderer']) {
    await cp(path.join(dist, name), path.join(folder, name), {
      recursive: true,
      filter: (source) => !source.endsWith('.map'),
    })
  }
  const about = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'))
  const { name, version, description, license } = about
  const metadata = {
    name,
    productName: 'Holdfast',
    version,
    description,
    license,
    author: { name: 'Holdfast', email: 'support@holdfast.invalid' },
    homepage: 'https://holdfast.invalid',
    main: 'electron/main.cjs',
    // By it a desktop finds the entry that a running window belongs to.
    desktopName: 'holdfast-desktop.desktop',
  }
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(metadata, undefined, 2))
}

/** Engine, terminal and licences of one target. `engine` may be undefined: a package for trying out without one. */
export async function stageParts(target, { engine, node }) {
  const folder = path.join(dist, 'parts', `${builderName[target.platform]}-${target.arch}`)
  await rm(folder, { recursive: true, force: true })
  const terminal = path.join(folder, 'terminal')
  await mkdir(terminal, { recursive: true })
  if (engine !== undefined) await program(engine, path.join(folder, programName(target.platform, 'restic')))
  await program(node, path.join(terminal, programName(target.platform, 'node')))
  const inputs = await bundleTerminal(path.join(terminal, 'holdfast.mjs'))
  await copyKeytar(target, path.join(terminal, 'node_modules', '@github', 'keytar'))
  await cp(path.join(dist, 'renderer'), path.join(terminal, 'renderer'), {
    recursive: true,
    filter: (source) => !source.endsWith('.map'),
  })
  await writeStarters(target, terminal)
  await writeLicences(path.join(folder, 'licences'), inputs)
}

async function program(from, to) {
  await copyFile(from, to)
  await chmod(to, 0o755)
}

/** The terminal as one file; returns its inputs, for their licences. */
async function bundleTerminal(output) {
  const esbuild = await import('esbuild')
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['cli/main.ts'],
    outfile: output,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['@github/keytar'],
    // Packages in CommonJS inside an ES module ask for `require`.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    minifySyntax: true,
    metafile: true,
    logLevel: 'warning',
  })
  return Object.keys(result.metafile.inputs)
}

/** Only the prebuilt library of this platform, and what loads it. */
async function copyKeytar(target, to) {
  const from = path.join(root, 'node_modules', '@github', 'keytar')
  const build = target.parts
  for (const name of ['package.json', 'LICENSE.md', 'lib']) {
    await cp(path.join(from, name), path.join(to, name), { recursive: true })
  }
  await cp(path.join(from, 'prebuilds', build), path.join(to, 'prebuilds', build), { recursive: true })
}

/** `holdfast` in a terminal: the Node of the package with the terminal's program and the engine of the package. */
async function writeStarters(target, terminal) {
  if (target.platform === 'win32') {
    const lines = [
      '@echo off',
      'setlocal',
      'if not defined HOLDFAST_RESTIC if exist "%~dp0..\\restic.exe" set "HOLDFAST_RESTIC=%~dp0..\\restic.exe"',
      '"%~dp0node.exe" "%~dp0holdfast.mjs" %*',
      '',
    ]
    await writeFile(path.join(terminal, 'holdfast.cmd'), lines.join('\r\n'))
    await copyFile(
      path.join(root, 'build', 'packaging', 'windows', 'path.ps1'),
      path.join(terminal, 'path.ps1'),
    )
    return
  }
  const script = `#!/bin/sh
# Follows links: /usr/bin/holdfast is one.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
here=$(cd "$(dirname "$self")" && pwd -P)
if [ -z "\${HOLDFAST_RESTIC:-}" ] && [ -x "$here/../restic" ]; then
  HOLDFAST_RESTIC=$here/../restic
  export HOLDFAST_RESTIC
fi
exec "$here/node" "$here/holdfast.mjs" "$@"
`
  await writeFile(path.join(terminal, 'holdfast'), script)
  await chmod(path.join(terminal, 'holdfast'), 0o755)
}
