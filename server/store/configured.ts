import { existsSync, readFileSync, writeFileSync } from 'node:fs'
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
 * @throws AppError SERVER_UNREACHABLE (PostgreSQL), PROFILE_DAMAGED (the file), CONFLICT (the folder works with
 *   the other database)
 */
export async function openMigratedStore(
  config: Pick<ServerConfig, 'databaseUrl'>,
  dataFolder: string,
): Promise<Store> {
  const kind = config.databaseUrl === null ? 'sqlite' : 'postgres'
  requireSameDatabase(dataFolder, kind)
  let store: Store | undefined
  try {
    store = openConfiguredStore(config, dataFolder)
    await store.migrate()
    writeFileSync(kindFile(dataFolder), `${kind}\n`, { mode: 0o600 })
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

/**
 * A command that lacks HOLDFAST_DATABASE_URL would make an empty database beside the real one, and answer
 * questions about accounts from that.
 */
function requireSameDatabase(dataFolder: string, kind: Store['kind']): void {
  const file = kindFile(dataFolder)
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : kind
  if (known === kind) return
  throw new AppError(
    'CONFLICT',
    known === 'postgres'
      ? 'This data folder works with PostgreSQL: set HOLDFAST_DATABASE_URL, or databaseUrl in holdfast.json.'
      : 'This data folder works with SQLite, and the settings name PostgreSQL. Moving between them is not supported.',
  )
}

function kindFile(dataFolder: string): string {
  return join(dataFolder, 'database-kind')
}
