import { AppError } from '../../shared/errors.ts'
import {
  periodMinutes,
  scheduleSchema,
  weekdays,
  type Schedule,
  type Weekday,
} from '../../shared/model/schedule.ts'

/** `20:00` */
export function parseDaily(text: string): Schedule {
  return checked({ kind: 'daily', at: text }, '--daily wants a time such as 20:00')
}

/** `mon,fri@20:00`; `mon-fri@20:00` */
export function parseWeekly(text: string): Schedule {
  const [days = '', at] = text.split('@')
  const on = days.split(',').flatMap(weekdayRange)
  return checked({ kind: 'weekly', on, at }, '--weekly wants days and a time such as mon,fri@20:00')
}

/** `15@03:00`, `last@03:00`, `first-sat@03:00`, `last-fri@03:00` */
export function parseMonthly(text: string): Schedule {
  const [day = '', at] = text.split('@')
  const hint = '--monthly wants 15@03:00, last@03:00, first-sat@03:00 or last-fri@03:00'
  return checked({ kind: 'monthly', on: monthDay(day), at }, hint)
}

/** `2026-12-24,2026-12-31@18:00` */
export function parseDates(text: string): Schedule {
  const [dates = '', at] = text.split('@')
  return checked(
    { kind: 'custom', dates: dates.split(','), at },
    '--on wants dates and a time such as 2026-12-24@18:00',
  )
}

/** `15m`, `2h` */
export function parseEvery(text: string): Schedule {
  const match = /^(\d{1,3})(m|h)$/.exec(text)
  const everyMinutes = match === null ? undefined : Number(match[1]) * (match[2] === 'h' ? 60 : 1)
  const hint = `--every wants one of ${periodMinutes.map(periodText).join(', ')}`
  return checked({ kind: 'periodic', everyMinutes }, hint)
}

const nths = { first: 1, second: 2, third: 3, fourth: 4, last: 'last' } as const

function monthDay(text: string): object | undefined {
  if (text === 'last') return { kind: 'last-day' }
  if (/^\d{1,2}$/.test(text)) return { kind: 'day', day: Number(text) }
  const [nth, weekday] = text.split('-')
  const found = Object.entries(nths).find(([name]) => name === nth)
  return found === undefined ? undefined : { kind: 'nth-weekday', nth: found[1], weekday }
}

function weekdayRange(text: string): Weekday[] {
  const [first, last = first] = text.trim().toLowerCase().split('-')
  const from = weekdays.findIndex((day) => day === first)
  const to = weekdays.findIndex((day) => day === last)
  return from < 0 || to < from ? [] : weekdays.slice(from, to + 1)
}

function checked(schedule: unknown, hint: string): Schedule {
  const parsed = scheduleSchema.safeParse(schedule)
  if (!parsed.success) throw new AppError('INPUT_INVALID', `${hint}.`)
  return parsed.data
}

export function periodText(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

/** A schedule as its flag takes it. */
export function scheduleText(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'daily':
      return `daily ${schedule.at}`
    case 'weekly':
      return `weekly ${schedule.on.join(',')}@${schedule.at}`
    case 'monthly':
      return `monthly ${monthDayText(schedule.on)}@${schedule.at}`
    case 'custom':
      return `on ${schedule.dates.join(',')}@${schedule.at}`
    case 'periodic':
      return `every ${periodText(schedule.everyMinutes)}`
  }
}

function monthDayText(on: Extract<Schedule, { kind: 'monthly' }>['on']): string {
  switch (on.kind) {
    case 'day':
      return String(on.day)
    case 'last-day':
      return 'last'
    case 'nth-weekday':
      return `${Object.entries(nths).find(([, nth]) => nth === on.nth)?.[0] ?? ''}-${on.weekday}`
  }
}
