import { existsSync } from 'node:fs'
import { AppError } from '../shared/errors.ts'
import { loadServerKey, type ServerKey } from './server-key.ts'
import type { Store } from './store/store.ts'

/**
 * Reads the key file; makes it only for a server without accounts. Where it was lost, a new one would leave
 * every authenticator and every short code of the database useless, without anybody noticing why.
 *
 * @throws AppError PROFILE_DAMAGED
 */
export async function requireServerKey(store: Store, file: string): Promise<ServerKey> {
  if (!existsSync(file)) {
    const user = await store.db.selectFrom('users').select('id').limit(1).executeTakeFirst()
    if (user !== undefined) {
      throw new AppError(
        'PROFILE_DAMAGED',
        `${file} is missing, and the database belongs to it. Bring it back from where you keep a copy.`,
      )
    }
  }
  try {
    return loadServerKey(file)
  } catch (error) {
    throw new AppError('PROFILE_DAMAGED', `${file} is damaged or cannot be read.`, { cause: error })
  }
}
