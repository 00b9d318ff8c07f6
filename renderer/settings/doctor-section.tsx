import { Button, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { DoctorCheck } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

/** Checks what backups need on this computer and says what to do about it. */
export function DoctorSection() {
  const { t } = useTranslation()
  const run = useAct('doctor.run')
  const error = shownError(run.error)
  return (
    <Section
      title={t('doctor.title')}
      text={t('doctor.text')}
      actions={
        <Button variant="default" loading={run.isPending} onClick={() => run.mutate({})}>
          {t('doctor.run')}
        </Button>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {run.data !== undefined && (
        <ul className="hf-list" aria-label={t('doctor.title')}>
          {run.data.checks.map((check) => (
            <li key={check.name}>
              <CheckMark state={check.state} />
              <div className="hf-grow">
                <Text size="sm" fw={600}>
                  {check.name}
                </Text>
                <Text size="sm" className="hf-wrap">
                  {check.summary}
                </Text>
                {check.advice !== null && (
                  <Text size="sm" c="dimmed" className="hf-wrap">
                    {check.advice}
                  </Text>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function CheckMark({ state }: { state: DoctorCheck['state'] }) {
  const { t } = useTranslation()
  const outcome = { ok: 'complete', warning: 'incomplete', failed: 'failed' } as const
  const icons = { ok: IconCircleCheck, warning: IconAlertTriangle, failed: IconCircleX } as const
  const Icon = icons[state]
  return (
    <span
      className="hf-mark"
      data-outcome={outcome[state]}
      role="img"
      aria-label={t(`doctor.state.${state}`)}
    >
      <Icon size={22} stroke={1.8} aria-hidden />
    </span>
  )
}
