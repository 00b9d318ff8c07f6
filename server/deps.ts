import type { Clock } from '../shared/clock.ts'
import type { ServerConfig } from './config.ts'
import type { ServerKey } from './server-key.ts'
import type { Store } from './store/store.ts'

/** A logger that redacts (pino's shape). Never give it a secret all the same. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What every subject of the server needs. Subjects with further needs extend it. */
export interface ServerDeps {
  readonly store: Store
  readonly clock: Clock
  readonly serverKey: ServerKey
  readonly log: Log
  readonly config: ServerConfig
}
