import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote } from '../parts/problem-note.tsx'
import { StepHeading } from './step-heading.tsx'

interface PasskeyFormProps {
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onEnrol: (enrolment: { method: 'passkey'; label?: string }) => void
}

/** Says what comes next, and lets several passkeys be told apart. */
export function PasskeyForm({ isBusy, error, onBack, onEnrol }: PasskeyFormProps) {
  const { t } = useTranslation()
  const [label, setLabel] = useState('')
  const name = label.trim()
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onEnrol({ method: 'passkey', ...(name === '' ? {} : { label: name }) })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('enrol.passkey.title')}>{t('enrol.passkey.how')}</StepHeading>
        <TextInput
          label={t('enrol.passkey.label')}
          placeholder={t('enrol.passkey.labelExample')}
          value={label}
          maxLength={60}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Button type="submit" loading={isBusy}>
            {t('common.continue')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
