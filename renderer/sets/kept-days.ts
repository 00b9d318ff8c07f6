import type { Retention } from '../../shared/model/backup-set.ts'

const dayMs = 86_400_000

/**
 * Ages in days of the snapshots that would be left after years of one backup a day: a picture of a
 * retention policy, drawn with the rules of `restic forget`. What is really kept, restic decides.
 */
export function keptDays(retention: Retention, years = 11): number[] {
  // Any Sunday will do: the picture must not change from day to day.
  const todayMs = Date.UTC(2026, 0, 4)
  const kept = new Set<number>()
  const ages = Array.from({ length: years * 366 }, (_, age) => age)
  for (const age of ages) {
    if (age < retention.keepLastCount || age < retention.keepWithinDays) kept.add(age)
  }
  keepBuckets(kept, ages, Math.max(retention.keepDailyCount, retention.keepHourlyCount), (age) => age)
  keepBuckets(kept, ages, retention.keepWeeklyCount, (age) => Math.floor(age / 7))
  keepBuckets(kept, ages, retention.keepMonthlyCount, (age) => {
    const date = new Date(todayMs - age * dayMs)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  })
  keepBuckets(kept, ages, retention.keepYearlyCount, (age) =>
    new Date(todayMs - age * dayMs).getUTCFullYear(),
  )
  return [...kept].sort((a, b) => a - b)
}

/** The newest snapshot of each of the last `count` periods. */
function keepBuckets(
  kept: Set<number>,
  ages: readonly number[],
  count: number,
  bucketOf: (age: number) => number,
): void {
  const seen = new Set<number>()
  for (const age of ages) {
    if (seen.size >= count) return
    const bucket = bucketOf(age)
    if (seen.has(bucket)) continue
    seen.add(bucket)
    kept.add(age)
  }
}
