// Makes a clone ready: packages, the pinned Node, the bundles, restic. Quick when nothing changed.
//
//   node build/setup.mjs       (npm run setup)
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { bundle } from './bundle.mjs'
import { ensureEngine } from './engine.mjs'
import { onPinnedNode } from './pinned-node.mjs'
import { giveUp, say, secondsSince } from './say.mjs'

/** Runs on the pinned Node. Returns the environment that the product’s processes need. */
export async function setup() {
  const startedMs = performance.now()
  const made = await bundle().catch((error) => giveUp(`Bundling failed: ${error.message}`))
  for (const name of made) say(`bundled ${name}`)
  const engine = await ensureEngine()
  if (made.length > 0) say(`ready in ${secondsSince(startedMs)}`)
  return { HOLDFAST_RESTIC: engine }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await onPinnedNode(import.meta.url)
  const { HOLDFAST_RESTIC } = await setup()
  say(`Node ${process.version}, restic at ${HOLDFAST_RESTIC}: all set`)
}
