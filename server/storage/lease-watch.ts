import type { ServerDeps } from '../deps.ts'
import { leaseStateOf } from '../leases/alive-leases.ts'
import type { LeaseRow } from '../store/tables.ts'

/** Half of the 5 s in which a revocation must stop running transfers, with room for a busy server. */
const lookEveryMs = 2000

/**
 * Looks at a lease as long as a transfer runs, and calls back once when it is over.
 *
 * @returns the function that stops looking
 */
export function watchLease(
  deps: Pick<ServerDeps, 'clock' | 'store' | 'log'>,
  lease: LeaseRow,
  onEnded: () => void,
): () => void {
  const done = new AbortController()
  const look = async (): Promise<void> => {
    for (;;) {
      await deps.clock.sleep(lookEveryMs, done.signal)
      if (done.signal.aborted) return
      if ((await leaseStateOf(deps.store.db, lease.id, deps.clock.nowMs())).kind !== 'alive') break
    }
    if (!done.signal.aborted) onEnded()
  }
  look().catch((error: unknown) => {
    // Who cannot be checked is stopped.
    deps.log.error({ leaseId: lease.id, err: error }, 'A lease could not be checked during a transfer')
    if (!done.signal.aborted) onEnded()
  })
  return () => {
    done.abort()
  }
}
