import { afterAll, beforeEach, describe } from 'vitest'
import type { ServerConfig } from '../../server/config.ts'
import { startPostgres, type TestPostgres } from '../../server/store/postgres.fixture.ts'
import { startInsideServer, type InsideServer } from './inside-server.ts'

/**
 * Runs a suite against the whole server, on SQLite and on PostgreSQL. Where no PostgreSQL starts, its half is
 * skipped and the reason printed. The suite opens one server and disposes of it.
 */
export function describeServerOnEveryStore(
  name: string,
  suite: (open: () => Promise<InsideServer>) => void,
  config: Partial<ServerConfig> = {},
): void {
  describe(`${name} over SQLite`, () => {
    suite(async () => await startInsideServer(config))
  })

  describe(`${name} over PostgreSQL`, () => {
    let postgres: TestPostgres | undefined
    let reason = ''
    beforeEach((context) => {
      context.skip(postgres === undefined, reason)
    })
    afterAll(async () => {
      await postgres?.stop()
    })
    suite(async () => {
      const started = await startPostgres()
      if (started.kind === 'unavailable') {
        reason = started.reason
        process.stderr.write(`Skipped: ${name} over PostgreSQL: ${reason}\n`)
        return await startInsideServer(config)
      }
      postgres = started
      return await startInsideServer({ ...config, databaseUrl: await started.createDatabase() })
    })
  })
}
