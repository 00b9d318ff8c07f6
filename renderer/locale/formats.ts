import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Weekday } from '../../shared/model/schedule.ts'

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const
const steps = [
  { unit: 'year', ms: 365 * 86_400_000 },
  { unit: 'month', ms: 30 * 86_400_000 },
  { unit: 'week', ms: 7 * 86_400_000 },
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const
/** 5 January 2026 is a Monday. */
const weekdayDates: Readonly<Record<Weekday, number>> = {
  mon: 5,
  tue: 6,
  wed: 7,
  thu: 8,
  fri: 9,
  sat: 10,
  sun: 11,
}

/** The two largest units that a person would use; nobody thinks of three days as 72 hours. */
function durationParts(hours: number, minutes: number, seconds: number): readonly [number, string][] {
  if (hours >= 48)
    return [
      [Math.floor(hours / 24), 'day'],
      [hours % 24, 'hour'],
    ]
  if (hours > 0)
    return [
      [hours, 'hour'],
      [minutes, 'minute'],
    ]
  if (minutes > 0)
    return [
      [minutes, 'minute'],
      [seconds, 'second'],
    ]
  return [[seconds, 'second']]
}

/** Numbers, sizes, dates and durations as people of a language write them; times in the computer's zone. */
export function formatsFor(language: string, timeZone?: string) {
  const zone = timeZone === undefined ? {} : { timeZone }
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', ...zone })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', ...zone })
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short', ...zone })
  const dayName = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...zone,
  })
  const clockTime = new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone: 'UTC' })
  const weekdayLong = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' })
  const weekdayShort = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: 'UTC' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const number = new Intl.NumberFormat(language)
  const percent = new Intl.NumberFormat(language, { style: 'percent' })
  const list = new Intl.ListFormat(language, { type: 'conjunction' })

  const bytes = (count: number): string => {
    const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), byteUnits.length - 1)
    const value = count / 1000 ** power
    return new Intl.NumberFormat(language, {
      style: 'unit',
      unit: byteUnits[power] ?? 'byte',
      // The short form has no plural: "999 byte".
      unitDisplay: power === 0 ? 'long' : 'short',
      maximumFractionDigits: power === 0 || value >= 100 ? 0 : 1,
    }).format(value)
  }

  return {
    number: (value: number) => number.format(value),
    percent: (fraction: number) => percent.format(fraction),
    bytes,
    list: (items: readonly string[]) => list.format(items),
    date: (instant: string | number) => date.format(new Date(instant)),
    dateTime: (instant: string | number) => dateTime.format(new Date(instant)),
    time: (instant: string | number) => time.format(new Date(instant)),
    dayName: (instant: string | number) => dayName.format(new Date(instant)),
    /** A wall-clock time `HH:MM` of a schedule. */
    timeOfDay: (at: string) => clockTime.format(new Date(`2026-01-05T${at}:00Z`)),
    weekday: (day: Weekday, width: 'long' | 'short' = 'long') => {
      const at = new Date(Date.UTC(2026, 0, weekdayDates[day]))
      return (width === 'long' ? weekdayLong : weekdayShort).format(at)
    },
    /** "3 hours ago", "in 2 days"; under a minute it is now. */
    relative: (instant: string | number, nowMs: number): string => {
      const distanceMs = new Date(instant).getTime() - nowMs
      const step = steps.find((each) => Math.abs(distanceMs) >= each.ms)
      return step === undefined
        ? relative.format(0, 'second')
        : relative.format(Math.round(distanceMs / step.ms), step.unit)
    },
    /** "2 hr, 5 min"; the two largest units that matter. */
    /** `in 20 days`, also where weeks would be rounder. */
    inDays: (count: number): string => relative.format(count, 'day'),
    duration: (ms: number): string => {
      const totalSeconds = Math.max(0, Math.round(ms / 1000))
      const hours = Math.floor(totalSeconds / 3600)
      const minutes = Math.floor((totalSeconds % 3600) / 60)
      const seconds = totalSeconds % 60
      return durationParts(hours, minutes, seconds)
        .filter(([value], index) => value > 0 || index === 0)
        .map(([value, unit]) =>
          new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
        )
        .join(' ')
    },
    /** `4:05`, for a countdown. */
    countdown: (ms: number): string => {
      const seconds = Math.max(0, Math.ceil(ms / 1000))
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
    },
  }
}

/** The language as it is written where the person lives: English has 8:00 pm and 20:00. */
export function regionalLocale(language: string, wanted: readonly string[]): string {
  return wanted.find((each) => each === language || each.startsWith(`${language}-`)) ?? language
}

export type Formats = ReturnType<typeof formatsFor>

export function useFormats(): Formats {
  const { i18n } = useTranslation()
  return useMemo(() => formatsFor(regionalLocale(i18n.language, navigator.languages)), [i18n.language])
}
