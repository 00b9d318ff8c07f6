import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../shared/clock.ts'

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, { signal: signal as AbortSignal, ref: false })
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error
    }
  },
}
