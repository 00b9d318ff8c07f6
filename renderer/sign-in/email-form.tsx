import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote } from '../parts/problem-note.tsx'
import type { EnrolmentCall } from './enrol-method.tsx'
import { StepHeading } from './step-heading.tsx'

interface EmailFormProps {
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onEnrol: (enrolment: EnrolmentCall) => void
}

/** An address that passcodes shall go to. Whether it exists shows when the first one arrives. */
export function EmailForm({ isBusy, error, onBack, onEnrol }: EmailFormProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [label, setLabel] = useState('')
  const emailAddress = typed.trim()
  const isPossible = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(emailAddress)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!isPossible) return
        onEnrol({ method: 'email', emailAddress, ...(label.trim() === '' ? {} : { label: label.trim() }) })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('enrol.email.title')}>{t('enrol.email.how')}</StepHeading>
        <TextInput
          label={t('enrol.email.address')}
          type="email"
          autoComplete="email"
          dir="ltr"
          value={typed}
          maxLength={254}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <TextInput
          label={t('enrol.email.label')}
          value={label}
          maxLength={60}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Button type="submit" loading={isBusy} disabled={!isPossible}>
            {t('enrol.sms.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
