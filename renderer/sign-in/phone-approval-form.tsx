import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EnrolForm } from './enrol-form.tsx'
import type { MethodFormProps } from './enrol-method.tsx'
import { labelled, LabelField } from './label-field.tsx'

/** Says what comes next, and lets several phones be told apart. */
export function PhoneApprovalForm({ onEnrol, ...frame }: MethodFormProps) {
  const { t } = useTranslation()
  const [label, setLabel] = useState('')
  return (
    <EnrolForm
      title={t('enrol.push.title')}
      text={t('enrol.push.how')}
      action={t('common.continue')}
      onSend={() => onEnrol({ method: 'push', ...labelled(label) })}
      {...frame}
    >
      <LabelField
        label={t('enrol.sms.label')}
        example={t('enrol.sms.labelExample')}
        value={label}
        onChange={setLabel}
      />
    </EnrolForm>
  )
}
