import { removeOldSignIns } from './sign-in/remove-old.ts'
import { startStorageJobs } from './storage/jobs.ts'
import type { StorageDeps } from './storage/storage-deps.ts'

const removeOldEveryMs = 60 * 60_000

/** Everything the server does by itself. `stop` resolves when nothing of it runs any more. */
export function startJobs(deps: StorageDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const storage = startStorageJobs(deps)
  const signIns = removeOldUntil(deps, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await Promise.all([storage.stop(), signIns])
    },
  }
}

async function removeOldUntil(deps: StorageDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await removeOldSignIns(deps)
    } catch (error) {
      deps.log.error({ err: error }, 'Old sign-ins could not be removed.')
    }
    await deps.clock.sleep(removeOldEveryMs, signal)
  }
}
