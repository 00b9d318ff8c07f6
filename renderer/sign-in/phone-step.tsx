import { Button, Checkbox, Group, Loader, Stack, Text } from '@mantine/core'
import { useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { QrCode } from '../parts/qr-code.tsx'
import { AnotherWay } from './another-way.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

interface PhoneStepProps extends StepProps {
  readonly step: Extract<ClientStep, { kind: 'approve-on-phone' | 'pair-phone' }>
  /** Signing in, where a computer can be trusted. */
  readonly canTrust: boolean
}

/** Shows the number that is typed on the phone, and waits for its approval. A phone is paired in the same way. */
export function PhoneStep({ step, canTrust, send, isBusy, error }: PhoneStepProps) {
  const { t } = useTranslation()
  const [trustDevice, setTrustDevice] = useState(false)
  const { approval } = step
  const isNew = step.kind === 'pair-phone'
  // Waiting begins with the screen, and anew when the choice about this computer changes.
  const wait = useEffectEvent((trust: boolean) => send('transaction.awaitPhone', { trustDevice: trust }))
  useEffect(() => {
    wait(trustDevice)
  }, [trustDevice])
  return (
    <>
      <StepHeading title={t(isNew ? 'push.pairTitle' : 'push.title')}>
        {isNew ? t('push.pairText') : t('push.text', { label: approval.label })}
      </StepHeading>
      {error !== null && <ProblemNote error={error} />}
      {error === null ? (
        <>
          {isNew && <Pairing address={approval.address} />}
          <div className="hf-soft-box">
            <Text size="sm" c="dimmed" id="hf-phone-number">
              {t('push.number')}
            </Text>
            <Text className="hf-number" dir="ltr" role="group" aria-labelledby="hf-phone-number">
              {approval.number}
            </Text>
          </div>
          <Waiting expiresAt={approval.expiresAt} />
          {!isNew && (
            <Text size="sm" c="dimmed" component="div">
              {t('push.where')}
              <div dir="ltr" className="hf-wrap">
                {approval.address}
              </div>
            </Text>
          )}
          {canTrust && !isNew && (
            <Checkbox
              label={t('code.trust')}
              description={t('code.trustText')}
              checked={trustDevice}
              onChange={(event) => setTrustDevice(event.currentTarget.checked)}
            />
          )}
        </>
      ) : (
        <Stack>
          <Button size="md" loading={isBusy} onClick={() => send('transaction.askPhone', {})}>
            {t('push.again')}
          </Button>
        </Stack>
      )}
      {approval.canChooseAnother && <AnotherWay send={send} />}
    </>
  )
}

function Pairing({ address }: { readonly address: string }) {
  const { t } = useTranslation()
  const [isTyping, setTyping] = useState(false)
  return (
    <>
      {isTyping ? (
        <Stack gap={4} className="hf-soft-box">
          <Text size="sm" c="dimmed">
            {t('push.addressText')}
          </Text>
          <Group justify="space-between" wrap="nowrap" align="flex-start">
            <Text className="hf-mono hf-wrap" size="sm" dir="ltr" aria-label={t('push.address')} role="group">
              {address}
            </Text>
            <CopyButton text={address} />
          </Group>
        </Stack>
      ) : (
        <QrCode text={address} label={t('push.qr')} />
      )}
      <Button variant="subtle" size="compact-sm" onClick={() => setTyping(!isTyping)}>
        {t(isTyping ? 'pair.showQr' : 'push.showAddress')}
      </Button>
    </>
  )
}

function Waiting({ expiresAt }: { readonly expiresAt: string }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(1000)
  const leftMs = Math.max(0, Date.parse(expiresAt) - nowMs)
  return (
    <Group gap="sm" wrap="nowrap">
      <Loader size="sm" aria-hidden />
      <Text size="sm" role="status">
        {t('push.waiting')}
      </Text>
      <Text size="sm" c="dimmed" className="hf-figures">
        {t('code.expiresIn', { time: formats.countdown(leftMs) })}
      </Text>
    </Group>
  )
}
