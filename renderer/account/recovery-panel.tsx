import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconPhoneCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountRecovery } from '../../shared/model/recovery.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useServices } from '../client/services.tsx'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { PhoneNumberFields } from '../sign-in/phone-number-fields.tsx'
import { StepFlow } from '../sign-in/step-flow.tsx'
import { PendingRecoveryNote } from './pending-recovery-note.tsx'

const hourMs = 3_600_000

/** The phone that brings its owner back when every sign-in method is lost, and a recovery that waits. */
export function RecoveryPanel() {
  const { t } = useTranslation()
  const formats = useFormats()
  const query = useAsk('recovery.get', {})
  const [isSetting, setSetting] = useState(false)
  return (
    <Asked query={query}>
      {({ recovery }) => (
        <>
          {recovery.pending !== null && <PendingRecoveryNote pending={recovery.pending} />}
          <Section
            title={t('recovery.title')}
            text={t('recovery.text', { time: formats.duration(recovery.waitHours * hourMs) })}
            actions={
              recovery.isAllowed && (
                <Button variant="default" onClick={() => setSetting(true)}>
                  {t(recovery.recoveryPhone === null ? 'recovery.add' : 'recovery.replace')}
                </Button>
              )
            }
          >
            <RecoveryPhone recovery={recovery} />
          </Section>
          <Modal
            opened={isSetting}
            onClose={() => setSetting(false)}
            title={t('recovery.title')}
            closeOnClickOutside={false}
            closeButtonProps={{ 'aria-label': t('common.cancel') }}
          >
            {isSetting && <SetRecoveryPhone onDone={() => setSetting(false)} />}
          </Modal>
        </>
      )}
    </Asked>
  )
}

function RecoveryPhone({ recovery }: { recovery: AccountRecovery }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const remove = useAct('recovery.removePhone', { changes: ['recovery.get'] })
  const error = shownError(remove.error)
  const { recoveryPhone } = recovery
  if (recoveryPhone === null) {
    return <Text c="dimmed">{t(recovery.isAllowed ? 'recovery.none' : 'recovery.notAllowed')}</Text>
  }
  return (
    <ul className="hf-list">
      <li>
        <span className="hf-row-icon">
          <IconPhoneCheck size={20} stroke={1.6} aria-hidden />
        </span>
        <div className="hf-grow">
          <Text fw={600} size="sm" dir="ltr" className="hf-figures hf-start-text">
            {recoveryPhone.maskedDestination}
          </Text>
          <Text size="sm" c="dimmed">
            {t('factors.added', { date: formats.date(recoveryPhone.addedAt) })}
          </Text>
        </div>
        <ConfirmButton
          label={t('common.remove')}
          ariaLabel={t('recovery.remove')}
          title={t('recovery.removeTitle')}
          text={t('recovery.removeText')}
          confirmLabel={t('common.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({})}
        />
        {error !== null && <ProblemNote error={error} />}
      </li>
    </ul>
  )
}

function SetRecoveryPhone({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const queries = useQueryClient()
  const [number, setNumber] = useState<string | null>(null)
  const [step, setStep] = useState<ClientStep | null>(null)
  const [ended, setEnded] = useState<Error | null>(null)
  const set = useAct('recovery.setPhone', { onDone: ({ step: first }) => show(first) })
  const error = ended ?? shownError(set.error)

  function show(next: ClientStep) {
    if (next.kind !== 'contact-proven') {
      setStep(next)
      return
    }
    void queries.invalidateQueries({ queryKey: ['recovery.get'] })
    onDone()
  }

  if (step !== null) {
    return (
      <StepFlow
        step={step}
        isSignIn={false}
        onStep={show}
        onEnded={(failure) => {
          setStep(null)
          setEnded(failure)
          void api.request('transaction.cancel', {})
        }}
      />
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (number !== null) set.mutate({ phoneNumber: number })
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('recovery.setText')}
        </Text>
        <PhoneNumberFields onNumber={setNumber} />
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onDone}>
            {t('common.cancel')}
          </Anchor>
          <Button type="submit" loading={set.isPending} disabled={number === null}>
            {t('enrol.sms.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
