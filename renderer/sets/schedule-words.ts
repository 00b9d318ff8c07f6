import type { TFunction } from 'i18next'
import type { Schedule } from '../../shared/model/schedule.ts'
import type { Formats } from '../locale/formats.ts'

/** A schedule in plain words: "Every day at 8:00 PM". */
export function scheduleWords(schedule: Schedule, t: TFunction, formats: Formats): string {
  switch (schedule.kind) {
    case 'daily':
      return t('schedule.words.daily', { time: formats.timeOfDay(schedule.at) })
    case 'weekly':
      return t('schedule.words.weekly', {
        time: formats.timeOfDay(schedule.at),
        days: formats.list(schedule.on.map((day) => formats.weekday(day))),
      })
    case 'monthly':
      return monthlyWords(schedule, t, formats)
    case 'custom':
      return t('schedule.words.custom', {
        count: schedule.dates.length,
        time: formats.timeOfDay(schedule.at),
      })
    case 'periodic':
      return schedule.everyMinutes < 60
        ? t('schedule.words.minutes', { count: schedule.everyMinutes })
        : t('schedule.words.hours', { count: schedule.everyMinutes / 60 })
  }
}

function monthlyWords(
  schedule: Extract<Schedule, { kind: 'monthly' }>,
  t: TFunction,
  formats: Formats,
): string {
  const time = formats.timeOfDay(schedule.at)
  switch (schedule.on.kind) {
    case 'day':
      return t('schedule.words.monthDay', { day: formats.number(schedule.on.day), time })
    case 'last-day':
      return t('schedule.words.lastDay', { time })
    case 'nth-weekday':
      return t(`schedule.words.nth.${schedule.on.nth}`, {
        weekday: formats.weekday(schedule.on.weekday),
        time,
      })
  }
}
