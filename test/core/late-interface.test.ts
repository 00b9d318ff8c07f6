import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attach } from '../../core/attach/attach.ts'
import { serveOwner } from '../../core/attach/serve.ts'
import { runLogLines } from '../../shared/model/run-log.ts'
import { ask } from '../demo/client-session.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { signedInPerson, type Person } from './signed-in-client.ts'

let server: TestServer
let person: Person
beforeAll(async () => {
  server = await startServer()
  person = await signedInPerson(server, 'late')
})
afterAll(async () => {
  await person.dispose()
  await server.dispose()
})

it('an interface that attaches in the middle of a backup sees its progress at once, and later its log', async () => {
  const source = path.join(person.folder, 'source')
  await mkdir(source)
  await writeFile(path.join(source, 'big'), randomBytes(4_000_000))
  const set = await person.makeSet({ name: 'Slow', sources: [source], uploadLimitKibPerSecond: 700 })
  const isUnderWay = new Promise<void>((resolve) => {
    person.client.api.on('run.progress', ({ bytesDone }) => void (bytesDone > 0 && resolve()))
  })
  const { jobRunId } = await ask(person.client.api, 'backup.start', { backupSetId: set.id })
  await isUnderWay

  const socketPath = path.join(person.folder, 'owner.sock')
  const owner = await serveOwner(person.client.api, socketPath)
  const late = await attach(socketPath)
  if (late === undefined) throw new Error('nobody listens')
  const { runs } = await ask(late.api, 'runs.underWay', {})
  expect(runs).toMatchObject([{ jobRunId, backupSetId: set.id, kind: 'backup', trigger: 'manual' }])
  expect(runs[0]?.progress?.bytesDone).toBeGreaterThan(0)

  const { run } = await ask(late.api, 'run.wait', { jobRunId })
  expect(run.outcome).toBe('complete')
  expect((await ask(late.api, 'runs.underWay', {})).runs).toEqual([])
  const { log } = await ask(late.api, 'runs.log', { jobRunId })
  const text = runLogLines(log).join('\n')
  expect(text).toMatch(/A run began[^]+restic [\d.]+ init[^]+backup ended with 0[^]+outcome: complete/)
  expect(await secretsIn(text)).toEqual([])
  late.close()
  await owner.stop()
})

/** Every secret of this computer that stands in a text. */
async function secretsIn(text: string): Promise<string[]> {
  const stored = await readFile(path.join(person.home, 'secrets.json'), 'utf8')
  const secrets = stored.match(/[\w+/=-]{20,}/g) ?? []
  expect(secrets.length).toBeGreaterThan(1)
  return secrets.filter((secret) => text.includes(secret))
}
