import type { Clock } from '../../shared/clock.ts'
import type { Progress } from './job-runner.ts'

/** At most five a second: more is seen by nobody and costs every interface. */
const minGapMs = 200
/** Speed is averaged over this time. */
const windowMs = 5000

export interface Amounts {
  readonly stage: Progress['stage']
  readonly filesDone: number
  readonly filesTotal: number | null
  readonly bytesDone: number
  readonly bytesTotal: number | null
  /** Null = from the bytes. */
  readonly doneFraction?: number | null
  readonly secondsLeft?: number | undefined
  readonly currentFiles?: readonly string[]
  readonly leftOutCount?: number
}

/** Turns amounts into progress with speed and time left, throttled. A new stage is told at once. */
export function progressMeter(clock: Clock, emit: (progress: Progress) => void): (amounts: Amounts) => void {
  const samples: { atMs: number; bytes: number }[] = []
  let lastMs = Number.NEGATIVE_INFINITY
  let lastStage: string | undefined
  return (amounts) => {
    const nowMs = clock.nowMs()
    // A wall clock may jump back; then the next one is due at once.
    const isEarly = nowMs >= lastMs && nowMs - lastMs < minGapMs
    if (isEarly && amounts.stage === lastStage) return
    lastMs = nowMs
    lastStage = amounts.stage
    samples.push({ atMs: nowMs, bytes: amounts.bytesDone })
    while (samples.length > 2 && (samples[0]?.atMs ?? nowMs) < nowMs - windowMs) samples.shift()
    const bytesPerSecond = speedOf(samples)
    emit({
      stage: amounts.stage,
      doneFraction: fractionOf(amounts),
      filesDone: amounts.filesDone,
      filesTotal: amounts.filesTotal,
      bytesDone: amounts.bytesDone,
      bytesTotal: amounts.bytesTotal,
      bytesPerSecond,
      secondsLeft: secondsLeftOf(amounts, bytesPerSecond),
      currentFiles: [...(amounts.currentFiles ?? [])],
      leftOutCount: amounts.leftOutCount ?? 0,
    })
  }
}

function speedOf(samples: readonly { atMs: number; bytes: number }[]): number {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0
  return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs))
}

function fractionOf({ doneFraction, bytesDone, bytesTotal }: Amounts): number | null {
  if (doneFraction !== undefined) return doneFraction === null ? null : Math.min(1, Math.max(0, doneFraction))
  if (bytesTotal === null || bytesTotal === 0) return null
  return Math.min(1, bytesDone / bytesTotal)
}

function secondsLeftOf(
  { secondsLeft, bytesDone, bytesTotal }: Amounts,
  bytesPerSecond: number,
): number | null {
  if (secondsLeft !== undefined) return secondsLeft
  if (bytesTotal === null || bytesPerSecond === 0) return null
  return Math.max(0, Math.round((bytesTotal - bytesDone) / bytesPerSecond))
}
