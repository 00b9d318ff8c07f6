import { PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { passwordVisibility } from '../sign-in/password-visibility.ts'
import { proxyKinds, type ProxyForm } from './proxy-form.ts'

interface ProxyFieldsProps {
  readonly status: Pick<AppStatus, 'proxy' | 'installation'>
  readonly value: ProxyForm
  readonly onChange: (value: ProxyForm) => void
}

/** How this computer gets to the server. The password goes one way: a kept one is never shown. */
export function ProxyFields({ status, value, onChange }: ProxyFieldsProps) {
  const { t } = useTranslation()
  const isFixed = status.installation.isProxyFixed
  const plain = { spellCheck: false, dir: 'ltr', autoComplete: 'off', disabled: isFixed } as const
  return (
    <Stack gap="sm">
      <Select
        label={t('proxy.way')}
        data={proxyKinds.map((kind) => ({ value: kind, label: t(`proxy.ways.${kind}`) }))}
        description={isFixed ? t('proxy.fixed') : undefined}
        disabled={isFixed}
        value={value.kind}
        allowDeselect={false}
        onChange={(chosen) => {
          const kind = proxyKinds.find((each) => each === chosen)
          if (kind !== undefined) onChange({ ...value, kind })
        }}
      />
      {value.kind === 'manual' && (
        <>
          <TextInput
            {...plain}
            label={t('proxy.address')}
            placeholder="http://proxy.example.com:3128"
            inputMode="url"
            required
            maxLength={300}
            value={value.address}
            onChange={(event) => onChange({ ...value, address: event.currentTarget.value })}
          />
          <TextInput
            {...plain}
            label={t('proxy.loginName')}
            description={t('proxy.loginNameText')}
            maxLength={256}
            value={value.loginName}
            onChange={(event) => onChange({ ...value, loginName: event.currentTarget.value })}
          />
          {value.loginName.trim() !== '' && (
            <PasswordInput
              label={t('proxy.password')}
              description={status.proxy.hasPassword ? t('proxy.passwordKept') : undefined}
              autoComplete="off"
              maxLength={1024}
              value={value.password}
              onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
              visibilityToggleButtonProps={passwordVisibility(t)}
            />
          )}
          <TextInput
            {...plain}
            label={t('proxy.exceptions')}
            description={t('proxy.exceptionsText')}
            placeholder="intranet.example.com, 192.0.2.0/24"
            value={value.exceptions}
            onChange={(event) => onChange({ ...value, exceptions: event.currentTarget.value })}
          />
        </>
      )}
    </Stack>
  )
}
