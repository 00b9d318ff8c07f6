import { Temporal } from 'temporal-polyfill'
import { assertNever } from '../../shared/errors.ts'
import { weekdays, type Schedule, type Weekday } from '../../shared/model/schedule.ts'

/**
 * The first time after an instant at which a schedule is due.
 *
 * Wall-clock times that daylight saving skips are due at the next valid minute, those that occur twice
 * once, at the first; days that a month lacks are its last day (shared/model/schedule.ts). A period counts
 * elapsed time from each local midnight, so that it stays even when the clock is changed.
 *
 * @param timeZone IANA name
 * @param afterMs Unix time; the result is greater
 * @returns Unix time, or undefined when it is never due again
 * @throws RangeError for an unknown time zone
 */
export function nextRun(schedule: Schedule, timeZone: string, afterMs: number): number | undefined {
  if (schedule.kind === 'periodic') return nextPeriod(schedule.everyMinutes, timeZone, afterMs)
  const at = Temporal.PlainTime.from(schedule.at)
  for (const date of datesFrom(schedule, localDate(afterMs, timeZone))) {
    const dueMs = instantOf(date, at, timeZone)
    if (dueMs > afterMs) return dueMs
  }
  return undefined
}

/** Whether a name is a time zone that this computer knows. */
export function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

type WallClockSchedule = Exclude<Schedule, { kind: 'periodic' }>

/** Matching dates in order, from the day before on: a skipped time may be due on the next day. */
function datesFrom(schedule: WallClockSchedule, today: Temporal.PlainDate): Iterable<Temporal.PlainDate> {
  const start = today.subtract({ days: 1 })
  switch (schedule.kind) {
    case 'daily':
      return daysFrom(start)
    case 'weekly':
      return daysFrom(start, (date) => schedule.on.includes(weekdayOf(date)))
    case 'monthly':
      return monthlyFrom(schedule.on, start)
    case 'custom':
      return schedule.dates
        .flatMap((text) => realDate(text) ?? [])
        .filter((date) => Temporal.PlainDate.compare(date, start) >= 0)
        .sort((a, b) => Temporal.PlainDate.compare(a, b))
    default:
      return assertNever(schedule)
  }
}

/** 14 days hold every weekday after every skipped day. */
function* daysFrom(start: Temporal.PlainDate, isWanted: (date: Temporal.PlainDate) => boolean = () => true) {
  for (let days = 0; days < 14; days += 1) {
    const date = start.add({ days })
    if (isWanted(date)) yield date
  }
}

type MonthlyRule = Extract<Schedule, { kind: 'monthly' }>['on']

function* monthlyFrom(rule: MonthlyRule, start: Temporal.PlainDate) {
  for (let months = 0; months < 3; months += 1) {
    const date = dayOfMonth(rule, start.with({ day: 1 }).add({ months }))
    if (Temporal.PlainDate.compare(date, start) >= 0) yield date
  }
}

function dayOfMonth(rule: MonthlyRule, first: Temporal.PlainDate): Temporal.PlainDate {
  switch (rule.kind) {
    case 'day':
      return first.with({ day: Math.min(rule.day, first.daysInMonth) })
    case 'last-day':
      return first.with({ day: first.daysInMonth })
    case 'nth-weekday': {
      const offset = (weekdays.indexOf(rule.weekday) + 1 - first.dayOfWeek + 7) % 7
      const nth = rule.nth === 'last' ? Math.floor((first.daysInMonth - 1 - offset) / 7) : rule.nth - 1
      return first.add({ days: offset + nth * 7 })
    }
    default:
      return assertNever(rule)
  }
}

function instantOf(date: Temporal.PlainDate, at: Temporal.PlainTime, timeZone: string): number {
  const wall = date.toPlainDateTime(at)
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  if (earlier.toPlainDateTime().equals(wall)) return earlier.epochMilliseconds
  // The time was skipped: `earlier` lies before the gap, and the next change of the zone is the gap's end.
  return earlier.getTimeZoneTransition('next')?.epochMilliseconds ?? earlier.epochMilliseconds
}

function nextPeriod(everyMinutes: number, timeZone: string, afterMs: number): number {
  const periodMs = everyMinutes * 60_000
  const now = Temporal.Instant.fromEpochMilliseconds(afterMs).toZonedDateTimeISO(timeZone)
  const midnight = now.startOfDay()
  const midnightMs = midnight.epochMilliseconds
  const dueMs = midnightMs + (Math.floor((afterMs - midnightMs) / periodMs) + 1) * periodMs
  return Math.min(dueMs, midnight.add({ days: 1 }).startOfDay().epochMilliseconds)
}

function localDate(ms: number, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate()
}

function weekdayOf(date: Temporal.PlainDate): Weekday {
  const weekday = weekdays[date.dayOfWeek - 1]
  if (weekday === undefined) throw new Error(`There is no weekday ${date.dayOfWeek}.`)
  return weekday
}

/** Undefined for 30 February: a date that never is. */
function realDate(text: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
