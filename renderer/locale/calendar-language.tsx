import { DatesProvider } from '@mantine/dates'
import 'dayjs/locale/ar'
import 'dayjs/locale/de'
import 'dayjs/locale/es'
import 'dayjs/locale/fr'
import 'dayjs/locale/ja'
import 'dayjs/locale/pt-br'
import 'dayjs/locale/zh-cn'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { regionalLocale } from './formats.ts'
import { languageOf } from './i18n.ts'

type FirstDay = 0 | 1 | 2 | 3 | 4 | 5 | 6

/** Month and weekday names of the calendar, and the day a week begins with. */
export function CalendarLanguage({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const language = languageOf(i18n)
  return (
    <DatesProvider
      settings={{
        locale: language.toLowerCase(),
        firstDayOfWeek: firstDayOf(regionalLocale(language, navigator.languages)),
      }}
    >
      {children}
    </DatesProvider>
  )
}

interface WeekInfo {
  readonly firstDay: number
}

/** Chromium 120 has it as a property, later ones as a method; where there is neither, Monday (ISO 8601). */
function firstDayOf(language: string): FirstDay {
  const locale = new Intl.Locale(language).maximize() as { weekInfo?: WeekInfo; getWeekInfo?: () => WeekInfo }
  const day = (locale.getWeekInfo?.() ?? locale.weekInfo ?? { firstDay: 1 }).firstDay
  return (day % 7) as FirstDay
}
