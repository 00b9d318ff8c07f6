import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { DryRun, PreviewProgress } from '../../shared/model/preview.ts'
import { ask, refusal } from '../demo/client-session.ts'
import { startServer, type TestServer } from '../harness/server.ts'
import { signedInPerson, type Person } from './signed-in-client.ts'

const previewId = 'a-dry-run-of-a-test'
let server: TestServer
let person: Person
let source = ''
let set: BackupSet
beforeAll(async () => {
  server = await startServer()
  person = await signedInPerson(server, 'dry')
  source = path.join(person.folder, 'source')
  await mkdir(source)
  await writeFile(path.join(source, 'same'), randomBytes(200_000))
  await writeFile(path.join(source, 'changing'), 'before')
  await writeFile(path.join(source, 'left.tmp'), 'left out')
  set = await person.makeSet({
    name: 'Dry',
    sources: [source, path.join(source, 'gone')],
    exclusions: ['*.tmp'],
  })
})
afterAll(async () => {
  await person.dispose()
  await server.dispose()
})

async function dryRun(): Promise<DryRun> {
  return (await ask(person.client.api, 'backup.dryRun', { previewId, backupSetId: set.id })).dryRun
}

/** Everything that the server stores. */
async function stored(): Promise<string[]> {
  return (await readdir(path.join(server.dataFolder, 'objects'), { recursive: true })).sort()
}

describe('a dry run', () => {
  it('of a set that was never backed up says that everything is new, and leaves nothing behind', async () => {
    const before = await stored()
    expect(await dryRun()).toMatchObject({
      isFirst: true,
      filesNew: 2,
      filesChanged: 0,
      leftOut: [{ path: path.join(source, 'gone'), reason: 'no such file or directory' }],
    })
    expect(await stored()).toEqual(before)
    expect(await readdir(path.join(person.home, 'cache', 'runs'))).toEqual([])
  })

  it('says what the next backup would add and change, and the backup then does just that', async () => {
    await person.backUp(set)
    await writeFile(path.join(source, 'changing'), 'after, and longer')
    await writeFile(path.join(source, 'new'), randomBytes(50_000))
    const before = await stored()
    const told: PreviewProgress[] = []
    person.client.api.on('preview.progress', (progress) => void told.push(progress))
    const foretold = await dryRun()
    expect(foretold).toMatchObject({ isFirst: false, filesNew: 1, filesChanged: 1, filesUnmodified: 1 })
    expect(foretold.changes.sort((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: path.join(source, 'changing'), change: 'changed', sizeBytes: 17 },
      { path: path.join(source, 'new'), change: 'new', sizeBytes: 50_000 },
    ])
    expect(told.every((progress) => progress.previewId === previewId)).toBe(true)
    expect(await stored()).toEqual(before)
    const { snapshots } = await ask(person.client.api, 'snapshots.list', { backupSetId: set.id })
    expect(snapshots).toHaveLength(1)
    const { filesNew, filesChanged, filesUnmodified } = await person.backUp(set)
    expect({ filesNew, filesChanged, filesUnmodified }).toEqual({
      filesNew: 1,
      filesChanged: 1,
      filesUnmodified: 1,
    })
  })

  it('runs no command of the set', async () => {
    const mark = path.join(person.folder, 'mark')
    const { backupSet } = await ask(person.client.api, 'sets.update', {
      backupSetId: set.id,
      version: set.version,
      definition: {
        ...set.definition,
        preCommand: { argv: ['/usr/bin/touch', mark], timeoutSeconds: 60, onFailure: 'stop' },
      },
    })
    set = backupSet
    await dryRun()
    expect(await readdir(person.folder)).not.toContain('mark')
  })

  it('can be cancelled', async () => {
    const running = refusal(person.client.api, 'backup.dryRun', { previewId, backupSetId: set.id })
    for (let isUnderWay = false; !isUnderWay;) {
      await new Promise((resolve) => setTimeout(resolve, 50))
      isUnderWay = (await ask(person.client.api, 'preview.cancel', { previewId })).wasRunning
    }
    expect(await running).toBe('CANCELLED')
  })

  it('and an estimate answer nobody who is not signed in', async () => {
    await ask(person.client.api, 'signIn.signOut', {})
    const call = { previewId, backupSetId: set.id }
    expect(await refusal(person.client.api, 'backup.dryRun', call)).toBe('SESSION_ENDED')
    const selection = { previewId, sources: ['/'], exclusions: [] }
    expect(await refusal(person.client.api, 'sets.measure', selection)).toBe('SESSION_ENDED')
    await rm(source, { recursive: true })
  })
})
