import { setTimeout as wait } from 'node:timers/promises'
import type { Clock, StopSignal } from '../../shared/clock.ts'

/** The computer's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms: number, signal?: StopSignal) => {
    const stop = new AbortController()
    if (signal?.aborted === true) return
    const onStop = (): void => stop.abort()
    signal?.addEventListener('abort', onStop)
    try {
      await wait(ms, undefined, { signal: stop.signal })
    } catch (error) {
      if (!stop.signal.aborted) throw error
    } finally {
      signal?.removeEventListener('abort', onStop)
    }
  },
}
