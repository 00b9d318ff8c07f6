import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EnrolForm } from './enrol-form.tsx'
import type { MethodFormProps } from './enrol-method.tsx'
import { labelled, LabelField } from './label-field.tsx'

/** An address that passcodes shall go to. Whether it exists shows when the first one arrives. */
export function EmailForm({ onEnrol, ...frame }: MethodFormProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [label, setLabel] = useState('')
  const emailAddress = typed.trim()
  return (
    <EnrolForm
      title={t('enrol.email.title')}
      text={t('enrol.email.how')}
      action={t('enrol.sms.send')}
      isReady={/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(emailAddress)}
      onSend={() => onEnrol({ method: 'email', emailAddress, ...labelled(label) })}
      {...frame}
    >
      <TextInput
        label={t('enrol.email.address')}
        type="email"
        autoComplete="email"
        dir="ltr"
        value={typed}
        maxLength={254}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <LabelField label={t('enrol.email.label')} value={label} onChange={setLabel} />
    </EnrolForm>
  )
}
