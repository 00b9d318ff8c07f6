import { describe, expect, it } from 'vitest'
import { defaultRetention, type Retention } from './model/backup-set.ts'
import { applyRetention, departures, type DatedSnapshot } from './retention.ts'
import { noRules } from './retention.fixture.ts'

const context = { nowMs: Date.parse('2026-03-01T00:00:00Z'), keepsOldest: false }
const at = (takenAt: string, utcOffsetMinutes = 0): DatedSnapshot => ({ takenAt, utcOffsetMinutes })
const keptOf = (retention: Partial<Retention>, snapshots: readonly DatedSnapshot[], keepsOldest = false) =>
  applyRetention({ ...noRules, ...retention }, snapshots, { ...context, keepsOldest }).kept.map(
    ({ snapshot }) => snapshot.takenAt,
  )

describe('a retention policy', () => {
  it('keeps the newest of a day, by the clock of the computer that took it', () => {
    const early = '2026-01-01T22:00:00Z'
    const late = '2026-01-01T23:30:00Z'
    expect(keptOf({ keepDailyCount: 9 }, [at(early), at(late)])).toEqual([late])
    // Where the clock was an hour ahead, the later one is of the next day.
    expect(keptOf({ keepDailyCount: 9 }, [at(early, 60), at(late, 60)])).toEqual([late, early])
  })

  it('begins weeks on Mondays', () => {
    const [sunday, monday] = ['2026-01-04T12:00:00Z', '2026-01-05T12:00:00Z']
    expect(keptOf({ keepWeeklyCount: 9 }, [at(sunday), at(monday)])).toEqual([monday, sunday])
  })

  it('counts days from the newest snapshot that is not in the future', () => {
    const [old, young, future] = ['2026-02-01T12:00:00Z', '2026-02-20T12:00:00Z', '2036-01-01T00:00:00Z']
    expect(keptOf({ keepWithinDays: 5 }, [at(old), at(young), at(future)])).toEqual([future, young])
  })

  it('keeps the oldest while counts are left, where the engine does so', () => {
    const days = ['2026-02-01T08:00:00Z', '2026-02-01T12:00:00Z'].map((day) => at(day))
    expect(keptOf({ keepMonthlyCount: 3 }, days)).toHaveLength(1)
    expect(keptOf({ keepMonthlyCount: 3 }, days, true)).toHaveLength(2)
  })

  it('names every rule that keeps a snapshot', () => {
    const { kept } = applyRetention(defaultRetention, [at('2026-02-20T12:00:00Z')], context)
    expect(kept[0]?.rules).toEqual([
      'keepWithinDays',
      'keepLastCount',
      'keepDailyCount',
      'keepWeeklyCount',
      'keepMonthlyCount',
      'keepYearlyCount',
    ])
  })

  it('has nothing to say about nothing', () => {
    expect(applyRetention(defaultRetention, [], context)).toEqual({ kept: [], removed: [] })
  })
})

describe('the days on which snapshots go', () => {
  it('follow from one backup a day', () => {
    const [older, newer] = [at('2026-02-19T12:00:00Z'), at('2026-02-20T12:00:00Z')]
    const goes = departures({ ...noRules, keepLastCount: 2 }, [older, newer], context)
    expect([goes.get(older), goes.get(newer)]).toEqual(
      ['2026-02-21T12:00:00Z', '2026-02-22T12:00:00Z'].map((day) => Date.parse(day)),
    )
  })

  it('are not foretold for what stays for years', () => {
    const only = at('2026-02-20T12:00:00Z')
    expect(departures({ ...noRules, keepLastCount: 1000 }, [only], context).has(only)).toBe(false)
  })
})
