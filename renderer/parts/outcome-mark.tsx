import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../shared/model/job-run.ts'

/** An outcome as a sign of its own shape and colour, named for screen readers. */
export function OutcomeMark({ outcome, size = 18 }: { outcome: Outcome | null; size?: number }) {
  const { t } = useTranslation()
  const name = outcome === null ? t('home.noRun') : t(`outcome.${outcome}`)
  return (
    <span className="hf-mark" data-outcome={outcome ?? 'none'} role="img" aria-label={name} title={name}>
      {iconOf(outcome, size)}
    </span>
  )
}

function iconOf(outcome: Outcome | null, size: number) {
  const props = { size, stroke: 1.9, 'aria-hidden': true } as const
  switch (outcome) {
    case 'complete':
      return <IconCircleCheck {...props} />
    case 'incomplete':
      return <IconAlertTriangle {...props} />
    case 'failed':
      return <IconCircleX {...props} />
    case 'cancelled':
    case 'skipped':
      return <IconCircleMinus {...props} />
    case null:
      return <IconCircleDashed {...props} />
  }
}
