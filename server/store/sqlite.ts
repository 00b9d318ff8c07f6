import Database from 'better-sqlite3'
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDialectConfig,
} from 'kysely'
import type { StoreEngine } from './store.ts'

/**
 * SQLite in a file (or `:memory:`). WAL, so that readers of other processes (`holdfast-server user …` beside
 * a running server) do not wait; `synchronous = FULL`, because an object counts as stored once its row is.
 */
export function sqliteEngine(file: string): StoreEngine {
  const database = new Database(file, { timeout: 10_000 })
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('trusted_schema = OFF')
  return {
    kind: 'sqlite',
    dialect: new ImmediateDialect({ database: withStatementCache(database) }),
    // BEGIN IMMEDIATE already lets one writing transaction run at a time.
    lock: () => Promise.resolve(),
    isPassing: (error) => error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'),
  }
}

/** Every transaction takes the write lock at its start: a late upgrade of a read lock fails at once in WAL. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig

  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config)
  }
}

/** Kysely prepares each query anew, which costs more than running it. */
function withStatementCache(
  database: Database.Database,
): Exclude<SqliteDialectConfig['database'], () => unknown> {
  const statements = new Map<string, Database.Statement>()
  return {
    close: () => {
      database.close()
    },
    prepare: (sql: string) => {
      let statement = statements.get(sql)
      if (statement === undefined) {
        if (statements.size >= 500) statements.clear()
        statement = database.prepare(sql)
        statements.set(sql, statement)
      }
      return statement
    },
  }
}
