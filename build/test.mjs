// Everything that a change must pass: types, lint, format, then all tests. Ends with `N passed, N failed`.
//
//   npm test                              all of it
//   npm test -- core/schedule             arguments go to vitest; the checks before it stay
import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { run } from './child.mjs'
import { root } from './dependencies.mjs'
import { onPinnedNode, pinnedEnvironment } from './pinned-node.mjs'
import { say, secondsSince } from './say.mjs'
import { setup } from './setup.mjs'

const reports = path.join(root, '.cache', 'test-reports')

await onPinnedNode(import.meta.url)
const environment = pinnedEnvironment(await setup())
const startedMs = performance.now()
const total = { passed: 0, failed: 0, skipped: 0 }
const summary = []

await check('types', 'tsc', ['-b'])
await check('lint', 'oxlint', ['--type-aware', '--deny-warnings'])
await check('format', 'prettier', ['--check', '--log-level', 'warn', '.'])
await tests(process.argv.slice(2))

console.log(`\n${'—'.repeat(60)}`)
for (const line of summary) console.log(line)
console.log(`took ${secondsSince(startedMs)}`)
const skipped = total.skipped === 0 ? '' : `, ${total.skipped} skipped`
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1)

async function check(name, tool, args) {
  say(`${name}: ${tool} ${args.join(' ')}`)
  const code = await runTool(tool, args)
  add(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 })
}

async function tests(args) {
  await mkdir(reports, { recursive: true })
  const report = path.join(reports, 'vitest.json')
  const reasons = path.join(reports, 'skipped.json')
  await rm(report, { force: true })
  await rm(reasons, { force: true })
  say(`tests: vitest run ${args.join(' ')}`)
  const reporters = ['--reporter=default', '--reporter=json', '--reporter=./build/skip-reasons.mjs']
  const code = await runTool('vitest', ['run', ...reporters, `--outputFile.json=${report}`, ...args], {
    HOLDFAST_SKIP_REASONS: reasons,
  })
  const counted = await count(report)
  // A runner that crashed, found no test or saw an error outside a test has failed, whatever it counted.
  if (code !== 0 && counted.failed === 0) counted.failed = 1
  add('tests', counted)
  for (const each of await readJson(reasons, [])) {
    summary.push(`  skipped: ${each.file} › ${each.name}: ${each.reason}`)
  }
}

async function count(report) {
  const json = await readJson(report, undefined)
  if (json === undefined) return { passed: 0, failed: 1, skipped: 0 }
  // A file that could not be loaded has no tests to count.
  const broken = json.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests + broken.length,
    skipped: json.numTotalTests - json.numPassedTests - json.numFailedTests,
  }
}

function add(name, { passed, failed, skipped }) {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  summary.push(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
  )
}

async function runTool(tool, args, more = {}) {
  const script = path.join(root, await binOf(tool))
  return run(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...environment, ...more },
  })
}

/** The tool's own JavaScript file, so that it runs on this Node on every platform. */
async function binOf(tool) {
  const packageName = { tsc: 'typescript' }[tool] ?? tool
  const folder = path.join('node_modules', packageName)
  const { bin } = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'))
  return path.join(folder, typeof bin === 'string' ? bin : bin[tool])
}

async function readJson(file, fallback) {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? fallback : JSON.parse(text)
}
