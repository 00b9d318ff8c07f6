import { expect, it } from 'vitest'
import { defaultRetention } from '../../shared/model/backup-set.ts'
import { maintenanceArguments } from './run-maintenance.ts'
import { noRules } from '../../shared/retention.fixture.ts'

it('names every rule of a retention that keeps something', () => {
  expect(maintenanceArguments(defaultRetention).join(' ')).toBe(
    'forget --json --group-by  --keep-last 7 --keep-daily 30 --keep-weekly 12 --keep-monthly 12 ' +
      '--keep-yearly 3 --keep-within 14d --prune --repack-cacheable-only --max-unused unlimited',
  )
})

it('leaves out rules that keep nothing, which restic would refuse or misread', () => {
  expect(maintenanceArguments({ ...noRules, keepWithinDays: 3 })).not.toContain('--keep-last')
  expect(maintenanceArguments({ ...noRules, keepLastCount: 2 })).not.toContain('--keep-within')
})
