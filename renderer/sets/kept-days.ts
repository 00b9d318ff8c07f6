import type { Retention } from '../../shared/model/backup-set.ts'
import { applyRetention } from '../../shared/retention.ts'

const dayMs = 86_400_000

/** Any Sunday will do: the picture must not change from day to day. */
const todayMs = Date.UTC(2026, 0, 4)

/** Ages in days of the snapshots that would be left after years of one backup a day: a picture of a policy. */
export function keptDays(retention: Retention, years = 11): number[] {
  const snapshots = Array.from({ length: years * 366 }, (_, age) => ({
    age,
    takenAt: new Date(todayMs - age * dayMs).toISOString(),
    utcOffsetMinutes: 0,
  }))
  // After many years a rule has found enough, whatever the engine does about the oldest one.
  const context = { nowMs: todayMs + 1, keepsOldest: false }
  return applyRetention(retention, snapshots, context).kept.map(({ snapshot }) => snapshot.age)
}
