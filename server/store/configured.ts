import { join } from 'node:path'
import type { ServerConfig } from '../config.ts'
import { postgresEngine } from './postgres.ts'
import { sqliteEngine } from './sqlite.ts'
import { openStore, type Store } from './store.ts'

/** The database that the configuration names: SQLite in the data folder unless it gives an address. */
export function openConfiguredStore(config: Pick<ServerConfig, 'databaseUrl'>, dataFolder: string): Store {
  return openStore(
    config.databaseUrl === null
      ? sqliteEngine(join(dataFolder, 'holdfast.db'))
      : postgresEngine(config.databaseUrl),
  )
}
