import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useFormats } from '../locale/formats.ts'
import { EnrolForm } from './enrol-form.tsx'
import { PhoneNumberFields } from './phone-number-fields.tsx'
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
    <EnrolForm
      title={t('recoverAccount.title')}
      text={step.isReady ? t('recoverAccount.readyText') : t('recoverAccount.text', { time })}
      action={t('enrol.sms.send')}
      isReady={number !== null}
      isBusy={isBusy}
      error={error}
      onBack={() => send('transaction.chooseAnother', {})}
      onSend={() => {
        if (number !== null) send('transaction.recoveryNumber', { phoneNumber: number })
      }}
    >
      <PhoneNumberFields hint={t('recoverAccount.hint', { digits: step.lastDigits })} onNumber={setNumber} />
    </EnrolForm>
  )
}
