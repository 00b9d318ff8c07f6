import { Modal, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useServices } from '../client/services.tsx'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { MethodChoice, MethodForm, settable, type SettableMethod } from '../sign-in/enrol-method.tsx'
import { StepFlow } from '../sign-in/step-flow.tsx'

interface AddMethodDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onCodes: (codes: readonly string[]) => void
}

export function AddMethodDialog({ isOpen, onClose, onCodes }: AddMethodDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('factors.add')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.cancel') }}
    >
      {isOpen && <AddMethod onClose={onClose} onCodes={onCodes} />}
    </Modal>
  )
}

function AddMethod({ onClose, onCodes }: Omit<AddMethodDialogProps, 'isOpen'>) {
  const { t } = useTranslation()
  const { api } = useServices()
  const queries = useQueryClient()
  const me = useAsk('account.me', {})
  const [method, setMethod] = useState<SettableMethod | null>(null)
  const [step, setStep] = useState<ClientStep | null>(null)
  const [ended, setEnded] = useState<Error | null>(null)
  const enrol = useAct('factors.enrol', { onDone: ({ step: first }) => show(first) })
  const error = ended ?? shownError(enrol.error)

  function show(next: ClientStep) {
    if (next.kind !== 'enrolled') {
      setStep(next)
      return
    }
    void queries.invalidateQueries({ queryKey: ['factors.list'] })
    onClose()
    if (next.backupCodes !== null) onCodes(next.backupCodes)
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
  if (method !== null) {
    return (
      <MethodForm
        method={method}
        isBusy={enrol.isPending}
        error={error}
        onBack={() => setMethod(null)}
        onEnrol={(enrolment) => enrol.mutate(enrolment)}
      />
    )
  }
  const allowed = settable.filter(
    (each) => me.data?.methods.includes(each) ?? (each === 'totp' || each === 'sms'),
  )
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('factors.addText')}
      </Text>
      {error !== null && <ProblemNote error={error} />}
      <MethodChoice methods={allowed} onChoose={setMethod} />
    </Stack>
  )
}
