import type { JobRun, Outcome } from '../../shared/model/job-run.ts'

export interface Day {
  /** Local midnight. */
  readonly startMs: number
  /** Of the best run of the day; null when nothing ran. */
  readonly outcome: Outcome | null
}

/** From bad to good: a failure that a later run of the day made good is no gap. */
const goodness: Readonly<Record<Outcome, number>> = {
  failed: 0,
  cancelled: 1,
  incomplete: 2,
  skipped: 1,
  complete: 3,
}

/** The last `count` local days, the oldest first. A day counts as good as its best run. */
export function daysOf(runs: readonly JobRun[], nowMs: number, count = 30): Day[] {
  const days: Day[] = []
  const today = new Date(nowMs)
  for (let back = count - 1; back >= 0; back--) {
    // By calendar, not by 24 hours: days of a clock change are longer or shorter.
    const start = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back)
    const end = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back + 1)
    const best = runs
      .filter(
        (run) => Date.parse(run.startedAt) >= start.getTime() && Date.parse(run.startedAt) < end.getTime(),
      )
      .map((run) => run.outcome)
      .sort((a, b) => goodness[b] - goodness[a])[0]
    days.push({ startMs: start.getTime(), outcome: best ?? null })
  }
  return days
}
