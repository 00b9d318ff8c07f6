import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../shared/model/job-run.ts'
import { useFormats } from '../locale/formats.ts'
import type { Day } from './day-strip.ts'

/** One mark a day: height and colour tell the outcome, words tell it to a screen reader. */
export function OutcomeStrip({ days }: { days: readonly Day[] }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const count = (outcome: Outcome) => days.filter((day) => day.outcome === outcome).length
  const summary = t('home.stripSummary', {
    days: days.length,
    complete: count('complete'),
    incomplete: count('incomplete'),
    failed: count('failed'),
  })
  return (
    <div className="hf-strip" role="img" aria-label={summary}>
      {days.map((day) => (
        <Tooltip
          key={day.startMs}
          label={`${formats.date(day.startMs)}: ${day.outcome === null ? t('home.noRun') : t(`outcome.${day.outcome}`)}`}
        >
          <span className="hf-strip-day" data-outcome={day.outcome ?? 'none'} />
        </Tooltip>
      ))}
    </div>
  )
}
