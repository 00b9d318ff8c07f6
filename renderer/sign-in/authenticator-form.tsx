import { Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EnrolForm } from './enrol-form.tsx'
import type { MethodFormProps } from './enrol-method.tsx'

const apps = [
  'Google Authenticator',
  'Microsoft Authenticator',
  'Authy',
  '1Password',
  'Bitwarden',
  'Aegis',
  'Apple Passwords',
] as const

/** Which app it will be, so that several can be told apart. */
export function AuthenticatorForm({ onEnrol, ...frame }: MethodFormProps) {
  const { t } = useTranslation()
  const [app, setApp] = useState<string | null>(null)
  return (
    <EnrolForm
      title={t('enrol.totp.title')}
      text={t('enrol.totp.how')}
      action={t('common.continue')}
      onSend={() => onEnrol({ method: 'totp', ...(app === null ? {} : { label: app }) })}
      {...frame}
    >
      <Select
        label={t('enrol.totp.which')}
        description={t('enrol.totp.whichText')}
        placeholder={t('enrol.totp.other')}
        data={[...apps]}
        value={app}
        onChange={setApp}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
      />
    </EnrolForm>
  )
}
