import { sql } from 'kysely'
import { afterEach, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { memoryObjects, type MemoryObjects } from '../objects/memory-objects.ts'
import { listAudit, verifyAudit } from '../audit/audit.ts'
import { codeOf, problemOf } from '../sign-in/auth.fixture.ts'
import { purgeDue } from '../storage/purge.ts'
import { filledSet, startWorld, type Computer, type Person, type World } from '../storage/world.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { askDeletion, keepAccount } from './deleting-users.ts'
import { eraseDueAccounts } from './erasing-users.ts'
import { createHashPool } from './hash-pool.ts'
import { enableUser, suspendUser } from './users.ts'

const dayMs = 86_400_000
const by = 'command:root'

describeOnEveryStore('the deletion of an account', (fresh) => {
  let objects: MemoryObjects
  let clock: FakeClock
  let world: World
  let anna: Person
  let computer: Computer

  const start = async (options: Partial<Parameters<typeof startWorld>[0]> = {}): Promise<void> => {
    objects = memoryObjects()
    clock = new FakeClock()
    world = await startWorld({ store: await (await fresh()).open(), clock, objects, ...options })
    anna = await world.addPerson('anna')
    computer = await anna.addComputer()
  }
  afterEach(async () => {
    await world.close()
  })

  const ask = () => askDeletion(world.deps, anna.user.id, by)
  const keep = () => keepAccount(world.deps, anna.user.id, by)
  /** What the server does every minute. */
  const pass = async (): Promise<number> => {
    await purgeDue(world.deps)
    return await eraseDueAccounts(world.deps)
  }
  const userRow = () =>
    world.store.db.selectFrom('users').selectAll().where('id', '=', anna.user.id).executeTakeFirst()
  const keyCount = async () => {
    let count = 0
    for await (const _ of objects.list('')) count += 1
    return count
  }

  it('closes it at once: sessions, running transfers and scheduled backups stop', async () => {
    await start()
    const set = await filledSet(world, computer)
    await ask()
    expect(await codeOf(computer.startLease(set.id, 'backup'))).toBe('ACCOUNT_SUSPENDED')
    expect(await world.rest(set.lease).status('GET', 'snapshots/')).not.toBe(200)
    const open = await world.store.db
      .selectFrom('sessions')
      .select('id')
      .where('endedAt', 'is', null)
      .execute()
    expect(open).toEqual([])
    expect(await codeOf(ask())).toBe('CONFLICT')
  })

  it('P3: erases nothing before the retention lock ends, and everything of the account then', async () => {
    await start()
    const ben = await world.addPerson('ben')
    const kept = await filledSet(world, await ben.addComputer())
    await filledSet(world, computer)
    const before = await keyCount()
    expect(await ask()).toBe(clock.nowMs() + 30 * dayMs)
    clock.advance(30 * dayMs - 1)
    expect(await pass()).toBe(0)
    expect(await keyCount()).toBe(before)
    clock.advance(1)
    expect(await pass()).toBe(1)
    expect(await userRow()).toBeUndefined()
    expect(await keyCount()).toBe(before / 2)
    expect(await objects.size(`${kept.repositoryId}/config`)).not.toBeNull()
    const [entry] = await listAudit(world.store.db, { limit: 1 })
    expect(entry).toMatchObject({ action: 'user.erased', actor: 'server', target: anna.user.id })
    expect((await verifyAudit(world.store)).kind).toBe('intact')
    expect(await pass()).toBe(0)
  })

  it('keeps to the floor of the configuration file, and a shorter lock set later brings nothing forward', async () => {
    await start({ protection: { retentionLockDays: 1 }, config: { retentionLockFloorDays: 10 } })
    await filledSet(world, computer)
    expect(await ask()).toBe(clock.nowMs() + 10 * dayMs)
    await keep()
    await world.setProtection({ retentionLockDays: 40 })
    await ask()
    await world.setProtection({ retentionLockDays: 1 })
    clock.advance(40 * dayMs - 1)
    expect(await pass()).toBe(0)
    expect(await userRow()).toBeDefined()
    clock.advance(1)
    expect(await pass()).toBe(1)
  })

  it('waits for what was deleted under a longer lock before', async () => {
    await start({ protection: { retentionLockDays: 90 } })
    const set = await filledSet(world, computer)
    await world.rest(await set.start('maintenance')).status('DELETE', `data/${set.names.data}`)
    const longer = clock.nowMs() + 90 * dayMs
    await world.setProtection({ retentionLockDays: 1 })
    expect(await ask()).toBe(longer)
  })

  it('is taken back until then, and everything is as it was', async () => {
    await start()
    const set = await filledSet(world, computer)
    const second = await computer.addSet({ name: 'Deleted by its owner' })
    const grantToken = await anna.grant({ kind: 'delete-set', backupSetId: second.id })
    await world.handlers.deleteBackupSet({ backupSetId: second.id, grantToken }, anna.call)
    clock.advance(dayMs)
    const before = await keyCount()
    await ask()
    clock.advance(29 * dayMs)
    await keep()
    expect(await userRow()).toMatchObject({ status: 'enabled', eraseAfter: null, deletionAskedAt: null })
    const sets = await world.store.db.selectFrom('backupSets').select(['id', 'deletedAt']).execute()
    expect(sets.find(({ id }) => id === set.id)?.deletedAt).toBeNull()
    expect(sets.find(({ id }) => id === second.id)?.deletedAt).not.toBeNull()
    clock.advance(30 * dayMs)
    await pass()
    expect(await keyCount()).toBe(before)
    const client = world.rest(await set.start('backup'))
    expect(await client.names('snapshots')).toEqual([set.names.snapshot])
  })

  it('is not taken back once the erasing may have begun', async () => {
    await start()
    await filledSet(world, computer)
    clock.advance((await ask()) - clock.nowMs())
    expect(await codeOf(keep())).toBe('CONFLICT')
    expect(await codeOf(keepAccount(world.deps, (await world.addPerson('ben')).user.id, by))).toBe('CONFLICT')
  })

  it('goes not past a tripped brake', async () => {
    await start()
    const set = await filledSet(world, computer)
    await world.store.db.updateTable('repositories').set({ brakeTrippedAt: clock.nowMs() }).execute()
    const problem = await problemOf(ask())
    expect([problem?.code, problem?.details]).toEqual(['CONFLICT', { reason: 'brake-tripped' }])
    expect(await codeOf(computer.startLease(set.id, 'backup'))).toBe('done')
  })

  it('is not ended by enabling it, and a suspension meanwhile outlives taking it back', async () => {
    await start()
    const deps = {
      ...world.deps,
      hashes: createHashPool({ memoryKib: 64, passes: 1, concurrency: 1, maxWaiting: 9 }),
    }
    await ask()
    expect(await codeOf(enableUser(deps, anna.user.id, by))).toBe('CONFLICT')
    await suspendUser(deps, anna.user.id, by)
    await keep()
    expect(await userRow()).toMatchObject({ status: 'suspended', eraseAfter: null })
  })

  it('is told to its owner with its end, and again when it is taken back, and is an alert to administrators', async () => {
    await start()
    await ask()
    await keep()
    expect(await world.notices()).toEqual([
      expect.stringMatching(/^account-closed \d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
      'account-kept ',
    ])
    const alerts = await world.store.db.selectFrom('alerts').select(['kind', 'details']).execute()
    expect(alerts.map(({ kind }) => kind)).toEqual(['account-closed'])
    expect(JSON.parse(alerts[0]?.details ?? '{}')).toMatchObject({ loginName: 'anna', by })
  })

  it('waits for the lock also of a set that was made while it closed', async () => {
    await start()
    await ask()
    const late = await filledSetLater()
    clock.advance(30 * dayMs)
    expect(await pass()).toBe(0)
    clock.advance(30 * dayMs - 1)
    expect(await pass()).toBe(0)
    expect(await objects.size(`${late}/config`)).not.toBeNull()
    clock.advance(1)
    expect(await pass()).toBe(1)
  })

  it('is done once by two servers at the same time', async () => {
    await start()
    clock.advance((await ask()) - clock.nowMs())
    const counts = await Promise.all([eraseDueAccounts(world.deps), eraseDueAccounts(world.deps)])
    expect(counts[0] + counts[1]).toBe(1)
  })

  it('leaves no row of the account in any table that names accounts', async () => {
    await start()
    const ben = await world.addPerson('ben')
    clock.advance((await ask()) - clock.nowMs())
    for (const owner of [anna, ben]) await fillTables(owner.user.id)
    const before = await rowsOf(anna.user.id)
    expect(before.filter(([, count]) => count === 0)).toEqual([])
    expect(await pass()).toBe(1)
    expect((await rowsOf(anna.user.id)).filter(([, count]) => count > 0)).toEqual([])
    expect((await rowsOf(ben.user.id)).map(([, count]) => count)).toEqual(before.map(() => 1))
  })

  /** Tables with a column for the account; those of backups empty before an account is erased. */
  async function tablesOfAccounts() {
    const tables = await world.store.db.introspection.getTables()
    return tables.filter(
      ({ name, columns }) =>
        columns.some((column) => column.name === 'user_id') &&
        !['repositories', 'backup_sets'].includes(name),
    )
  }

  async function rowsOf(userId: string): Promise<[string, number][]> {
    const counted: [string, number][] = []
    for (const { name } of await tablesOfAccounts()) {
      const { rows } = await sql`SELECT 1 FROM ${sql.table(name)} WHERE user_id = ${userId}`.execute(
        world.store.db,
      )
      counted.push([name, rows.length])
    }
    return counted
  }

  /** One row in each table that has none of this account, with values of no meaning. */
  async function fillTables(userId: string): Promise<void> {
    const empty = (await rowsOf(userId)).filter(([, count]) => count === 0).map(([name]) => name)
    for (const { name, columns } of (await tablesOfAccounts()).filter((table) =>
      empty.includes(table.name),
    )) {
      const needed = columns.filter((column) => !column.isNullable && !column.isAutoIncrementing)
      const values = needed.map((column) => {
        if (column.name === 'user_id') return userId
        return /int|real|numeric/i.test(column.dataType) ? 1 : `${column.name} of ${userId}`
      })
      const names = sql.join(needed.map((column) => sql.ref(column.name)))
      await sql`INSERT INTO ${sql.table(name)} (${names}) VALUES (${sql.join(values)})`.execute(
        world.store.db,
      )
    }
  }

  /** As if the request had passed its checks before the account closed. */
  async function filledSetLater(): Promise<string> {
    const { db } = world.store
    await db.updateTable('users').set({ status: 'enabled' }).where('id', '=', anna.user.id).execute()
    const set = await filledSet(world, computer)
    await db.updateTable('users').set({ status: 'suspended' }).where('id', '=', anna.user.id).execute()
    return set.repositoryId
  }
})
