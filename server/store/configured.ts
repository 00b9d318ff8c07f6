import { join } from 'node:path'
import { AppError } from '../../shared/errors.ts'
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

/**
 * The same, brought to this version.
 *
 * @throws AppError SERVER_UNREACHABLE (PostgreSQL), PROFILE_DAMAGED (the file)
 */
export async function openMigratedStore(
  config: Pick<ServerConfig, 'databaseUrl'>,
  dataFolder: string,
): Promise<Store> {
  let store: Store | undefined
  try {
    store = openConfiguredStore(config, dataFolder)
    await store.migrate()
    return store
  } catch (cause) {
    await store?.close()
    throw config.databaseUrl === null
      ? new AppError('PROFILE_DAMAGED', 'The database file cannot be opened or brought to this version.', {
          cause,
        })
      : new AppError('SERVER_UNREACHABLE', 'The database cannot be reached or brought to this version.', {
          cause,
        })
  }
}
