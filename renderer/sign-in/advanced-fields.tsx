import { Checkbox, Divider, Stack, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { ProxyFields } from '../server/proxy-fields.tsx'
import type { ProxyForm } from '../server/proxy-form.ts'
import { isPort } from '../server/server-address.ts'

/** What leads to the server, beside its address. */
export interface WayForm {
  readonly port: string
  readonly caFile: string
  readonly allowInsecure: boolean
  readonly proxy: ProxyForm
}

interface AdvancedFieldsProps {
  readonly status: AppStatus
  readonly value: WayForm
  readonly onChange: (value: WayForm) => void
  /** The address, where it is not asked for above already. */
  readonly addressField: ReactNode
  readonly hasServer: boolean
  readonly hasProxy: boolean
}

/** What most people never need: server and port, the way there, certificates of one's own. */
export function AdvancedFields(props: AdvancedFieldsProps) {
  const { status, value, onChange, addressField, hasServer, hasProxy } = props
  const { t } = useTranslation()
  return (
    <Stack gap="sm">
      {hasServer && (
        <>
          {addressField}
          <TextInput
            label={t('signIn.port')}
            description={t('signIn.portText')}
            placeholder="443"
            inputMode="numeric"
            autoComplete="off"
            dir="ltr"
            w={200}
            maxLength={5}
            value={value.port}
            error={isPort(value.port) ? undefined : t('signIn.portWrong')}
            onChange={(event) => onChange({ ...value, port: event.currentTarget.value.replace(/\D/g, '') })}
          />
          <TextInput
            label={t('signIn.caFile')}
            description={t('signIn.caFileText')}
            value={value.caFile}
            onChange={(event) => onChange({ ...value, caFile: event.currentTarget.value })}
            spellCheck={false}
            dir="ltr"
          />
          <Checkbox
            label={t('signIn.insecure')}
            description={t('signIn.insecureText')}
            checked={value.allowInsecure}
            onChange={(event) => onChange({ ...value, allowInsecure: event.currentTarget.checked })}
          />
        </>
      )}
      {hasServer && hasProxy && <Divider label={t('proxy.title')} labelPosition="left" />}
      {hasProxy && (
        <ProxyFields
          status={status}
          value={value.proxy}
          onChange={(proxy) => onChange({ ...value, proxy })}
        />
      )}
    </Stack>
  )
}
