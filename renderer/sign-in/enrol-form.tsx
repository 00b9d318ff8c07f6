import { Anchor, Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote } from '../parts/problem-note.tsx'
import { StepHeading } from './step-heading.tsx'

interface EnrolFormProps {
  readonly title: string
  readonly text: string
  readonly action: string
  /** Whether what was typed so far can be sent. */
  readonly isReady?: boolean
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onSend: () => void
  readonly children: ReactNode
}

/** The frame of every form that asks what has to be known before a method can be proven. */
export function EnrolForm(props: EnrolFormProps) {
  const { title, text, action, isReady = true, isBusy, error, onBack, onSend, children } = props
  const { t } = useTranslation()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !isBusy) onSend()
      }}
    >
      <Stack gap="md">
        <StepHeading title={title}>{text}</StepHeading>
        {children}
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
