import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EnrolForm } from './enrol-form.tsx'
import type { MethodFormProps } from './enrol-method.tsx'
import { labelled, LabelField } from './label-field.tsx'

/** Says what comes next, and lets several passkeys be told apart. */
export function PasskeyForm({ onEnrol, ...frame }: MethodFormProps) {
  const { t } = useTranslation()
  const [label, setLabel] = useState('')
  return (
    <EnrolForm
      title={t('enrol.passkey.title')}
      text={t('enrol.passkey.how')}
      action={t('common.continue')}
      onSend={() => onEnrol({ method: 'passkey', ...labelled(label) })}
      {...frame}
    >
      <LabelField
        label={t('enrol.passkey.label')}
        example={t('enrol.passkey.labelExample')}
        value={label}
        onChange={setLabel}
      />
    </EnrolForm>
  )
}
