import { eraseDueAccounts } from '../accounts/erasing-users.ts'
import { housekeep } from './housekeeping.ts'
import { clearDeadLocks } from './leftovers.ts'
import { purgeDue } from './purge.ts'
import type { StorageDeps } from './storage-deps.ts'

const passEveryMs = 60_000

/** Starts what storage does by itself. `stop` resolves when a pass under way has come to a halt. */
export function startStorageJobs(deps: StorageDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await onePass(deps, stopping.signal)
      await deps.clock.sleep(passEveryMs, stopping.signal)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Each job for itself: a full disk must not keep old nonces from being forgotten. */
async function onePass(deps: StorageDeps, signal: AbortSignal): Promise<void> {
  const jobs: Record<string, () => Promise<void>> = {
    purge: async () => {
      const purged = await purgeDue(deps, signal)
      if (purged.objectCount > 0 || purged.setCount > 0)
        deps.log.info(purged, 'Purged what nobody can ask back')
    },
    accounts: async () => {
      const erasedCount = await eraseDueAccounts(deps)
      if (erasedCount > 0) deps.log.info({ erasedCount }, 'Erased accounts')
    },
    locks: () => clearAllDeadLocks(deps),
    housekeeping: () => housekeep(deps),
  }
  for (const [job, work] of Object.entries(jobs)) {
    if (signal.aborted) return
    try {
      await work()
    } catch (error) {
      // The next pass tries again; until then the log has the reason.
      deps.log.error({ job, err: error }, 'A storage job failed')
    }
  }
}

async function clearAllDeadLocks(deps: StorageDeps): Promise<void> {
  const rows = await deps.store.db
    .selectFrom('repositories')
    .select('id')
    .where((expression) =>
      expression.exists(
        expression
          .selectFrom('objects')
          .select('objects.name')
          .whereRef('objects.repositoryId', '=', 'repositories.id')
          .where('objects.type', '=', 'locks')
          .where('objects.trashedAt', 'is', null),
      ),
    )
    .execute()
  for (const { id } of rows) await clearDeadLocks(deps, id)
}
