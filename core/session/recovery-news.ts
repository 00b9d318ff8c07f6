import type { Clock } from '../../shared/clock.ts'
import type { PendingRecovery } from '../../shared/model/recovery.ts'

/**
 * What this process last heard about a recovery of its account: from the schedule's own requests, which need
 * nobody signed in, and from whoever looks at the account. It is shown without asking the server.
 */
export interface RecoveryNews {
  /** Null also for one whose window is over. */
  current(): PendingRecovery | null
  heard(pending: PendingRecovery | null): void
}

export function createRecoveryNews(clock: Clock): RecoveryNews {
  let known: PendingRecovery | null = null
  return {
    current: () => (known !== null && Date.parse(known.endsAt) > clock.nowMs() ? known : null),
    heard: (pending) => {
      known = pending
    },
  }
}
