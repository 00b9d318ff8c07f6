// Runs a program of this clone on the pinned Node, after a setup that is quick when nothing changed.
//
//   npm run holdfast -- status        npm run holdfast-server -- --help
//   npm run demo -- --json            npm run bench
import path from 'node:path'
import process from 'node:process'
import { run } from './child.mjs'
import { root } from './dependencies.mjs'
import { onPinnedNode, pinnedEnvironment } from './pinned-node.mjs'
import { giveUp } from './say.mjs'

const programs = {
  holdfast: 'dist/holdfast.mjs',
  'holdfast-server': 'dist/holdfast-server.mjs',
  demo: 'test/demo/main.ts',
  bench: 'bench/main.ts',
}

await onPinnedNode(import.meta.url)
const { setup } = await import('./setup.mjs')
const [name = '', ...args] = process.argv.slice(2)
const program = programs[name]
if (program === undefined) giveUp(`Say what to run: ${Object.keys(programs).join(', ')}.`)
const environment = pinnedEnvironment(await setup())
const code = await run(process.execPath, ['--enable-source-maps', path.join(root, program), ...args], {
  env: environment,
  // npm moves to the package’s folder; relative paths mean the folder in which the person stands.
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
process.exit(code)
