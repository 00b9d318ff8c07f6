import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Retention } from '../../shared/model/backup-set.ts'
import { useFormats } from '../locale/formats.ts'
import { keptDays } from './kept-days.ts'
import { RetentionLine } from './retention-line.tsx'

/** What a policy would keep in the long run, whatever there is now. */
export function RetentionPicture({ retention }: { retention: Retention }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const kept = useMemo(() => keptDays(retention), [retention])
  const text = t('retention.pictureText', {
    count: kept.length,
    days: formats.number(kept.at(-1) ?? 0),
  })
  return (
    <figure className="hf-kept">
      <RetentionLine ticks={kept.map((days) => ({ days, isKept: true }))} label={text} />
      <figcaption>{text}</figcaption>
    </figure>
  )
}
