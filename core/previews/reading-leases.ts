import type { BackupSetId } from '../../shared/model/ids.ts'
import type { HeldLease } from '../backup/hold-lease.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { Repository } from '../engine/environment.ts'
import { logFailure } from '../jobs/job-runner.ts'
import { restoreLease } from '../restore/run-restore.ts'
import { withLease } from '../snapshots/browse.ts'

interface Leased {
  readonly held: HeldLease
  readonly repository: Repository
}

/** Restore leases that stay open for a few minutes, so that looking at ten files does not cost ten passcodes. */
export interface ReadingLeases {
  /**
   * Works with an open lease of the set, or opens one with the grant of a step-up.
   *
   * @throws AppError STEP_UP_REQUIRED without either
   */
  use<T>(backupSetId: BackupSetId, work: (leased: Leased) => Promise<T>): Promise<T>
  /** Ends all; what reads ends first. */
  close(): Promise<void>
}

/** From the step-up on, and not from the last use: a session that is left open must not read for ever. */
const openMs = 5 * 60_000

interface Reading {
  readonly leased: Promise<Leased>
  readonly uses: Set<Promise<unknown>>
  readonly over: AbortController
  readonly ended: Promise<void>
}

/** Invariant: a set has one at most, and none after the session ended or the client closed. */
export function readingLeases(deps: EngineDeps): ReadingLeases {
  const open = new Map<BackupSetId, Reading>()
  const close = async (): Promise<void> => {
    const readings = Array.from(open.values())
    for (const { over } of readings) over.abort()
    await Promise.all(readings.map(({ ended }) => ended))
  }
  // Whoever signed out or in: what the last person proved counts for nobody else.
  deps.events.on('session.changed', () => void close())

  const start = (backupSetId: BackupSetId): Reading => {
    const over = new AbortController()
    const uses = new Set<Promise<unknown>>()
    const { promise: leased, resolve, reject } = deferred<Leased>()
    const held = async (): Promise<void> => {
      const lease = await restoreLease(deps, backupSetId)
      await withLease(deps, lease, async (each) => {
        const onStop = (): void => over.abort()
        each.held.stop.addEventListener('abort', onStop)
        resolve(each)
        await deps.clock.sleep(openMs, over.signal)
        open.delete(backupSetId)
        await Promise.allSettled(uses)
      })
    }
    const ended = held()
      .catch((error: unknown) => {
        reject(error)
        logFailure(deps, { backupSetId }, error)
      })
      .finally(() => open.delete(backupSetId))
    return { leased, uses, over, ended }
  }

  return {
    use: async (backupSetId, work) => {
      const reading = open.get(backupSetId) ?? start(backupSetId)
      open.set(backupSetId, reading)
      const use = reading.leased.then(async (leased) => {
        try {
          return await work(leased)
        } catch (error) {
          throw await leased.held.cause(error)
        }
      })
      reading.uses.add(use)
      try {
        return await use
      } finally {
        reading.uses.delete(use)
      }
    },
    close,
  }
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((onValue, onFailure) => {
    resolve = onValue
    reject = onFailure
  })
  // Whoever waits gets the failure; without anybody it must not end the process.
  promise.catch(() => undefined)
  return { promise, resolve, reject }
}
