import { randomBytes } from 'node:crypto'
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ClientCall } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { ask, refusal } from '../demo/client-session.ts'
import { differences } from '../fixtures/tree.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { signedInPerson, type Person } from './signed-in-client.ts'

let server: TestServer
let person: Person
let source = ''
let backupSet: BackupSet
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.dispose())
afterEach(() => person.dispose())

type Restore = Partial<ClientCall<'restore.start'>>

/** Somebody with one backup of `tree` (path to content). */
async function backedUp(loginName: string, tree: Readonly<Record<string, string | Buffer>>): Promise<void> {
  person = await signedInPerson(server, loginName)
  source = path.join(person.folder, 'source')
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(source, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  backupSet = await person.makeSet({ name: 'Files', sources: [source] })
  expect(await person.backUp(backupSet)).toMatchObject({ outcome: 'complete' })
}

async function inputFor(more: Restore): Promise<ClientCall<'restore.start'>> {
  const { snapshots } = await ask(person.client.api, 'snapshots.list', { backupSetId: backupSet.id })
  const snapshotId = snapshots.at(-1)?.id ?? ('' as never)
  return { backupSetId: backupSet.id, snapshotId, targetFolder: null, ...more }
}

async function restore(more: Restore): Promise<JobRun> {
  const input = await inputFor(more)
  await person.stepUp({ kind: 'restore', backupSetId: backupSet.id })
  const { jobRunId } = await ask(person.client.api, 'restore.start', input)
  return (await ask(person.client.api, 'run.wait', { jobRunId })).run
}

/** Everything below a folder, hidden names too. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort((a, b) => a.localeCompare(b))
}

describe('a restore to the original place', () => {
  it('brings back what is gone and keeps both where something changed', async () => {
    await backedUp('ada', { 'gone.txt': 'gone', 'same.txt': 'same', 'docs/changed.txt': 'before' })
    await rm(path.join(source, 'gone.txt'))
    await writeFile(path.join(source, 'docs', 'changed.txt'), 'after')
    await writeFile(path.join(source, 'docs', 'own.txt'), 'own')
    const plan = await ask(person.client.api, 'restore.plan', await inputFor({}))
    expect(plan).toMatchObject({ fileCount: 3, conflictCount: 2 })
    expect(await restore({})).toMatchObject({ outcome: 'complete', filesNew: 2, filesUnmodified: 1 })
    const names = await namesIn(source)
    const [copy = '', ...more] = names.filter((name) => name.includes('(restored '))
    expect(more).toEqual([])
    expect(copy).toMatch(/^docs\/changed \(restored \d{4}-\d\d-\d\d \d\d\.\d\d\)\.txt$/)
    expect(names.filter((name) => name !== copy)).toEqual([
      'docs',
      'docs/changed.txt',
      'docs/own.txt',
      'gone.txt',
      'same.txt',
    ])
    expect(await readFile(path.join(source, copy), 'utf8')).toBe('before')
    expect(await readFile(path.join(source, 'docs', 'changed.txt'), 'utf8')).toBe('after')
    // Nothing of the work stays beside the files.
    expect((await readdir(person.folder)).filter((name) => name.startsWith('.holdfast'))).toEqual([])
  })

  it('overwrites where that was chosen, with the old mode and time of files and folders', async () => {
    person = await signedInPerson(server, 'bob')
    source = path.join(person.folder, 'source')
    await mkdir(path.join(source, 'docs'), { recursive: true })
    await writeFile(path.join(source, 'docs', 'letter'), 'before', { mode: 0o640 })
    await symlink('letter', path.join(source, 'docs', 'link'))
    await utimes(path.join(source, 'docs', 'letter'), 1, 1_000_000_000)
    await chmod(path.join(source, 'docs'), 0o751)
    await utimes(path.join(source, 'docs'), 1, 1_100_000_000)
    backupSet = await person.makeSet({ name: 'Files', sources: [source] })
    await person.backUp(backupSet)
    await writeFile(path.join(source, 'docs', 'letter'), 'encrypted by an attacker')
    await chmod(path.join(source, 'docs', 'letter'), 0o777)
    await chmod(path.join(source, 'docs'), 0o777)
    expect(await restore({ onConflict: 'overwrite' })).toMatchObject({ outcome: 'complete' })
    expect(await readFile(path.join(source, 'docs', 'letter'), 'utf8')).toBe('before')
    const [folder, letter] = await Promise.all(
      ['docs', 'docs/letter'].map((name) => stat(path.join(source, name))),
    )
    expect([folder?.mode, letter?.mode].map((mode) => (mode ?? 0) & 0o777)).toEqual([0o751, 0o640])
    expect([folder?.mtimeMs, letter?.mtimeMs]).toEqual([1_100_000_000_000, 1_000_000_000_000])
    expect((await lstat(path.join(source, 'docs', 'link'))).isSymbolicLink()).toBe(true)
  })
})

describe('a restore of a part', () => {
  it('brings just that, by names that hurt', async () => {
    await backedUp('cat', {
      's*t[a]r?': 'star',
      s1ta2r3: 'no star',
      'new\nline/deep/file': 'deep',
      'new line/deep/file': 'other',
    })
    const target = path.join(person.folder, 'out')
    const paths = [path.join(source, 's*t[a]r?'), path.join(source, 'new\nline')]
    expect(await restore({ paths, targetFolder: target })).toMatchObject({ outcome: 'complete', filesNew: 2 })
    expect(await namesIn(path.join(target, source))).toEqual([
      'new\nline',
      'new\nline/deep',
      'new\nline/deep/file',
      's*t[a]r?',
    ])
  })

  it('of something that the snapshot does not hold fails by name, and makes nothing', async () => {
    await backedUp('dan', { a: 'a' })
    const target = path.join(person.folder, 'out')
    const run = await restore({ paths: [path.join(source, 'never')], targetFolder: target })
    expect(run).toMatchObject({ outcome: 'failed', errorCode: 'NOT_FOUND' })
    expect(await readdir(person.folder)).not.toContain('out')
  })
})

describe('a restore that goes wrong', () => {
  it('of a damaged pack lists the file and gives no half of it a name', async () => {
    await backedUp('eve', { 'whole.txt': 'whole', 'big.bin': randomBytes(3_000_000) })
    await damageLargestObject(path.join(server.dataFolder, 'objects'))
    const target = path.join(person.folder, 'out')
    const run = await restore({ targetFolder: target })
    expect(run).toMatchObject({ outcome: 'incomplete', filesNew: 1, leftOutCount: 1 })
    expect(run.leftOut).toEqual([
      { path: path.join(source, 'big.bin'), reason: expect.stringContaining('ciphertext') as string },
    ])
    expect(await namesIn(path.join(target, source))).toEqual(['whole.txt'])
  })

  it('is cancelled half-way has nothing under a final name, before and after', async () => {
    const files = Array.from({ length: 30 }, (_, index) => [`file ${index}`, randomBytes(1_000_000)] as const)
    await backedUp('fin', Object.fromEntries(files))
    await ask(person.client.api, 'sets.update', {
      backupSetId: backupSet.id,
      version: backupSet.version,
      definition: { ...backupSet.definition, downloadLimitKibPerSecond: 2000 },
    })
    await person.stepUp({ kind: 'restore', backupSetId: backupSet.id })
    const target = path.join(person.folder, 'out')
    const { jobRunId } = await ask(
      person.client.api,
      'restore.start',
      await inputFor({ targetFolder: target }),
    )
    await untilStaged(target)
    const staged = (await readdir(target)).filter((name) => name.startsWith('.holdfast-restore-'))
    expect(await readdir(target)).toEqual(staged)
    await ask(person.client.api, 'run.cancel', { jobRunId })
    const { run } = await ask(person.client.api, 'run.wait', { jobRunId })
    expect(run).toMatchObject({ outcome: 'cancelled' })
    expect(await readdir(target)).toEqual([])
  })

  it('into a file is refused before anything is asked of anybody', async () => {
    await backedUp('gil', { a: 'a' })
    const target = path.join(person.folder, 'a file')
    await writeFile(target, 'mine')
    expect(await restore({ targetFolder: target })).toMatchObject({
      outcome: 'failed',
      errorCode: 'TARGET_UNUSABLE',
    })
    expect(await readFile(target, 'utf8')).toBe('mine')
  })

  it('uses its grant once: the second one needs another second factor', async () => {
    await backedUp('hew', { a: 'a' })
    const targetFolder = path.join(person.folder, 'out')
    expect(await restore({ targetFolder })).toMatchObject({ outcome: 'complete' })
    expect(await differences(source, path.join(targetFolder, source))).toEqual([])
    expect(await refusal(person.client.api, 'restore.start', await inputFor({ targetFolder }))).toBe(
      'STEP_UP_REQUIRED',
    )
  })
})

async function untilStaged(target: string): Promise<void> {
  for (;;) {
    const names = await readdir(target, { recursive: true }).catch(() => [])
    if (names.some((name) => name.includes('file '))) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Bit rot on the server's disk. */
async function damageLargestObject(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true })
  const files = await Promise.all(
    names.map(async (name) => ({
      file: path.join(folder, name),
      found: await stat(path.join(folder, name)),
    })),
  )
  const [largest] = files.filter(({ found }) => found.isFile()).sort((a, b) => b.found.size - a.found.size)
  if (largest === undefined) throw new Error('the server stored nothing')
  await chmod(largest.file, 0o600)
  const handle = await open(largest.file, 'r+')
  await handle.write(Buffer.alloc(1000), 0, 1000, 5000)
  await handle.close()
}
