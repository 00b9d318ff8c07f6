/** The part of AbortSignal that waiting needs; declared here because shared knows no platform. */
export interface StopSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** All time that logic sees comes from here, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number
  /** Resolves after `ms`, or at once when the signal stops it; never rejects. */
  sleep(ms: number, signal?: StopSignal): Promise<void>
}

export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #nowMs: number
  #sleepers: { wakeMs: number; wake: () => void }[] = []

  constructor(startMs: number = Date.parse('2026-01-05T08:00:00.000Z')) {
    this.#nowMs = startMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  sleep(ms: number, signal?: StopSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper = { wakeMs: this.#nowMs + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
        resolve()
      })
    })
  }

  /** Moves time forward and wakes, in order, everybody whose time has come. */
  advance(ms: number): void {
    this.set(this.#nowMs + ms)
  }

  /** Jumps, also backwards, as a wall clock may. */
  set(nowMs: number): void {
    this.#nowMs = nowMs
    const due = this.#sleepers.filter((each) => each.wakeMs <= nowMs)
    this.#sleepers = this.#sleepers.filter((each) => each.wakeMs > nowMs)
    for (const sleeper of due.sort((a, b) => a.wakeMs - b.wakeMs)) sleeper.wake()
  }
}
