import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { describeOnEveryStore } from './every-store.fixture.ts'
import { sqliteEngine } from './sqlite.ts'
import { openStore, type Store } from './store.ts'
import type { ThrottleRow } from './tables.ts'

const run = promisify(execFile)
const counting = fileURLToPath(new URL('counting.fixture.ts', import.meta.url))

const counter = (key: string, changes: Partial<ThrottleRow> = {}): ThrottleRow => ({
  key,
  count: 0,
  windowStartedAt: 0,
  lockedUntil: null,
  lockCount: 0,
  ...changes,
})

async function countOf(store: Store, key: string): Promise<number | undefined> {
  const row = await store.db.selectFrom('throttles').select('count').where('key', '=', key).executeTakeFirst()
  return row?.count
}

async function raise(store: Store, key: string): Promise<void> {
  await store.transact([`throttle:${key}`], async (tx) => {
    const row = await tx
      .selectFrom('throttles')
      .select('count')
      .where('key', '=', key)
      .executeTakeFirstOrThrow()
    await new Promise((resolve) => setTimeout(resolve, 1))
    await tx
      .updateTable('throttles')
      .set({ count: row.count + 1 })
      .where('key', '=', key)
      .execute()
  })
}

describeOnEveryStore('the store', (fresh) => {
  it('keeps what a transaction wrote, for every later connection', async () => {
    const database = await fresh()
    const store = await database.open()
    await store.transact([], (tx) =>
      tx
        .insertInto('throttles')
        .values(counter('a', { count: 3 }))
        .execute(),
    )
    expect(await countOf(await database.open(), 'a')).toBe(3)
  })

  it('undoes everything of a transaction that throws, and passes the failure on as it is', async () => {
    const store = await (await fresh()).open()
    const failure = new AppError('CONFLICT', 'No.')
    const attempt = store.transact(['a'], async (tx) => {
      await tx.insertInto('throttles').values(counter('a')).execute()
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await countOf(store, 'a')).toBeUndefined()
  })

  it('runs transactions with the same lock one after the other: twenty parallel ones lose no step', async () => {
    const store = await (await fresh()).open()
    await store.db.insertInto('throttles').values(counter('a')).execute()
    await Promise.all(Array.from({ length: 20 }, () => raise(store, 'a')))
    expect(await countOf(store, 'a')).toBe(20)
  })

  it('does so across processes', { timeout: 60_000 }, async () => {
    const database = await fresh()
    const store = await database.open()
    await store.db.insertInto('throttles').values(counter('shared')).execute()
    await Promise.all([1, 2, 3].map(() => run(process.execPath, [counting, database.location, '15'])))
    expect(await countOf(store, 'shared')).toBe(45)
  })

  it('takes several locks in one order, so that transactions naming them differently do not deadlock', async () => {
    const store = await (await fresh()).open()
    await store.db.insertInto('throttles').values(counter('a')).execute()
    const locks = ['throttle:a', 'user:1', 'user:2']
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        store.transact(index % 2 === 0 ? locks : [...locks].reverse(), async (tx) => {
          const { count } = await tx.selectFrom('throttles').select('count').executeTakeFirstOrThrow()
          await tx
            .updateTable('throttles')
            .set({ count: count + 1 })
            .execute()
        }),
      ),
    )
    expect(await countOf(store, 'a')).toBe(12)
  })

  it('resolves when rows are taken crosswise without locks, by trying again where the database gave up', async () => {
    const store = await (await fresh()).open()
    await store.db
      .insertInto('throttles')
      .values([counter('a'), counter('b')])
      .execute()
    const add = (first: string, second: string) =>
      store.transact([], async (tx) => {
        for (const key of [first, second]) {
          await tx
            .updateTable('throttles')
            .set((eb) => ({ count: eb('count', '+', 1) }))
            .where('key', '=', key)
            .execute()
          await new Promise((resolve) => setTimeout(resolve, 30))
        }
      })
    await Promise.all([add('a', 'b'), add('b', 'a')])
    expect([await countOf(store, 'a'), await countOf(store, 'b')]).toEqual([2, 2])
  })

  it('tries again only what may pass, and leaves no trace of the tries', async () => {
    const database = await fresh()
    await database.open()
    const engine = { ...database.engine(), isPassing: (error: unknown) => String(error).includes('passing') }
    const store = openStore(engine)
    let tries = 0
    await store.transact([], async (tx) => {
      tries += 1
      await tx
        .insertInto('throttles')
        .values(counter(`try ${tries}`))
        .execute()
      if (tries < 3) throw new Error('passing')
    })
    expect(await store.db.selectFrom('throttles').select('key').execute()).toEqual([{ key: 'try 3' }])
    const lasting = store.transact([], () => {
      tries += 1
      return Promise.reject(new Error('lasting'))
    })
    await expect(lasting).rejects.toThrow('lasting')
    expect(tries).toBe(4)
    await store.close()
  })

  it('gives up on what never passes', async () => {
    const database = await fresh()
    const store = openStore({ ...database.engine(), isPassing: () => true })
    let tries = 0
    const attempt = store.transact([], () => {
      tries += 1
      return Promise.reject(new Error('always'))
    })
    await expect(attempt).rejects.toThrow('always')
    expect(tries).toBe(10)
    await store.close()
  })

  it('does not repeat a transaction that broke a rule of the schema', async () => {
    const store = await (await fresh()).open()
    await store.db.insertInto('throttles').values(counter('a')).execute()
    let tries = 0
    const twice = store.transact([], async (tx) => {
      tries += 1
      await tx.insertInto('throttles').values(counter('a')).execute()
    })
    await expect(twice).rejects.toThrow(/unique/i)
    expect(tries).toBe(1)
  })

  it('enforces references', async () => {
    const store = await (await fresh()).open()
    const orphan = store.db
      .insertInto('repositories')
      .values({
        id: 'rep_AAAAAAAAAAAAAAAAAAAAAA' as never,
        userId: 'usr_AAAAAAAAAAAAAAAAAAAAAA' as never,
        keyId: 'key_AAAAAAAAAAAAAAAAAAAAAA' as never,
        createdAt: 0,
        storedBytes: 0,
      })
      .execute()
    await expect(orphan).rejects.toThrow(/foreign key/i)
  })

  it.each([0, 1, -1, 2 ** 31, Date.parse('9999-12-31T23:59:59.999Z'), Number.MAX_SAFE_INTEGER])(
    'gives the number %d back as the same number',
    async (value) => {
      const store = await (await fresh()).open()
      await store.db
        .insertInto('throttles')
        .values(counter('a', { windowStartedAt: value }))
        .execute()
      const row = await store.db.selectFrom('throttles').selectAll().executeTakeFirstOrThrow()
      expect(row).toEqual(counter('a', { windowStartedAt: value }))
    },
  )

  it('adds and counts in numbers', async () => {
    const store = await (await fresh()).open()
    const half = 2 ** 51
    await store.db
      .insertInto('throttles')
      .values([counter('a', { windowStartedAt: half }), counter('b', { windowStartedAt: half })])
      .execute()
    const { total, count } = await store.db
      .selectFrom('throttles')
      .select((eb) => [
        eb.fn.sum<number>('windowStartedAt').as('total'),
        eb.fn.countAll<number>().as('count'),
      ])
      .executeTakeFirstOrThrow()
    expect([total, count]).toEqual([2 ** 52, 2])
  })

  it('keeps text as it is, in any script, and compares it by its bytes', async () => {
    const store = await (await fresh()).open()
    const keys = ['Zoë 💾', 'zoë 💾', "quote ' \\ \n newline", '', '…'.repeat(3000)]
    await store.db
      .insertInto('throttles')
      .values(keys.map((key) => counter(key)))
      .execute()
    for (const key of keys) expect(await countOf(store, key)).toBe(0)
    expect(await countOf(store, 'ZOË 💾')).toBeUndefined()
  })

  it('migrates an empty database, and a second time changes nothing', async () => {
    const database = await fresh()
    const store = await database.open()
    await store.db.insertInto('throttles').values(counter('a')).execute()
    await store.migrate()
    expect(await countOf(store, 'a')).toBe(0)
  })

  it('says which migrations it has not had yet', async () => {
    const database = await fresh()
    const store = openStore(database.engine())
    expect(await store.pendingMigrations()).toContain('0001-initial')
    await store.migrate()
    expect(await store.pendingMigrations()).toEqual([])
    await store.close()
  })

  it('rejects everything after its end', async () => {
    const store = openStore((await fresh()).engine())
    await store.migrate()
    await store.close()
    await expect(store.transact([], () => Promise.resolve())).rejects.toThrow(Error)
  })
})

describe('a store in memory', () => {
  it('obeys the same rules for one process', async () => {
    const store = openStore(sqliteEngine(':memory:'))
    await store.migrate()
    await store.db.insertInto('throttles').values(counter('a')).execute()
    await Promise.all(Array.from({ length: 20 }, () => raise(store, 'a')))
    expect(await countOf(store, 'a')).toBe(20)
    await store.close()
  })
})

describe('the schema', () => {
  const schemas: unknown[] = []
  describeOnEveryStore('of every table', (fresh) => {
    it('has the same tables, columns and nullability as on the other database', async () => {
      const database = await fresh()
      await database.open()
      const plain = new Kysely<unknown>({ dialect: database.engine().dialect })
      const tables = await plain.introspection.getTables()
      await plain.destroy()
      schemas.push(
        tables
          .filter(({ name }) => !name.startsWith('kysely_'))
          .map(({ name, columns }) => ({
            name,
            columns: columns
              .map((column) => `${column.name}${column.isNullable && !isKey(name, column.name) ? '?' : ''}`)
              .sort((a, b) => a.localeCompare(b)),
          }))
          .sort((a, b) => a.name.localeCompare(b.name)),
      )
      expect(schemas.at(-1)).toEqual(schemas[0])
    })
  })
})

/** SQLite lets a text primary key say nothing about null; PostgreSQL makes it not null by itself. */
function isKey(table: string, column: string): boolean {
  return ['id', 'key', 'sequence', 'nonce_hash'].includes(column) || compositeKeys.has(`${table}.${column}`)
}
const compositeKeys = new Set(
  [
    ['backup_codes', 'factor_id', 'position'],
    ['objects', 'repository_id', 'type', 'name'],
    ['registrations', 'address_mac'],
    ['read_budgets', 'repository_id', 'device_id', 'day'],
  ].flatMap(([table = '', ...columns]) => columns.map((column) => `${table}.${column}`)),
)
