import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { noRules } from '../../shared/retention.fixture.ts'
import { openLocalObjects } from '../objects/local-objects.ts'
import { resticIn } from './restic.fixture.ts'
import { undoTrash } from './trash.ts'
import { startWorld, type Computer, type Person, type World } from './world.fixture.ts'

let folder = ''
let world: World
let person: Person
let computer: Computer

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-restic-'))
  world = await startWorld({ objects: await openLocalObjects(join(folder, 'objects')) })
  person = await world.addPerson()
  computer = await person.addComputer()
})
afterEach(async () => {
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

function makeSource(): string {
  const source = join(folder, 'source')
  for (const part of ['a', 'a/deep', 'b']) mkdirSync(join(source, part), { recursive: true })
  for (let number = 0; number < 40; number += 1)
    writeFileSync(join(source, number % 2 === 0 ? 'a/deep' : 'b', `file ${number}`), randomBytes(200_000))
  return source
}

describe('stock restic', () => {
  it('initialises, backs up, backs up again, checks, restores, forgets and prunes; the trash undoes it', async () => {
    const restic = resticIn(folder, world.address)
    const source = makeSource()
    const set = await computer.addSet({ retention: { ...noRules, keepLastCount: 1 } })
    const ok = { exitCode: 0 }

    let lease = await set.start('backup')
    expect(lease.isInitialised).toBe(false)
    expect(await restic.run(lease, 'init')).toMatchObject(ok)
    expect(await restic.run(lease, 'backup', source)).toMatchObject(ok)
    await declare(lease.id, restic.cachedPacks())

    lease = await set.start('backup')
    expect(lease.isInitialised).toBe(true)
    writeFileSync(join(source, 'b', 'new'), randomBytes(300_000))
    const second = await restic.run(lease, 'backup', source, '--json')
    expect(second).toMatchObject(ok)
    expect(second.stdout).toContain('"files_unmodified":40')
    expect(second.stdout).toContain('"files_new":1,')
    await declare(lease.id, restic.cachedPacks())

    // A run without a cache reads folders from the server, and no file data.
    lease = await set.start('backup')
    expect(await restic.run(lease, 'check', '--no-cache')).toMatchObject(ok)
    const browse = await set.browse()
    const files = await restic.run(browse, 'ls', 'latest', '--no-lock', '--no-cache')
    expect(files).toMatchObject(ok)
    expect(files.stdout).toContain('/b/new')

    let restore = await set.restore(await person.grant({ kind: 'restore', backupSetId: set.id }))
    const target = join(folder, 'restored')
    expect(await restic.run(restore, 'check', '--read-data')).toMatchObject(ok)
    expect(await restic.run(restore, 'restore', 'latest', '--target', target)).toMatchObject(ok)
    expect(readFileSync(join(target, source, 'b', 'new'))).toEqual(readFileSync(join(source, 'b', 'new')))

    for (let count = 0; count < 2; count += 1) {
      writeFileSync(join(source, 'b', 'new'), randomBytes(300_000))
      expect(await restic.run(lease, 'backup', source)).toMatchObject(ok)
    }
    await declare(lease.id, restic.cachedPacks())
    const maintenance = await set.start('maintenance')
    const forget = ['forget', '--keep-last', '1', '--prune', '--max-repack-size', '0'] as const
    expect(await restic.run(maintenance, ...forget)).toMatchObject(ok)
    const trashed = await world.store.db
      .selectFrom('objects')
      .select(['type', 'name'])
      .where('trashedAt', 'is not', null)
      .execute()
    expect(trashed.filter(({ type }) => type === 'snapshots')).toHaveLength(3)
    expect(new Set(trashed.map(({ type }) => type))).toEqual(new Set(['snapshots', 'index', 'data']))
    restore = await set.restore(await person.grant({ kind: 'restore', backupSetId: set.id }))
    expect(await restic.run(restore, 'check', '--read-data')).toMatchObject(ok)
    expect(JSON.parse((await restic.run(restore, 'snapshots', '--json')).stdout)).toHaveLength(1)

    expect(await undoTrash(world.deps, { repositoryId: set.repositoryId }, 'command:test')).toBe(
      trashed.length,
    )
    expect(await restic.run(restore, 'check', '--read-data', '--no-cache')).toMatchObject(ok)
    expect(JSON.parse((await restic.run(restore, 'snapshots', '--json')).stdout)).toHaveLength(4)
  })

  it('opens the folder of a repository on the server’s disk, without the server', async () => {
    const restic = resticIn(folder, world.address)
    const source = makeSource()
    const set = await computer.addSet()
    const lease = await set.start('backup')
    await restic.run(lease, 'init')
    await restic.run(lease, 'backup', source)
    const copy = join(folder, 'copy')
    cpSync(join(folder, 'objects', set.repositoryId), copy, { recursive: true })
    expect(await restic.runLocal(copy, 'check', '--read-data', '--no-lock')).toMatchObject({ exitCode: 0 })
    const target = join(folder, 'restored')
    expect(await restic.runLocal(copy, 'restore', 'latest', '--target', target, '--no-lock')).toMatchObject({
      exitCode: 0,
    })
    expect(readFileSync(join(target, source, 'b', 'file 1'))).toEqual(
      readFileSync(join(source, 'b', 'file 1')),
    )
  })

  it('needs no unlock after a run that was killed: the next lease removes its locks', async () => {
    const restic = resticIn(folder, world.address)
    const set = await computer.addSet()
    let lease = await set.start('backup')
    await restic.run(lease, 'init')
    // What a killed `prune` leaves: a lock of its own, exclusive, that nobody takes away.
    const client = world.rest(lease)
    await restic.run(lease, 'backup', makeSource())
    await client.add('locks', randomBytes(200))
    expect(await client.names('locks')).toHaveLength(1)
    lease = await set.start('backup')
    expect(await world.rest(lease).names('locks')).toEqual([])
    expect(await restic.run(lease, 'backup', join(folder, 'source'))).toMatchObject({ exitCode: 0 })
  })
})

async function declare(leaseId: string, packs: string[]): Promise<void> {
  const lease = await world.store.db
    .selectFrom('leases')
    .selectAll()
    .where('id', '=', leaseId as never)
    .executeTakeFirstOrThrow()
  await world.handlers.declareMetadata({ packs }, { caller: { lease }, origin: { address: '', network: '' } })
}
