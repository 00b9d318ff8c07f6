import { Loader, Stack } from '@mantine/core'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientCall, ClientRequest } from '../../shared/client-api.ts'
import { errorFrom, type AppError } from '../../shared/errors.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useServices } from '../client/services.tsx'
import { ChangePassword } from './change-password.tsx'
import { ChooseMethod } from './choose-method.tsx'
import { EnrolMethod } from './enrol-method.tsx'
import { EnterCode } from './enter-code.tsx'
import { LegacyOffer } from './legacy-offer.tsx'
import { PairAuthenticator } from './pair-authenticator.tsx'
import { PasskeyStep } from './passkey-step.tsx'
import { PhoneStep } from './phone-step.tsx'
import { RecoveryWaiting } from './recovery-waiting.tsx'

// The tables of the world's phone numbers are large and seldom needed.
const RecoverByPhone = lazy(() =>
  import('./recover-by-phone.tsx').then((module) => ({ default: module.RecoverByPhone })),
)

/** The requests that answer a step with the next one. */
export type Answer = Extract<
  ClientRequest,
  | 'transaction.changePassword'
  | 'transaction.chooseMethod'
  | 'transaction.chooseAnother'
  | 'transaction.resend'
  | 'transaction.prove'
  | 'transaction.startEnrolment'
  | 'transaction.skipEnrolment'
  | 'transaction.awaitHandOff'
  | 'transaction.awaitPhone'
  | 'transaction.askPhone'
  | 'transaction.startRecovery'
  | 'transaction.recoveryNumber'
>

/** What every screen of a step gets. */
export interface StepProps {
  readonly send: <R extends Answer>(name: R, input: ClientCall<R>) => void
  readonly isBusy: boolean
  /** Why the last answer was refused; the step is still open. */
  readonly error: AppError | null
}

interface StepFlowProps {
  readonly step: ClientStep
  /** Signing in, where a computer can be trusted; otherwise a step-up, an enrolment or a forgotten password. */
  readonly isSignIn: boolean
  readonly onStep: (step: ClientStep) => void
  /** The transaction is over without a result. */
  readonly onEnded: (error: AppError) => void
}

/** Shows where a transaction stands and sends the answer. What comes next is decided elsewhere, always. */
export function StepFlow({ step, isSignIn, onStep, onEnded }: StepFlowProps) {
  const { api } = useServices()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<AppError | null>(null)
  const answers = useRef(0)

  const answer = async <R extends Answer>(name: R, input: ClientCall<R>) => {
    answers.current += 1
    const mine = answers.current
    setBusy(true)
    setError(null)
    const reply = await api.request(name, input)
    // Waiting for a browser ends, in vain, when the person chose another way meanwhile.
    if (mine !== answers.current) return
    setBusy(false)
    if (reply.ok) onStep(reply.value.step)
    else if (reply.problem.code === 'SIGN_IN_ENDED') onEnded(errorFrom(reply.problem))
    else setError(errorFrom(reply.problem))
  }
  const props: StepProps = { send: (name, input) => void answer(name, input), isBusy, error }
  return (
    <Stack gap="md">
      <StepScreen step={step} isSignIn={isSignIn} {...props} />
    </Stack>
  )
}

function StepScreen({
  step,
  isSignIn,
  ...props
}: StepProps & { readonly step: ClientStep; readonly isSignIn: boolean }) {
  const { t } = useTranslation()
  switch (step.kind) {
    case 'change-password':
      return <ChangePassword isForgotten={!isSignIn} {...props} />
    case 'offer-enrolment':
      return (
        <EnrolMethod
          methods={step.methods}
          isOffer
          canDismiss={step.canDismiss}
          compulsoryFrom={step.compulsoryFrom}
          {...props}
        />
      )
    case 'must-enrol':
      return (
        <EnrolMethod
          methods={step.methods}
          isOffer={false}
          canDismiss={false}
          compulsoryFrom={null}
          {...props}
        />
      )
    case 'offer-legacy':
      return <LegacyOffer until={step.until} {...props} />
    case 'choose-method':
      return (
        <ChooseMethod
          options={step.options}
          canRecover={step.canRecover ?? false}
          isSignIn={isSignIn}
          {...props}
        />
      )
    case 'recover-by-phone':
      return (
        <Suspense fallback={<Loader size="sm" aria-label={t('common.loading')} />}>
          <RecoverByPhone step={step} {...props} />
        </Suspense>
      )
    case 'recovery-waiting':
      return <RecoveryWaiting step={step} />
    case 'enter-code':
      return (
        <EnterCode
          key={step.challenge.challengeId}
          challenge={step.challenge}
          canTrust={isSignIn}
          {...props}
        />
      )
    case 'pair-authenticator':
      return <PairAuthenticator key={step.challenge.challengeId} step={step} {...props} />
    case 'use-passkey':
    case 'register-passkey':
      return <PasskeyStep key={step.passkey.challengeId} step={step} canTrust={isSignIn} {...props} />
    case 'approve-on-phone':
    case 'pair-phone':
      return <PhoneStep key={step.approval.challengeId} step={step} canTrust={isSignIn} {...props} />
    case 'signed-in':
    case 'granted':
    case 'enrolled':
    case 'contact-proven':
    case 'password-changed':
      // The end: whoever opened the flow goes on.
      return null
  }
}
