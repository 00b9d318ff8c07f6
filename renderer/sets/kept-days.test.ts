import { describe, expect, it } from 'vitest'
import type { Retention } from '../../shared/model/backup-set.ts'
import { keptDays } from './kept-days.ts'

const nothing: Retention = {
  keepLastCount: 0,
  keepHourlyCount: 0,
  keepDailyCount: 0,
  keepWeeklyCount: 0,
  keepMonthlyCount: 0,
  keepYearlyCount: 0,
  keepWithinDays: 0,
}

describe('the picture of a retention policy', () => {
  it('keeps the last ones', () => {
    expect(keptDays({ ...nothing, keepLastCount: 3 })).toEqual([0, 1, 2])
  })

  it('keeps the newest of each week', () => {
    expect(keptDays({ ...nothing, keepWeeklyCount: 3 })).toEqual([0, 7, 14])
  })

  it('keeps one a year, the newest of each', () => {
    expect(keptDays({ ...nothing, keepYearlyCount: 3 })).toEqual([0, 4, 369])
  })

  it('keeps what any rule keeps', () => {
    const both = keptDays({ ...nothing, keepLastCount: 2, keepWithinDays: 5 })
    expect(both).toEqual([0, 1, 2, 3, 4])
  })
})
