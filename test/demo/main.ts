import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Client } from '../../core/client.ts'
import { generateTree, readTree } from '../fixtures/tree.ts'
import { startDemoServer } from './demo-server.ts'
import { pictureOf } from './picture.ts'
import { createReport, type StepResult } from './report.ts'
import { addNote, tellStory } from './story.ts'

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    megabytes: { type: 'string', default: '250' },
    picture: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const isTerminal = process.stdout.isTTY && process.env['NO_COLOR'] === undefined

if (values.help) {
  say(`npm run demo [-- FOLDER] [-- --megabytes N] [-- --json] [-- --picture FILE.svg]

Shows the whole story without a window, on real files: a server, a user with two phones and an
authenticator, backups, two thieves, a deletion undone, a revoked computer, and a recovery on a
new one that is compared byte by byte. FOLDER is only read: the demo works on a copy of it.
Exit code 1 when a promise was broken.`)
} else {
  process.exitCode = await demo(positionals[0])
}

async function demo(givenFolder: string | undefined): Promise<number> {
  const work = await mkdtemp(path.join(os.tmpdir(), 'holdfast-demo-'))
  const report = createReport(values.json ? () => undefined : print)
  const open = new Set<Client>()
  const stops: (() => Promise<void>)[] = []
  const startedMs = performance.now()
  try {
    const source = path.join(work, 'home of anna')
    await report.step('A server on a free port, and files worth keeping', async (note) => {
      await mkdir(source)
      if (givenFolder === undefined) await generateTree(source, Number(values.megabytes) * 1e6)
      else await copyTree(givenFolder, source)
      await addNote(source)
      const tree = await readTree(source)
      const bytes = [...tree.values()].reduce((sum, entry) => sum + entry.sizeBytes, 0)
      note(`${tree.size} files and folders, ${(bytes / 1e6).toFixed(0)} MB, names that hurt included`)
    })
    const server = await startDemoServer(path.join(work, 'server'))
    stops.push(() => server.stop())
    await tellStory(report, { server, source, work }, open)
  } catch (error) {
    if (!report.isBroken()) throw error
  } finally {
    for (const client of open) await client.close()
    for (const stop of stops) await stop()
    await rm(work, { recursive: true, force: true })
  }
  const seconds = (performance.now() - startedMs) / 1000
  const kept = report.results.filter((result) => result.outcome === 'kept').length
  if (values.picture !== undefined) {
    const summary = `All ${kept} steps as promised in ${seconds.toFixed(1)} s.`
    await writeFile(values.picture, pictureOf(report.results, summary))
  }
  if (values.json)
    say(JSON.stringify({ kept, broken: report.results.length - kept, seconds, steps: report.results }))
  else if (report.isBroken()) say(`\n${colour(31, 'A promise was broken.')} See above.`)
  else say(`\n${colour(32, `All ${kept} steps as promised`)} in ${seconds.toFixed(1)} s.`)
  return report.isBroken() ? 1 : 0
}

async function copyTree(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
}

function print({ title, seconds, outcome, notes }: StepResult): void {
  const mark = outcome === 'kept' ? colour(32, '✓') : colour(31, '✗')
  say(`${mark} ${title} ${colour(2, `${seconds.toFixed(1)} s`)}`)
  for (const note of notes) say(`    ${colour(2, note)}`)
}

function colour(code: number, text: string): string {
  return isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
