import { describe, expect, it } from 'vitest'
import { keptDays } from './kept-days.ts'
import { noRules } from '../../shared/retention.fixture.ts'

describe('the picture of a retention policy', () => {
  it('keeps the last ones', () => {
    expect(keptDays({ ...noRules, keepLastCount: 3 })).toEqual([0, 1, 2])
  })

  it('keeps the newest of each week', () => {
    expect(keptDays({ ...noRules, keepWeeklyCount: 3 })).toEqual([0, 7, 14])
  })

  it('keeps one a year, the newest of each', () => {
    expect(keptDays({ ...noRules, keepYearlyCount: 3 })).toEqual([0, 4, 369])
  })

  it('keeps what any rule keeps', () => {
    const both = keptDays({ ...noRules, keepLastCount: 2, keepWithinDays: 5 })
    expect(both).toEqual([0, 1, 2, 3, 4])
  })
})
