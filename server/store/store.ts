import { CamelCasePlugin, Kysely, type Dialect, type Transaction } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AppError } from '../../shared/errors.ts'
import * as initial from './migrations/0001-initial.ts'
import * as secondFactors from './migrations/0002-second-factors.ts'
import * as legacy from './migrations/0008-legacy.ts'
import * as senders from './migrations/0003-senders.ts'
import * as methods from './migrations/0004-methods.ts'
import * as passkeys from './migrations/0005-passkeys.ts'
import * as administration from './migrations/0006-administration.ts'
import * as recovery from './migrations/0007-recovery.ts'
import * as sessionNetworks from './migrations/0009-session-networks.ts'
import * as deviceServerAddress from './migrations/0010-device-server-address.ts'
import * as trials from './migrations/0011-trials.ts'
import * as trustedBy from './migrations/0012-trusted-by.ts'
import * as twoPersons from './migrations/0013-two-persons.ts'
import * as language from './migrations/0014-language.ts'
import * as accountDeletion from './migrations/0015-account-deletion.ts'
import * as phoneRequests from './migrations/0016-phone-requests.ts'
import type { Tables } from './tables.ts'

export type Tx = Transaction<Tables>

/**
 * The server's state. Subjects write their own queries with Kysely, in SQL that both databases know; this
 * interface holds what differs between them.
 *
 * 1. A resolved `transact` is on disk.
 * 2. Two `transact` calls that name the same lock run one after the other, in any number of processes.
 *    Logic therefore reads, decides and writes without races, as long as it names what it decides about.
 */
export interface Store {
  readonly kind: 'sqlite' | 'postgres'
  /** Single statements outside a transaction. */
  readonly db: Kysely<Tables>
  /**
   * Runs `work` in one transaction, which is rolled back when it throws. Repeated by itself when the
   * database asks for that (busy, deadlock), so `work` must have no effect outside the transaction.
   *
   * @param locks what the transaction decides about, such as `user:usr_…` or `audit`
   */
  transact<T>(locks: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T>
  /** Brings an empty or older database to the current schema. Idempotent. */
  migrate(): Promise<void>
  /** Names of the migrations that this version knows and the database has not had yet. */
  pendingMigrations(): Promise<readonly string[]>
  close(): Promise<void>
}

/** What a database product has to say for itself. */
export interface StoreEngine {
  readonly kind: Store['kind']
  readonly dialect: Dialect
  lock(tx: Tx, name: string): Promise<void>
  /** Whether the same transaction may succeed when it is tried again. */
  isPassing(error: unknown): boolean
}

export const migrations = {
  '0001-initial': initial,
  '0002-second-factors': secondFactors,
  '0003-senders': senders,
  '0004-methods': methods,
  '0005-passkeys': passkeys,
  '0006-administration': administration,
  '0007-recovery': recovery,
  '0008-legacy': legacy,
  '0009-session-networks': sessionNetworks,
  '0010-device-server-address': deviceServerAddress,
  '0011-trials': trials,
  '0012-trusted-by': trustedBy,
  '0013-two-persons': twoPersons,
  '0014-language': language,
  '0015-account-deletion': accountDeletion,
  '0016-phone-requests': phoneRequests,
}

const maxTries = 10

export function openStore(engine: StoreEngine): Store {
  const db = new Kysely<Tables>({ dialect: engine.dialect, plugins: [new CamelCasePlugin()] })
  return {
    kind: engine.kind,
    db,
    async transact(locks, work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await db.transaction().execute(async (tx) => {
            for (const lock of [...locks].sort((a, b) => a.localeCompare(b))) await engine.lock(tx, lock)
            return await work(tx)
          })
        } catch (error) {
          if (error instanceof AppError || tries >= maxTries || !engine.isPassing(error)) throw error
          await new Promise((resolve) => setTimeout(resolve, tries * 5 * (1 + Math.random())))
        }
      }
    },
    async migrate() {
      const { error } = await migratorOf(db).migrateToLatest()
      if (error !== undefined)
        throw new Error('The database could not be brought to this version.', { cause: error })
    },
    async pendingMigrations() {
      const known = await migratorOf(db).getMigrations()
      return known.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name)
    },
    close: () => db.destroy(),
  }
}

function migratorOf(db: Kysely<Tables>): Migrator {
  return new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
}
