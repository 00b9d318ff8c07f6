import { Anchor, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useServices } from '../client/services.tsx'
import { shownError, useAct } from '../client/use-act.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { PhoneNumberFields } from '../sign-in/phone-number-fields.tsx'
import { StepFlow } from '../sign-in/step-flow.tsx'

interface ContactDialogProps {
  readonly contact: 'recovery-phone' | 'email' | null
  readonly onClose: () => void
}

/** A recovery phone or the account's mail address: typed, then proven by the passcode that is sent there. */
export function ContactDialog({ contact, onClose }: ContactDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={contact !== null}
      onClose={onClose}
      title={t(contact === 'email' ? 'email.title' : 'recovery.title')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common.cancel') }}
    >
      {contact === 'email' && <SetEmail onDone={onClose} />}
      {contact === 'recovery-phone' && <SetRecoveryPhone onDone={onClose} />}
    </Modal>
  )
}

function SetRecoveryPhone({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [number, setNumber] = useState<string | null>(null)
  const steps = useContactSteps(onDone)
  const set = useAct('recovery.setPhone', { onDone: ({ step }) => steps.show(step) })
  return (
    <ContactForm
      steps={steps}
      error={shownError(set.error)}
      isBusy={set.isPending}
      isReady={number !== null}
      text={t('recovery.setText')}
      onCancel={onDone}
      onSend={() => {
        if (number !== null) set.mutate({ phoneNumber: number })
      }}
    >
      <PhoneNumberFields onNumber={setNumber} />
    </ContactForm>
  )
}

function SetEmail({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const steps = useContactSteps(onDone)
  const set = useAct('account.setEmail', { onDone: ({ step }) => steps.show(step) })
  return (
    <ContactForm
      steps={steps}
      error={shownError(set.error)}
      isBusy={set.isPending}
      isReady={email.includes('@')}
      text={t('email.setText')}
      onCancel={onDone}
      onSend={() => set.mutate({ email: email.trim() })}
    >
      <TextInput
        label={t('email.title')}
        type="email"
        autoComplete="email"
        dir="ltr"
        value={email}
        maxLength={254}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </ContactForm>
  )
}

interface ContactSteps {
  readonly step: ClientStep | null
  readonly ended: Error | null
  readonly show: (step: ClientStep) => void
  readonly end: (error: Error) => void
}

function useContactSteps(onDone: () => void): ContactSteps {
  const { api } = useServices()
  const queries = useQueryClient()
  const [step, setStep] = useState<ClientStep | null>(null)
  const [ended, setEnded] = useState<Error | null>(null)
  return {
    step,
    ended,
    show: (next) => {
      if (next.kind !== 'contact-proven') {
        setStep(next)
        return
      }
      void queries.invalidateQueries({ queryKey: ['recovery.get'] })
      onDone()
    },
    end: (error) => {
      setStep(null)
      setEnded(error)
      void api.request('transaction.cancel', {})
    },
  }
}

interface ContactFormProps {
  readonly steps: ContactSteps
  readonly error: Error | null
  readonly isBusy: boolean
  readonly isReady: boolean
  readonly text: string
  readonly onSend: () => void
  readonly onCancel: () => void
  readonly children: ReactNode
}

function ContactForm({
  steps,
  isBusy,
  isReady,
  text,
  onSend,
  onCancel,
  children,
  ...props
}: ContactFormProps) {
  const { t } = useTranslation()
  const error = steps.ended ?? props.error
  if (steps.step !== null) {
    return <StepFlow step={steps.step} isSignIn={false} onStep={steps.show} onEnded={steps.end} />
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) onSend()
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {text}
        </Text>
        {children}
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onCancel}>
            {t('common.cancel')}
          </Anchor>
          <Button type="submit" loading={isBusy} disabled={!isReady}>
            {t('enrol.sms.send')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
