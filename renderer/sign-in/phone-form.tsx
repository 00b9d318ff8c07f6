import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PhoneChannel } from '../../shared/model/policy.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import type { EnrolmentCall } from './enrol-method.tsx'
import { PhoneNumberFields } from './phone-number-fields.tsx'
import { StepHeading } from './step-heading.tsx'

interface PhoneFormProps {
  /** How the number is confirmed. */
  readonly channel: PhoneChannel
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onEnrol: (enrolment: EnrolmentCall) => void
}

/** A phone for passcodes, with the name that its owner gives it. */
export function PhoneForm({ channel, isBusy, error, onBack, onEnrol }: PhoneFormProps) {
  const { t } = useTranslation()
  const [number, setNumber] = useState<string | null>(null)
  const [label, setLabel] = useState('')

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (number === null) return
        onEnrol({
          method: channel,
          phoneNumber: number,
          ...(label.trim() === '' ? {} : { label: label.trim() }),
        })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t(`enrol.${channel}.title`)}>{t(`enrol.${channel}.how`)}</StepHeading>
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
            {t(`enrol.${channel}.send`)}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
