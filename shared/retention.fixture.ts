import type { Retention } from './model/backup-set.ts'

/** No rule keeps anything: tests name the rules that they are about. */
export const noRules: Retention = {
  keepLastCount: 0,
  keepHourlyCount: 0,
  keepDailyCount: 0,
  keepWeeklyCount: 0,
  keepMonthlyCount: 0,
  keepYearlyCount: 0,
  keepWithinDays: 0,
}
