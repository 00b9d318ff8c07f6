import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../shared/errors.ts'

/**
 * Lets one server process own a data folder: opening the objects sweeps unfinished uploads, which must not
 * be another process's. Held through SQLite, because its file lock works on every platform and ends with the
 * process, however that ends. Commands beside a running server don't need it.
 *
 * @returns the function that gives the folder free
 * @throws AppError PROFILE_IN_USE
 */
export function lockDataFolder(dataFolder: string): () => void {
  const database = new Database(join(dataFolder, 'server.lock'), { timeout: 0 })
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('begin exclusive; create table if not exists owner (pid integer); commit')
  } catch (error) {
    database.close()
    if (!(error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))) throw error
    throw new AppError('PROFILE_IN_USE', `Another server runs on ${dataFolder}.`, { cause: error })
  }
  return () => {
    database.close()
  }
}
