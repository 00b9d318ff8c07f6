import { PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { StoreEngine } from './store.ts'

/** Serialization failure, deadlock: https://www.postgresql.org/docs/current/errcodes-appendix.html (class 40). */
const passingCodes = new Set(['40001', '40P01'])

/**
 * PostgreSQL for several server processes. Read committed: after a lock is granted, the next statement sees
 * what its previous holder committed.
 */
export function postgresEngine(connectionString: string, maxConnections = 10): StoreEngine {
  const types: pg.CustomTypesConfig = {
    // Counters and times fit into a double; pg would hand them out as text.
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC
        ? Number
        : (pg.types.getTypeParser(oid, format) as unknown)) as typeof pg.types.getTypeParser,
  }
  const pool = new pg.Pool({ connectionString, max: maxConnections, types })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  return {
    kind: 'postgres',
    dialect: new PostgresDialect({ pool }),
    lock: async (tx, name) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
    },
    isPassing: (error) => error instanceof pg.DatabaseError && passingCodes.has(error.code ?? ''),
  }
}
