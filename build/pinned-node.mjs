// Makes a script run on the pinned Node, after installing the packages where needed.
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { run } from './child.mjs'
import { ensureDependencies, pinnedNode, root } from './dependencies.mjs'

/** The environment in which everything behind the scripts runs: the pinned Node is the `node` of the path. */
export function pinnedEnvironment(more = {}) {
  const bin = [path.dirname(pinnedNode), path.join(root, 'node_modules', '.bin')]
  const rest = process.env.PATH ?? ''
  return { ...process.env, PATH: [...bin, rest].join(path.delimiter), ...more }
}

/**
 * Call it first. It installs what is missing; on the pinned Node it then returns, on any other it runs the script
 * again on the pinned one and ends with its exit code.
 */
export async function onPinnedNode(scriptUrl) {
  // `npm run` puts node_modules/.bin before the machine's own Node, so this is the usual case.
  const isPinned = await isSameFile(process.execPath, pinnedNode)
  if (process.env.HOLDFAST_SET_UP_BY !== String(process.ppid)) await ensureDependencies()
  if (isPinned) return
  const args = [fileURLToPath(scriptUrl), ...process.argv.slice(2)]
  // The child need not look again at what was just made ready.
  const environment = pinnedEnvironment({ HOLDFAST_SET_UP_BY: String(process.pid) })
  process.exit(await run(pinnedNode, args, { env: environment }))
}

async function isSameFile(a, b) {
  const [first, second] = await Promise.all([a, b].map((each) => realpath(each).catch(() => undefined)))
  return first !== undefined && first === second
}
