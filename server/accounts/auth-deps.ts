import type { ServerDeps } from '../deps.ts'
import type { Messages } from '../senders/messages.ts'
import type { HashPool } from './hash-pool.ts'

/** What accounts, factors and signing in need beside what every subject needs. */
export interface AuthDeps extends ServerDeps {
  readonly hashes: HashPool
  readonly messages: Messages
}
