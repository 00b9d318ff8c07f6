import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CoreDeps } from '../core-deps.ts'
import { codeOf } from '../profile/system-error.ts'

const shortestPauseMs = 1000
/** Measuring may take a sixth of the time: a pause is five times as long as what it follows. */
const pauseFactor = 5

/**
 * Tells how much is in a folder while something fills it: restic before 0.16 says nothing about a restore.
 *
 * @returns the function that ends it
 */
export function measureGrowth(
  deps: Pick<CoreDeps, 'clock'>,
  folder: string,
  onAmount: (done: { bytesDone: number; filesDone: number }) => void,
): () => void {
  const over = new AbortController()
  const keepMeasuring = async (): Promise<void> => {
    let pauseMs = shortestPauseMs
    for (;;) {
      await deps.clock.sleep(pauseMs, over.signal)
      if (over.signal.aborted) return
      const startedAtMs = deps.clock.nowMs()
      const amount = { bytesDone: 0, filesDone: 0 }
      await addUp(folder, amount, over.signal)
      if (over.signal.aborted) return
      onAmount(amount)
      pauseMs = Math.max(shortestPauseMs, (deps.clock.nowMs() - startedAtMs) * pauseFactor)
    }
  }
  void keepMeasuring()
  return () => over.abort()
}

/** What cannot be looked at right now is counted the next time: this only moves a bar. */
async function addUp(
  folder: string,
  amount: { bytesDone: number; filesDone: number },
  over: AbortSignal,
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(orNothing)
  for (const entry of entries ?? []) {
    if (over.aborted) return
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await addUp(path, amount, over)
    else {
      const stats = await lstat(path).catch(orNothing)
      amount.filesDone += 1
      // restic gives a file its length first; blocks tell what was written.
      amount.bytesDone += stats === undefined ? 0 : Math.min(stats.size, stats.blocks * 512)
    }
  }
}

function orNothing(error: unknown): undefined {
  if (codeOf(error) === 'unknown') throw error
  return undefined
}
