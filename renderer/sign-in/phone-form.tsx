import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PhoneChannel } from '../../shared/model/policy.ts'
import { EnrolForm } from './enrol-form.tsx'
import type { MethodFormProps } from './enrol-method.tsx'
import { labelled, LabelField } from './label-field.tsx'
import { PhoneNumberFields } from './phone-number-fields.tsx'

interface PhoneFormProps extends MethodFormProps {
  /** How the number is confirmed. */
  readonly channel: PhoneChannel
}

/** A phone for passcodes, with the name that its owner gives it. */
export function PhoneForm({ channel, onEnrol, ...frame }: PhoneFormProps) {
  const { t } = useTranslation()
  const [phoneNumber, setNumber] = useState<string | null>(null)
  const [label, setLabel] = useState('')
  return (
    <EnrolForm
      title={t(`enrol.${channel}.title`)}
      text={t(`enrol.${channel}.how`)}
      action={t(`enrol.${channel}.send`)}
      isReady={phoneNumber !== null}
      onSend={() => {
        if (phoneNumber !== null) onEnrol({ method: channel, phoneNumber, ...labelled(label) })
      }}
      {...frame}
    >
      <PhoneNumberFields onNumber={setNumber} />
      <LabelField
        label={t('enrol.sms.label')}
        example={t('enrol.sms.labelExample')}
        value={label}
        onChange={setLabel}
      />
    </EnrolForm>
  )
}
