import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { authenticatorNames, authenticatorStores } from '../../shared/authenticator-apps.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { QrCode } from '../parts/qr-code.tsx'
import { AnotherWay } from './another-way.tsx'
import { CodeField } from './enter-code.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

interface PairAuthenticatorProps extends StepProps {
  readonly step: Extract<ClientStep, { kind: 'pair-authenticator' }>
}

/** A new authenticator: scan or type its key, then prove it with the first code. */
export function PairAuthenticator({ step, send, isBusy, error }: PairAuthenticatorProps) {
  const { t } = useTranslation()
  const [isTyping, setTyping] = useState(false)
  const formats = useFormats()
  const nowMs = useNow(1000)
  const app = authenticatorNames[step.app.preset] ?? step.app.name
  const stores = authenticatorStores[step.app.preset]
  const leftMs = Date.parse(step.challenge.expiresAt) - nowMs
  const groups = step.secretBase32.match(/.{1,4}/g) ?? [step.secretBase32]
  return (
    <>
      <StepHeading title={app === null ? t('pair.title') : t('pair.titleApp', { app })}>
        {t('pair.text')}
      </StepHeading>
      {app !== null && stores.length > 0 && (
        <Text size="sm" c="dimmed" component="div">
          {t('pair.getApp', { app })}
          {stores.map((address) => (
            <div key={address} dir="ltr" className="hf-wrap">
              {address}
            </div>
          ))}
        </Text>
      )}
      {isTyping ? (
        <Stack gap={4} className="hf-soft-box">
          <Text size="sm" c="dimmed">
            {t('pair.keyText', { issuer: step.issuer, account: step.accountName })}
          </Text>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Text className="hf-mono hf-key" dir="ltr" aria-label={t('pair.key')} role="group">
              {groups.join(' ')}
            </Text>
            <CopyButton text={step.secretBase32} />
          </Group>
        </Stack>
      ) : (
        <QrCode text={step.otpauthUri} label={t('pair.qr')} />
      )}
      <Button variant="subtle" size="compact-sm" onClick={() => setTyping(!isTyping)}>
        {t(isTyping ? 'pair.showQr' : 'pair.showKey')}
      </Button>
      <CodeField
        challenge={step.challenge}
        isBusy={isBusy}
        error={error}
        onCode={(code) => send('transaction.prove', { code })}
      />
      <Text size="sm" c="dimmed" className="hf-figures">
        {t('code.expiresIn', { time: formats.countdown(Math.max(0, leftMs)) })}
      </Text>
      {step.challenge.canChooseAnother && <AnotherWay send={send} />}
    </>
  )
}
