import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemNote } from '../parts/problem-note.tsx'
import type { EnrolmentCall } from './enrol-method.tsx'
import { PhoneNumberFields } from './phone-number-fields.tsx'
import { StepHeading } from './step-heading.tsx'

interface PhoneFormProps {
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onEnrol: (enrolment: EnrolmentCall) => void
}

/** A phone for passcodes, with the name that its owner gives it. */
export function PhoneForm({ isBusy, error, onBack, onEnrol }: PhoneFormProps) {
  const { t } = useTranslation()
  const [number, setNumber] = useState<string | null>(null)
  const [label, setLabel] = useState('')

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (number === null) return
        onEnrol({
          method: 'sms',
          phoneNumber: number,
          ...(label.trim() === '' ? {} : { label: label.trim() }),
        })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('enrol.sms.title')}>{t('enrol.sms.how')}</StepHeading>
        <PhoneNumberFields onNumber={setNumber} />
        <TextInput
          label={t('enrol.sms.label')}
          placeholder={t('enrol.sms.labelExample')}
          value={label}
          maxLength={60}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Button type="submit" loading={isBusy} disabled={number === null}>
            {t('enrol.sms.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
