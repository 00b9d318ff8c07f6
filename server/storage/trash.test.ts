import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import type { BackupSetDefinition } from '../../shared/model/backup-set.ts'
import { noRules } from '../../shared/retention.fixture.ts'
import { listAlerts } from '../alerts/alerts.ts'
import { textsIn } from '../texts/texts.ts'
import { alertText } from '../alerts/alert-words.ts'
import { errorCodeOf } from '../objects/error-code.fixture.ts'
import { memoryObjects, type MemoryObjects } from '../objects/memory-objects.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { storedBytesOf } from './quota.ts'
import { purgeDue } from './purge.ts'
import { listTrash, undoTrash } from './trash.ts'
import { filledSet, initialise, startWorld, type Computer, type Person, type World } from './world.fixture.ts'

const dayMs = 86_400_000
/** Retention keeps one: what else stops deletions is the brake’s share. */
const few = { retention: { ...noRules, keepLastCount: 1 } }

describeOnEveryStore('the trash', (fresh) => {
  let objects: MemoryObjects
  let clock: FakeClock
  let world: World
  let person: Person
  let computer: Computer

  const start = async (options: Partial<Parameters<typeof startWorld>[0]> = {}): Promise<void> => {
    objects = memoryObjects()
    clock = new FakeClock()
    world = await startWorld({ store: await (await fresh()).open(), clock, objects, ...options })
    person = await world.addPerson()
    computer = await person.addComputer()
  }
  afterEach(async () => {
    await world.close()
  })

  const keyCount = async (): Promise<number> => {
    let count = 0
    for await (const _ of objects.list('')) count += 1
    return count
  }

  it('lists what each run deleted, brings all of it back, or one run’s, or what is younger', async () => {
    await start()
    const set = await filledSet(world, computer)
    await world.rest(await set.start('backup')).add('snapshots', randomBytes(200))
    const first = await set.start('maintenance')
    await world.rest(first).status('DELETE', `snapshots/${set.names.snapshot}`)
    clock.advance(60_000)
    const second = await set.start('maintenance')
    for (const name of [set.names.data, set.names.folders])
      await world.rest(second).status('DELETE', `data/${name}`)

    const groups = await listTrash(world.store.db)
    expect(groups).toMatchObject([
      { leaseId: second.id, objectCount: 2, snapshotCount: 0, sizeBytes: 6_050_000, backupSetId: set.id },
      { leaseId: first.id, objectCount: 1, snapshotCount: 1, sizeBytes: 300 },
    ])
    expect(groups[0]?.releaseAt).toBe(clock.nowMs() + 30 * dayMs)
    expect(await listTrash(world.store.db, { userId: person.user.id })).toHaveLength(2)
    expect(await listTrash(world.store.db, { userId: (await world.addPerson('bob')).user.id })).toEqual([])

    const { repositoryId } = set
    expect(await undoTrash(world.deps, { repositoryId, sinceMs: clock.nowMs() }, 'command:test')).toBe(2)
    expect(await undoTrash(world.deps, { repositoryId, leaseId: second.id }, 'command:test')).toBe(0)
    expect(await undoTrash(world.deps, { repositoryId, leaseId: first.id }, 'command:test')).toBe(1)
    expect(await listTrash(world.store.db)).toEqual([])
    const client = world.rest(await set.start('backup'))
    expect(await client.names('snapshots')).toContain(set.names.snapshot)
    expect(await client.names('data')).toHaveLength(2)
  })

  it('is erased when its time has come and not a moment earlier; then the bytes are gone and free', async () => {
    await start()
    const set = await filledSet(world, computer)
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${set.names.data}`)
    const [keys, bytes] = [await keyCount(), await storedBytesOf(world.store.db, person.user.id)]
    clock.advance(30 * dayMs - 1)
    expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 0 })
    expect(await keyCount()).toBe(keys)
    clock.advance(1)
    expect(await purgeDue(world.deps)).toEqual({ objectCount: 1, sizeBytes: 6_000_000, setCount: 0 })
    expect(await keyCount()).toBe(keys - 1)
    expect(await storedBytesOf(world.store.db, person.user.id)).toBe(bytes - 6_000_000)
    expect(await undoTrash(world.deps, { repositoryId: set.repositoryId }, 'command:test')).toBe(0)
  })

  it('keeps to the floor of the configuration file when policy says less', async () => {
    await start({ protection: { retentionLockDays: 1 }, config: { retentionLockFloorDays: 10 } })
    const set = await filledSet(world, computer)
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${set.names.data}`)
    clock.advance(10 * dayMs - 1)
    expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 0 })
    clock.advance(1)
    expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 1 })
  })

  it('goes on where erasing stopped midway', async () => {
    await start()
    const set = await filledSet(world, computer)
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${set.names.data}`)
    clock.advance(30 * dayMs)
    objects.failNext('remove', 'UNEXPECTED')
    expect(await errorCodeOf(purgeDue(world.deps))).toBe('UNEXPECTED')
    expect(await undoTrash(world.deps, { repositoryId: set.repositoryId }, 'command:test')).toBe(0)
    await purgeDue(world.deps)
    expect(
      await objects.size(`${set.repositoryId}/data/${set.names.data.slice(0, 2)}/${set.names.data}`),
    ).toBe(6_000_000)
    clock.advance(11 * 60_000)
    await purgeDue(world.deps)
    expect(
      await objects.size(`${set.repositoryId}/data/${set.names.data.slice(0, 2)}/${set.names.data}`),
    ).toBeNull()
    const rows = await world.store.db
      .selectFrom('objects')
      .select('name')
      .where('trashedAt', 'is not', null)
      .execute()
    expect(rows).toEqual([])
  })

  it('is erased once when two servers purge at once', async () => {
    await start()
    const set = await filledSet(world, computer)
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${set.names.data}`)
    clock.advance(30 * dayMs)
    const before = await storedBytesOf(world.store.db, person.user.id)
    const both = await Promise.all([purgeDue(world.deps), purgeDue(world.deps)])
    expect(both.reduce((sum, { objectCount }) => sum + objectCount, 0)).toBe(1)
    expect(await storedBytesOf(world.store.db, person.user.id)).toBe(before - 6_000_000)
  })

  it('takes nothing more from the moment that policy forbids computers to ask for deletions', async () => {
    await start()
    const set = await filledSet(world, computer)
    const client = world.rest(await set.start('maintenance'))
    expect(await client.status('DELETE', `data/${set.names.data}`)).toBe(200)
    await world.setProtection({ maintenanceAllowed: false })
    expect(await client.status('DELETE', `snapshots/${set.names.snapshot}`)).toBe(403)
    expect(await client.names('snapshots')).toContain(set.names.snapshot)
  })

  describe('with the brake', () => {
    const snapshotsOf = async (count: number, definition: Partial<BackupSetDefinition> = few) => {
      const set = await computer.addSet(definition)
      const client = world.rest(await set.start('backup'))
      await initialise(client)
      const names = []
      for (let number = 0; number < count; number += 1)
        names.push((await client.add('snapshots', randomBytes(100))).name)
      return { set, names }
    }
    const deletions = async (lease: Parameters<World['rest']>[0], names: string[]): Promise<number[]> => {
      const statuses = []
      for (const name of names) statuses.push(await world.rest(lease).status('DELETE', `snapshots/${name}`))
      return statuses
    }

    it('stops after the policy’s share of a day, tells the heartbeat, audits, and pauses the purge', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set, names } = await snapshotsOf(20)
      const lease = await set.start('maintenance')
      const statuses = await deletions(lease, names)
      expect(statuses.filter((status) => status === 200)).toHaveLength(10)
      expect(statuses.slice(10)).toEqual(Array.from({ length: 10 }, () => 403))
      expect(await computer.heartbeat(lease, 1)).toMatchObject({ problem: 'BRAKE_TRIPPED' })
      expect((await world.handlers.backupSets({}, person.call)).backupSets[0]?.isBrakeTripped).toBe(true)
      expect((await world.audit()).map((entry) => entry.action)).toContain('storage.brake')
      expect(world.logLines.join('\n')).toContain('The brake tripped')
      clock.advance(31 * dayMs)
      expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 0 })
      expect(
        (await deletions(await set.start('maintenance'), names.slice(15))).every((status) => status === 403),
      ).toBe(true)
      expect(await undoTrash(world.deps, { repositoryId: set.repositoryId }, 'command:test')).toBe(10)
    })

    it('is announced to the owner, and alerts administrators with whose set it is and what helps, once', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set, names } = await snapshotsOf(20)
      await deletions(await set.start('maintenance'), names)
      const alerts = await listAlerts(world.store.db, { limit: 9 })
      expect(alerts).toMatchObject([
        {
          kind: 'brake-tripped',
          count: 1,
          details: { loginName: person.user.loginName, set: 'Documents', repositoryId: set.repositoryId },
        },
      ])
      expect(await world.notices()).toEqual(['brake-tripped Documents'])
      expect(alerts.map((each) => alertText(textsIn('en'), each)).join()).toContain(
        `holdfast-server trash undo --repository ${set.repositoryId}`,
      )
    })

    it('stops where retention keeps what is left, however few there are', async () => {
      await start()
      const retention = { ...noRules, keepLastCount: 3, keepWithinDays: 1 }
      const { set, names } = await snapshotsOf(5, { retention })
      expect(await deletions(await set.start('maintenance'), names)).toEqual([200, 200, 403, 403, 403])
      expect(await world.notices()).toEqual(['brake-tripped Documents'])
    })

    it('never lets the last snapshot go, whatever the rules are', async () => {
      await start()
      const { set, names } = await snapshotsOf(2)
      expect(await deletions(await set.start('maintenance'), names)).toEqual([200, 403])
    })

    it('tells the owner, without stopping, of the first deletion beyond the share of a few', async () => {
      await start()
      const set = await filledSet(world, computer)
      const client = world.rest(await set.start('maintenance'))
      expect(await client.status('DELETE', `data/${set.names.folders}`)).toBe(200)
      expect(await world.notices()).toEqual([])
      expect(await client.status('DELETE', `data/${set.names.data}`)).toBe(200)
      expect(await world.notices()).toEqual(['much-deleted Documents'])
      expect((await world.handlers.backupSets({}, person.call)).backupSets[0]?.isBrakeTripped).toBe(false)
    })

    it('never stops up to the policy’s minimum', async () => {
      await start({ protection: { brakeSnapshotPercent: 10, brakeSnapshotMinimum: 3 } })
      const { set, names } = await snapshotsOf(4)
      expect(await deletions(await set.start('maintenance'), names)).toEqual([200, 200, 200, 403])
    })

    it('lets the same number go over two days', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set, names } = await snapshotsOf(20)
      expect(new Set(await deletions(await set.start('maintenance'), names.slice(0, 10)))).toEqual(
        new Set([200]),
      )
      clock.advance(dayMs)
      expect(new Set(await deletions(await set.start('maintenance'), names.slice(10, 15)))).toEqual(
        new Set([200]),
      )
    })

    it('is not put off by snapshots that whoever deletes uploads first', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set, names } = await snapshotsOf(20)
      clock.advance(2 * dayMs)
      const lease = await set.start('maintenance')
      for (let number = 0; number < 40; number += 1)
        await world.rest(lease).add('snapshots', randomBytes(100))
      const statuses = await deletions(lease, names)
      expect(statuses.filter((status) => status === 200)).toHaveLength(10)
    })

    it('lets what was stored today go within the share of everything', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set } = await snapshotsOf(20)
      clock.advance(2 * dayMs)
      const lease = await set.start('maintenance')
      const today = []
      for (let number = 0; number < 10; number += 1)
        today.push((await world.rest(lease).add('snapshots', randomBytes(100))).name)
      expect(new Set(await deletions(lease, today))).toEqual(new Set([200]))
    })

    it('counts packs too: snapshots without their data are worth nothing', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set } = await snapshotsOf(1)
      const client = world.rest(await set.start('maintenance'))
      const packs = []
      for (let number = 0; number < 10; number += 1)
        packs.push((await client.add('data', randomBytes(50))).name)
      const statuses = []
      for (const name of packs) statuses.push(await client.status('DELETE', `data/${name}`))
      expect(statuses).toEqual([200, 200, 200, 200, 200, 403, 403, 403, 403, 403])
    })

    it('goes on after a person with a grant resumes it, counting anew', async () => {
      await start({ protection: { brakeSnapshotPercent: 50, brakeSnapshotMinimum: 3 } })
      const { set, names } = await snapshotsOf(20)
      await deletions(await set.start('maintenance'), names)
      const backupSetId = set.id
      const input = { backupSetId, grantToken: await person.grant({ kind: 'resume-brake', backupSetId }) }
      expect(
        await errorCodeOf(world.handlers.resumeBrake({ backupSetId, grantToken: 'none' }, person.call)),
      ).toBe('STEP_UP_REQUIRED')
      const { backupSet } = await world.handlers.resumeBrake(input, person.call)
      expect(await world.notices()).toEqual(['brake-tripped Documents', 'brake-resumed Documents'])
      expect(backupSet.isBrakeTripped).toBe(false)
      clock.advance(1)
      const statuses = await deletions(await set.start('maintenance'), names.slice(10))
      expect(statuses).toEqual([200, 200, 200, 200, 200, 403, 403, 403, 403, 403])
    })
  })

  describe('of whole sets', () => {
    const remove = async (set: { id: Awaited<ReturnType<Computer['addSet']>>['id'] }) => {
      const backupSetId = set.id
      const grantToken = await person.grant({ kind: 'delete-set', backupSetId })
      return (await world.handlers.deleteBackupSet({ backupSetId, grantToken }, person.call)).backupSet
    }

    it('erases nothing before the waiting period ends, and until then takes the deletion back', async () => {
      await start()
      const set = await filledSet(world, computer)
      const lease = await set.start('backup')
      const keys = await keyCount()
      const removed = await remove(set)
      expect(Date.parse(removed.purgeAfter ?? '') - clock.nowMs()).toBe(30 * dayMs)
      expect(await world.rest(lease).status('GET', 'config')).toBe(401)
      expect(await errorCodeOf(set.start('backup'))).toBe('NOT_FOUND')
      clock.advance(30 * dayMs - 1)
      expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 0, setCount: 0 })
      expect(await keyCount()).toBe(keys)
      const { backupSet } = await world.handlers.undeleteBackupSet({ backupSetId: set.id }, person.call)
      expect(backupSet).toMatchObject({ deletedAt: null, purgeAfter: null })
      clock.advance(dayMs)
      expect(await purgeDue(world.deps)).toMatchObject({ setCount: 0 })
      expect(await world.rest(await set.start('backup')).names('snapshots')).toEqual([set.names.snapshot])
    })

    it('erases the set with all its objects when the waiting period is over, and no other set', async () => {
      await start()
      const [set, other] = [await filledSet(world, computer), await filledSet(world, computer)]
      await remove(set)
      const keys = await keyCount()
      clock.advance(30 * dayMs)
      expect(await purgeDue(world.deps)).toMatchObject({ objectCount: 6, setCount: 1 })
      expect(await keyCount()).toBe(keys - 6)
      const { backupSets } = await world.handlers.backupSets({}, person.call)
      expect(backupSets.map(({ id }) => id)).toEqual([other.id])
      expect(await errorCodeOf(world.handlers.undeleteBackupSet({ backupSetId: set.id }, person.call))).toBe(
        'NOT_FOUND',
      )
    })

    it('cannot take the deletion back once erasing has begun', async () => {
      await start()
      const set = await filledSet(world, computer)
      await remove(set)
      clock.advance(30 * dayMs)
      objects.failNext('remove', 'UNEXPECTED')
      await errorCodeOf(purgeDue(world.deps))
      const undelete = world.handlers.undeleteBackupSet({ backupSetId: set.id }, person.call)
      expect(await errorCodeOf(undelete)).toBe('CONFLICT')
      // The config goes first: without it nothing of the rest can be read, however much is still there.
      const config = await world.store.db
        .deleteFrom('objects')
        .where('repositoryId', '=', set.repositoryId)
        .where('type', '=', 'config')
        .executeTakeFirst()
      expect(config.numDeletedRows).toBe(1n)
      const again = world.handlers.undeleteBackupSet({ backupSetId: set.id }, person.call)
      expect(await errorCodeOf(again)).toBe('CONFLICT')
      clock.advance(11 * 60_000)
      expect(await purgeDue(world.deps)).toMatchObject({ setCount: 1 })
    })

    it('takes the deletion of a set back that no run ever reached', async () => {
      await start()
      const set = await computer.addSet()
      await remove(set)
      const { backupSet } = await world.handlers.undeleteBackupSet({ backupSetId: set.id }, person.call)
      expect(backupSet.deletedAt).toBeNull()
    })
  })
})
