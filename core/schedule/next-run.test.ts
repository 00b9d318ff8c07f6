import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { periodMinutes, weekdays, type Schedule } from '../../shared/model/schedule.ts'
import { isTimeZone, nextRun } from './next-run.ts'

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/Santiago',
]

function next(schedule: Schedule, zone: string, after: string): string | undefined {
  const dueMs = nextRun(schedule, zone, Date.parse(after))
  return dueMs === undefined ? undefined : new Date(dueMs).toISOString().replace(':00.000', '')
}

const daily = (at: string): Schedule => ({ kind: 'daily', at })
const monthly = (on: Extract<Schedule, { kind: 'monthly' }>['on'], at = '04:00'): Schedule => ({
  kind: 'monthly',
  at,
  on,
})

describe('the next run', () => {
  it.each<[name: string, schedule: Schedule, zone: string, after: string, due: string | undefined]>([
    ['later today', daily('20:00'), 'UTC', '2026-01-05T08:00Z', '2026-01-05T20:00Z'],
    [
      'tomorrow, when it is due this very moment',
      daily('20:00'),
      'UTC',
      '2026-01-05T20:00Z',
      '2026-01-06T20:00Z',
    ],
    ['in the zone of the set', daily('20:00'), 'Europe/Berlin', '2026-01-05T08:00Z', '2026-01-05T19:00Z'],
    ['in a zone of half hours', daily('00:15'), 'Asia/Kolkata', '2026-01-05T08:00Z', '2026-01-05T18:45Z'],
    ['at the end of the gap', daily('02:30'), 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T01:00Z'],
    [
      'at its own time after the gap',
      daily('02:30'),
      'Europe/Berlin',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ],
    ['at the first of two', daily('02:30'), 'Europe/Berlin', '2026-10-24T12:00Z', '2026-10-25T00:30Z'],
    [
      'once, not at the second of two',
      daily('02:30'),
      'Europe/Berlin',
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ],
    ['after the American gap', daily('02:00'), 'America/New_York', '2026-03-07T12:00Z', '2026-03-08T07:00Z'],
    [
      'after a gap of half an hour',
      daily('02:15'),
      'Australia/Lord_Howe',
      '2026-10-03T12:00Z',
      '2026-10-03T15:30Z',
    ],
    [
      'at the first of two half hours',
      daily('01:45'),
      'Australia/Lord_Howe',
      '2026-04-04T12:00Z',
      '2026-04-04T14:45Z',
    ],
    [
      'after a midnight that never was',
      daily('00:00'),
      'America/Santiago',
      '2026-09-05T12:00Z',
      '2026-09-06T04:00Z',
    ],
    [
      'when a whole day was skipped',
      daily('12:00'),
      'Pacific/Apia',
      '2011-12-29T23:00Z',
      '2011-12-30T10:00Z',
    ],
    [
      'while Ramadan moves the clock',
      daily('02:30'),
      'Africa/Casablanca',
      '2026-02-14T12:00Z',
      '2026-02-15T01:30Z',
    ],
    [
      'on the next of several weekdays',
      { kind: 'weekly', at: '09:00', on: ['mon', 'thu'] },
      'UTC',
      '2026-01-05T09:00Z',
      '2026-01-08T09:00Z',
    ],
    [
      'on the same weekday a week later',
      { kind: 'weekly', at: '09:00', on: ['mon'] },
      'UTC',
      '2026-01-05T09:00Z',
      '2026-01-12T09:00Z',
    ],
    [
      'on the last day of a short month',
      monthly({ kind: 'day', day: 31 }),
      'UTC',
      '2026-02-01T00:00Z',
      '2026-02-28T04:00Z',
    ],
    ['on a leap day', monthly({ kind: 'day', day: 30 }), 'UTC', '2028-02-01T00:00Z', '2028-02-29T04:00Z'],
    ['on the last day', monthly({ kind: 'last-day' }), 'UTC', '2026-04-30T04:00Z', '2026-05-31T04:00Z'],
    [
      'over the end of the year',
      monthly({ kind: 'day', day: 1 }),
      'UTC',
      '2026-12-01T04:00Z',
      '2027-01-01T04:00Z',
    ],
    [
      'on the second Tuesday',
      monthly({ kind: 'nth-weekday', nth: 2, weekday: 'tue' }),
      'UTC',
      '2026-09-08T04:00Z',
      '2026-10-13T04:00Z',
    ],
    [
      'on the last Friday of a month with five',
      monthly({ kind: 'nth-weekday', nth: 'last', weekday: 'fri' }),
      'UTC',
      '2026-01-01T00:00Z',
      '2026-01-30T04:00Z',
    ],
    [
      'on a date of the list, whatever its order',
      { kind: 'custom', at: '06:00', dates: ['2026-12-24', '2026-05-01'] },
      'UTC',
      '2026-01-01T00:00Z',
      '2026-05-01T06:00Z',
    ],
    [
      'never after the last date of the list',
      { kind: 'custom', at: '06:00', dates: ['2026-05-01'] },
      'UTC',
      '2026-05-01T06:00Z',
      undefined,
    ],
    [
      'never on a date that does not exist',
      { kind: 'custom', at: '06:00', dates: ['2026-02-30'] },
      'UTC',
      '2026-01-01T00:00Z',
      undefined,
    ],
    [
      'on the next quarter',
      { kind: 'periodic', everyMinutes: 15 },
      'UTC',
      '2026-01-05T08:01Z',
      '2026-01-05T08:15Z',
    ],
    [
      'at local midnight for a period of 12 hours',
      { kind: 'periodic', everyMinutes: 720 },
      'Asia/Kolkata',
      '2026-01-05T08:00Z',
      '2026-01-05T18:30Z',
    ],
    [
      'evenly through a repeated hour',
      { kind: 'periodic', everyMinutes: 60 },
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T01:00Z',
    ],
  ])('is %s', (_name, schedule, zone, after, due) => {
    expect(next(schedule, zone, after)).toBe(due)
  })

  it('is even over a whole day of 25 hours', () => {
    const times: number[] = []
    let at = Date.parse('2026-10-24T21:59Z')
    while (at < Date.parse('2026-10-25T23:00Z')) {
      at = nextRun({ kind: 'periodic', everyMinutes: 60 }, 'Europe/Berlin', at) ?? Number.NaN
      times.push(at)
    }
    expect(times).toHaveLength(26)
    expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toEqual(
      new Set([3_600_000]),
    )
  })
})

const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)

const wallClock: fc.Arbitrary<Exclude<Schedule, { kind: 'periodic' | 'custom' }>> = fc.oneof(
  fc.record({ kind: fc.constant('daily' as const), at: timeOfDay }),
  fc.record({
    kind: fc.constant('weekly' as const),
    at: timeOfDay,
    on: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('monthly' as const),
    at: timeOfDay,
    on: fc.oneof(
      fc.record({ kind: fc.constant('day' as const), day: fc.integer({ min: 1, max: 31 }) }),
      fc.record({ kind: fc.constant('last-day' as const) }),
      fc.record({
        kind: fc.constant('nth-weekday' as const),
        nth: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 'last' as const),
        weekday: fc.constantFrom(...weekdays),
      }),
    ),
  }),
)
const schedules: fc.Arbitrary<Schedule> = fc.oneof(
  wallClock,
  fc.record({ kind: fc.constant('periodic' as const), everyMinutes: fc.constantFrom(...periodMinutes) }),
)
const instants = fc.integer({ min: Date.parse('2010-01-01T00:00Z'), max: Date.parse('2036-01-01T00:00Z') })
const zone = fc.constantFrom(...zones)

describe('every next run', () => {
  it('is after the given instant, and within the longest month', () => {
    fc.assert(
      fc.property(schedules, zone, instants, (schedule, timeZone, after) => {
        const due = nextRun(schedule, timeZone, after) ?? Number.NaN
        expect(due).toBeGreaterThan(after)
        expect(due - after).toBeLessThan(63 * 86_400_000)
      }),
    )
  })

  it('comes no earlier for a later instant', () => {
    fc.assert(
      fc.property(
        schedules,
        zone,
        instants,
        fc.integer({ min: 0, max: 90 * 86_400_000 }),
        (schedule, timeZone, after, more) => {
          expect(nextRun(schedule, timeZone, after + more)).toBeGreaterThanOrEqual(
            nextRun(schedule, timeZone, after) ?? Number.NaN,
          )
        },
      ),
    )
  })

  it('stays the same for every instant before it', () => {
    fc.assert(
      fc.property(schedules, zone, instants, (schedule, timeZone, after) => {
        const due = nextRun(schedule, timeZone, after) ?? Number.NaN
        expect(nextRun(schedule, timeZone, due - 1)).toBe(due)
      }),
    )
  })

  it('shows its own time on the wall, unless daylight saving skipped it', () => {
    fc.assert(
      fc.property(wallClock, zone, instants, (schedule, timeZone, after) => {
        const due = nextRun(schedule, timeZone, after) ?? Number.NaN
        const wall = Temporal.Instant.fromEpochMilliseconds(due).toZonedDateTimeISO(timeZone)
        const shown = wall.toPlainTime().toString({ smallestUnit: 'minute' })
        const before = wall.subtract({ milliseconds: 1 })
        const isGapEnd = before.offsetNanoseconds < wall.offsetNanoseconds
        expect(shown === schedule.at || isGapEnd).toBe(true)
      }),
    )
  })
})

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Europe/Atlantis', false],
  ['', false],
])('knows whether %j is a time zone', (name, isOne) => {
  expect(isTimeZone(name)).toBe(isOne)
})
