import { NumberInput, SegmentedControl } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Retention } from '../../shared/model/backup-set.ts'
import { presetOf, retentionPresets, type DraftProps } from './draft.ts'
import { RetentionPicture } from './retention-picture.tsx'

const rules = [
  'keepWithinDays',
  'keepLastCount',
  'keepHourlyCount',
  'keepDailyCount',
  'keepWeeklyCount',
  'keepMonthlyCount',
  'keepYearlyCount',
] as const satisfies readonly (keyof Retention)[]
const presets = ['short', 'balanced', 'long'] as const

/** How long backups stay: one of three answers, or every rule by itself, with a picture of either and what it means for what is there. */
export function RetentionFields({ draft, onChange, outcome }: DraftProps & { readonly outcome?: ReactNode }) {
  const { t } = useTranslation()
  const preset = presetOf(draft.retention)
  const [isCustom, setCustom] = useState(preset === null)
  const set = (retention: Retention) => onChange({ ...draft, retention })
  return (
    <>
      <SegmentedControl
        aria-label={t('retention.title')}
        data={[...presets, 'custom' as const].map((value) => ({
          value,
          label: t(`retention.preset.${value}`),
        }))}
        value={isCustom ? 'custom' : (preset ?? 'custom')}
        onChange={(value) => {
          const chosen = presets.find((each) => each === value)
          setCustom(chosen === undefined)
          if (chosen !== undefined) set(retentionPresets[chosen])
        }}
        fullWidth
      />
      <RetentionPicture retention={draft.retention} />
      {outcome}
      {isCustom && (
        <div className="hf-fields">
          {rules.map((rule) => (
            <NumberInput
              key={rule}
              label={t(`retention.rule.${rule}`)}
              value={draft.retention[rule]}
              min={0}
              max={rule === 'keepWithinDays' ? 36_500 : 10_000}
              allowDecimal={false}
              onChange={(value) => set({ ...draft.retention, [rule]: typeof value === 'number' ? value : 0 })}
            />
          ))}
        </div>
      )}
    </>
  )
}
