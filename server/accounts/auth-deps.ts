import type { ServerDeps } from '../deps.ts'
import type { SmsSender } from '../senders/sender.ts'
import type { HashPool } from './hash-pool.ts'

/** What accounts, factors and signing in need beside what every subject needs. */
export interface AuthDeps extends ServerDeps {
  readonly hashes: HashPool
  /** Null where no provider is configured: SMS is then no method. */
  readonly sms: SmsSender | null
}
