import { Button, Stack, Text } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

interface LegacyOfferProps extends StepProps {
  readonly until: string
}

/** An account of an older version: the second factor now, or backups and nothing else for the time being. */
export function LegacyOffer({ until, send, isBusy, error }: LegacyOfferProps) {
  const { t } = useTranslation()
  const date = useFormats().date(until)
  const goOnId = useId()
  return (
    <>
      <StepHeading title={t('legacyOffer.title')}>{t('legacyOffer.text', { date })}</StepHeading>
      {error !== null && <ProblemNote error={error} />}
      <Stack gap="xs">
        <Button loading={isBusy} onClick={() => send('transaction.chooseAnother', {})}>
          {t('legacyOffer.now')}
        </Button>
        <Button
          variant="default"
          aria-describedby={goOnId}
          loading={isBusy}
          onClick={() => send('transaction.skipEnrolment', { dontShowAgain: false })}
        >
          {t('legacyOffer.goOn')}
        </Button>
        <Text id={goOnId} size="sm" c="dimmed">
          {t('legacyOffer.goOnText')}
        </Text>
      </Stack>
    </>
  )
}
