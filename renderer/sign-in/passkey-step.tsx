import { Alert, Button, Checkbox, Group, Loader, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconExternalLink } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientOutput } from '../../shared/client-api.ts'
import { AppError, errorFrom, isAppError } from '../../shared/errors.ts'
import type { HandOffWay } from '../../shared/model/passkey.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useServices } from '../client/services.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { AnotherWay } from './another-way.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

interface PasskeyStepProps extends StepProps {
  readonly step: Extract<ClientStep, { kind: 'use-passkey' | 'register-passkey' }>
  /** Signing in, where a computer can be trusted. */
  readonly canTrust: boolean
}

type HandOff = ClientOutput<'transaction.startHandOff'>

/** Hands the request to the person's browser, which knows their passkeys, and waits for it. */
export function PasskeyStep({ step, canTrust, send, isBusy, error }: PasskeyStepProps) {
  const { t, i18n } = useTranslation()
  const { api, host } = useServices()
  const [handOff, setHandOff] = useState<HandOff | null>(null)
  const [failure, setFailure] = useState<AppError | null>(null)
  const [isStarting, setStarting] = useState(false)
  const [trustDevice, setTrustDevice] = useState(false)
  const { canChooseAnother, ways } = step.passkey
  const isNew = step.kind === 'register-passkey'
  const isWaiting = isBusy && handOff !== null
  // What the person stopped is no failure.
  const shown = failure ?? (isAppError(error) && error.details?.['reason'] === 'cancelled' ? null : error)

  const start = async (way: HandOffWay) => {
    setStarting(true)
    setFailure(null)
    const reply = await api.request('transaction.startHandOff', { way, language: i18n.language })
    setStarting(false)
    if (!reply.ok) {
      setFailure(errorFrom(reply.problem))
      return
    }
    setHandOff(reply.value)
    send('transaction.awaitHandOff', { trustDevice })
    if (reply.value.userCode === null) openAddress(reply.value.address)
  }
  const openAddress = (address: string) => {
    if (host.openExternal === undefined) window.open(address, '_blank', 'noopener,noreferrer')
    else host.openExternal(address).catch(() => setFailure(new AppError('NOT_ALLOWED', 'It was not opened.')))
  }

  return (
    <>
      <StepHeading title={t(isNew ? 'passkey.registerTitle' : 'passkey.useTitle')}>
        {t(isNew ? 'passkey.registerText' : 'passkey.useText')}
      </StepHeading>
      {shown !== null && !isWaiting && <ProblemNote error={shown} />}
      {isWaiting ? (
        <Waiting handOff={handOff} onCancel={() => void api.request('transaction.cancelHandOff', {})} />
      ) : (
        <Stack gap="sm">
          {canTrust && !isNew && (
            <Checkbox
              label={t('code.trust')}
              description={t('code.trustText')}
              checked={trustDevice}
              onChange={(event) => setTrustDevice(event.currentTarget.checked)}
            />
          )}
          <Button
            size="md"
            loading={isStarting || isBusy}
            leftSection={<IconExternalLink size={18} aria-hidden />}
            onClick={() => void start('this-computer')}
          >
            {t(shown === null ? 'passkey.open' : 'passkey.openAgain')}
          </Button>
          {ways.includes('other-device') && (
            <Button variant="default" disabled={isStarting} onClick={() => void start('other-device')}>
              {t('passkey.otherDevice')}
            </Button>
          )}
        </Stack>
      )}
      {canChooseAnother && <AnotherWay send={send} />}
    </>
  )
}

function Waiting({ handOff, onCancel }: { handOff: HandOff; onCancel: () => void }) {
  const { t } = useTranslation()
  const { userCode } = handOff
  return (
    <Stack gap="sm">
      <Group gap="sm" wrap="nowrap" role="status">
        <Loader size="sm" aria-hidden />
        <Text size="sm">{t(userCode === null ? 'passkey.waitingHere' : 'passkey.waitingThere')}</Text>
      </Group>
      {userCode !== null && (
        <>
          <Stack gap={4} className="hf-soft-box">
            <Text size="sm" c="dimmed">
              {t('passkey.typeCode')}
            </Text>
            <Text size="sm" dir="ltr" className="hf-mono">
              {handOff.address}
            </Text>
            <Group justify="space-between" wrap="nowrap">
              <Text className="hf-mono hf-key" dir="ltr" role="group" aria-label={t('passkey.code')}>
                {userCode}
              </Text>
              <CopyButton text={userCode} />
            </Group>
          </Stack>
          <Alert variant="default" icon={<IconAlertTriangle size={20} aria-hidden />}>
            {t('passkey.phishing')}
          </Alert>
        </>
      )}
      <Button variant="default" onClick={onCancel}>
        {t('passkey.stop')}
      </Button>
    </Stack>
  )
}
