import { useTranslation } from 'react-i18next'

const marks = [
  { days: 1, unit: 'day' },
  { days: 7, unit: 'week' },
  { days: 30, unit: 'month' },
  { days: 365, unit: 'year' },
  { days: 3650, unit: 'decade' },
] as const

export interface Tick {
  readonly days: number
  readonly isKept: boolean
}

interface RetentionLineProps {
  readonly ticks: readonly Tick[]
  /** The picture in words. */
  readonly label: string
}

/** Each backup is a tick; time runs backwards, ever more dense, from today. What goes is short and red. */
export function RetentionLine({ ticks, label }: RetentionLineProps) {
  const { t } = useTranslation()
  return (
    <>
      <div className="hf-kept-line" role="img" aria-label={label}>
        {ticks.map(({ days, isKept }, index) => (
          <span
            key={index}
            className="hf-kept-tick"
            data-kept={isKept}
            style={{ insetInlineStart: `${placeOf(days)}%` }}
          />
        ))}
      </div>
      <div className="hf-kept-scale" aria-hidden>
        <span style={{ insetInlineStart: '0%' }}>{t('home.today')}</span>
        {marks.map(({ days, unit }) => (
          <span key={unit} style={{ insetInlineStart: `${placeOf(days)}%` }}>
            {t(`retention.mark.${unit}`)}
          </span>
        ))}
      </div>
    </>
  )
}

function placeOf(days: number): number {
  return (Math.log10(Math.max(days, 0) + 1) / Math.log10(4020)) * 100
}
