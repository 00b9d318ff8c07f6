import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { postgresEngine } from './postgres.ts'
import { startPostgres, type TestPostgres } from './postgres.fixture.ts'
import { sqliteEngine } from './sqlite.ts'
import { openStore, type Store, type StoreEngine } from './store.ts'

/** A database of one test: empty at its start, gone after it. */
export interface TestDatabase {
  /** What another process would be given: a SQLite file's path or a `postgres://` address. */
  readonly location: string
  engine(): StoreEngine
  /** A store of its own on this database, migrated; closed after the test. */
  open(): Promise<Store>
}

/**
 * Runs a suite on SQLite (in a file) and on PostgreSQL. Where no PostgreSQL starts, its half is skipped and
 * the reason printed.
 */
export function describeOnEveryStore(
  name: string,
  suite: (fresh: () => Promise<TestDatabase>) => void,
): void {
  describe(`${name} on SQLite`, () => {
    const cleanUps: (() => Promise<void>)[] = []
    cleanAfterEach(cleanUps)
    suite(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'))
      cleanUps.push(() => rm(folder, { recursive: true, force: true }))
      const file = join(folder, 'holdfast.db')
      return testDatabase(file, () => sqliteEngine(file), cleanUps)
    })
  })

  describe(`${name} on PostgreSQL`, () => {
    const cleanUps: (() => Promise<void>)[] = []
    let postgres: TestPostgres | undefined
    let reason = ''
    beforeAll(async () => {
      const started = await startPostgres()
      if (started.kind === 'running') postgres = started
      else {
        reason = started.reason
        process.stderr.write(`Skipped: ${name} on PostgreSQL: ${reason}\n`)
      }
    })
    afterAll(async () => {
      await postgres?.stop()
    })
    beforeEach((context) => {
      context.skip(postgres === undefined, reason)
    })
    cleanAfterEach(cleanUps)
    suite(async () => {
      if (postgres === undefined) throw new Error(reason)
      const address = await postgres.createDatabase()
      return testDatabase(address, () => postgresEngine(address), cleanUps)
    })
  })
}

function testDatabase(
  location: string,
  engine: () => StoreEngine,
  cleanUps: (() => Promise<void>)[],
): TestDatabase {
  return {
    location,
    engine,
    async open() {
      const store = openStore(engine())
      cleanUps.push(() => store.close())
      await store.migrate()
      return store
    },
  }
}

/** Newest first: stores close before their folder goes. */
function cleanAfterEach(cleanUps: (() => Promise<void>)[]): void {
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })
}
