import { Anchor, Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { PhoneNumberFields } from './phone-number-fields.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

const hourMs = 3_600_000

/** The whole number of the recovery phone, and what will happen then. */
export function RecoverByPhone({
  step,
  send,
  isBusy,
  error,
}: StepProps & { step: Extract<ClientStep, { kind: 'recover-by-phone' }> }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const [number, setNumber] = useState<string | null>(null)
  const time = formats.duration(step.waitHours * hourMs)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (number !== null) send('transaction.recoveryNumber', { phoneNumber: number })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('recoverAccount.title')}>
          {step.isReady ? t('recoverAccount.readyText') : t('recoverAccount.text', { time })}
        </StepHeading>
        <PhoneNumberFields
          hint={t('recoverAccount.hint', { digits: step.lastDigits })}
          onNumber={setNumber}
        />
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => send('transaction.chooseAnother', {})}
          >
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
