import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Retention } from '../../shared/model/backup-set.ts'
import { useFormats } from '../locale/formats.ts'
import { keptDays } from './kept-days.ts'

const marks = [
  { days: 1, unit: 'day' },
  { days: 7, unit: 'week' },
  { days: 30, unit: 'month' },
  { days: 365, unit: 'year' },
  { days: 3650, unit: 'decade' },
] as const

/** Each backup that stays is a tick; time runs backwards, ever more dense, from today. */
export function RetentionPicture({ retention }: { retention: Retention }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const kept = useMemo(() => keptDays(retention), [retention])
  const oldest = kept.at(-1) ?? 0
  const place = (days: number) => (Math.log10(days + 1) / Math.log10(4020)) * 100
  return (
    <figure className="hf-kept">
      <div
        className="hf-kept-line"
        role="img"
        aria-label={t('retention.pictureText', { count: kept.length, days: formats.number(oldest) })}
      >
        {kept.map((days) => (
          <span key={days} className="hf-kept-tick" style={{ insetInlineStart: `${place(days)}%` }} />
        ))}
      </div>
      <div className="hf-kept-scale" aria-hidden>
        <span style={{ insetInlineStart: '0%' }}>{t('home.today')}</span>
        {marks.map(({ days, unit }) => (
          <span key={unit} style={{ insetInlineStart: `${place(days)}%` }}>
            {t(`retention.mark.${unit}`)}
          </span>
        ))}
      </div>
      <figcaption>
        {t('retention.pictureText', { count: kept.length, days: formats.number(oldest) })}
      </figcaption>
    </figure>
  )
}
