import { expect, it } from 'vitest'
import { defaultRetention } from '../../shared/model/backup-set.ts'
import { maintenanceArguments } from './run-maintenance.ts'

const nothing = {
  keepLastCount: 0,
  keepHourlyCount: 0,
  keepDailyCount: 0,
  keepWeeklyCount: 0,
  keepMonthlyCount: 0,
  keepYearlyCount: 0,
  keepWithinDays: 0,
}

it('names every rule of a retention that keeps something', () => {
  expect(maintenanceArguments(defaultRetention).join(' ')).toBe(
    'forget --json --group-by  --keep-last 7 --keep-daily 30 --keep-weekly 12 --keep-monthly 12 ' +
      '--keep-yearly 3 --keep-within 14d --prune --repack-cacheable-only --max-unused unlimited',
  )
})

it('leaves out rules that keep nothing, which restic would refuse or misread', () => {
  expect(maintenanceArguments({ ...nothing, keepWithinDays: 3 })).not.toContain('--keep-last')
  expect(maintenanceArguments({ ...nothing, keepLastCount: 2 })).not.toContain('--keep-within')
})
