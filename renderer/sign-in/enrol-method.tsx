import { Button, Checkbox, Loader, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Method, PhoneChannel } from '../../shared/model/policy.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { AuthenticatorForm } from './authenticator-form.tsx'
import { EmailForm } from './email-form.tsx'
import { MethodIcon } from './method-icon.tsx'
import { PasskeyForm } from './passkey-form.tsx'
import { PhoneApprovalForm } from './phone-approval-form.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

// The tables of the world's phone numbers are large and seldom needed.
const PhoneForm = lazy(() => import('./phone-form.tsx').then((module) => ({ default: module.PhoneForm })))

/** Methods that a person can set up; backup codes come by themselves with the first one. */
export const settable = [
  'passkey',
  'push',
  'totp',
  'sms',
  'voice',
  'email',
] as const satisfies readonly Method[]
export type SettableMethod = (typeof settable)[number]

interface EnrolMethodProps extends StepProps {
  readonly methods: readonly Method[]
  readonly isOffer: boolean
  readonly canDismiss: boolean
  /** When the offer ends and a second step is compulsory; null = never. */
  readonly compulsoryFrom: string | null
}

/** Sets up the first second factor: offered, or compulsory. */
export function EnrolMethod({
  methods,
  isOffer,
  canDismiss,
  compulsoryFrom,
  send,
  isBusy,
  error,
}: EnrolMethodProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const offered = settable.filter((method) => methods.includes(method))
  const [chosen, setChosen] = useState<SettableMethod | null>(null)
  const [dontShowAgain, setDontShowAgain] = useState(false)

  if (chosen !== null) {
    return (
      <MethodForm
        method={chosen}
        isBusy={isBusy}
        error={error}
        onBack={() => setChosen(null)}
        onEnrol={(enrolment) => send('transaction.startEnrolment', enrolment)}
      />
    )
  }
  return (
    <>
      <StepHeading title={t(isOffer ? 'enrol.offerTitle' : 'enrol.mustTitle')}>
        {t(isOffer ? 'enrol.offerText' : 'enrol.mustText')}
      </StepHeading>
      {compulsoryFrom !== null && (
        <Text size="sm" className="hf-note hf-note-warn">
          {t('enrol.compulsoryFrom', { date: formats.dateTime(compulsoryFrom) })}
        </Text>
      )}
      {error !== null && <ProblemNote error={error} />}
      <MethodChoice methods={offered} onChoose={setChosen} />
      {isOffer && (
        <Stack gap="xs">
          {canDismiss && (
            <Checkbox
              size="sm"
              label={t('enrol.dontShowAgain')}
              checked={dontShowAgain}
              onChange={(event) => setDontShowAgain(event.currentTarget.checked)}
            />
          )}
          <Button
            variant="default"
            loading={isBusy}
            onClick={() => send('transaction.skipEnrolment', { dontShowAgain })}
          >
            {t('enrol.skip')}
          </Button>
        </Stack>
      )}
    </>
  )
}

interface MethodChoiceProps {
  readonly methods: readonly SettableMethod[]
  readonly onChoose: (method: SettableMethod) => void
}

export function MethodChoice({ methods, onChoose }: MethodChoiceProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      {methods.map((method) => (
        <UnstyledButton key={method} className="hf-row" onClick={() => onChoose(method)}>
          <span className="hf-row-icon">
            <MethodIcon method={method} />
          </span>
          <span className="hf-row-main">
            <Text fw={600} size="sm">
              {t(`enrol.${method}.title`)}
            </Text>
            <Text size="sm" c="dimmed">
              {t(`enrol.${method}.text`)}
            </Text>
          </span>
          <IconChevronRight size={18} className="hf-flip" aria-hidden />
        </UnstyledButton>
      ))}
    </Stack>
  )
}

export type EnrolmentCall =
  | { method: PhoneChannel; phoneNumber: string; label?: string }
  | { method: 'email'; emailAddress: string; label?: string }
  | { method: 'totp' | 'push' | 'passkey'; label?: string }

/** What the form of every method gets. */
export interface MethodFormProps {
  readonly isBusy: boolean
  readonly error: Error | null
  readonly onBack: () => void
  readonly onEnrol: (enrolment: EnrolmentCall) => void
}

/** What has to be known before a method can be proven. */
export function MethodForm({ method, ...props }: MethodFormProps & { readonly method: SettableMethod }) {
  const { t } = useTranslation()
  switch (method) {
    case 'email':
      return <EmailForm {...props} />
    case 'sms':
    case 'voice':
      return (
        <Suspense fallback={<Loader size="sm" aria-label={t('common.loading')} />}>
          <PhoneForm channel={method} {...props} />
        </Suspense>
      )
    case 'push':
      return <PhoneApprovalForm {...props} />
    case 'passkey':
      return <PasskeyForm {...props} />
    case 'totp':
      return <AuthenticatorForm {...props} />
  }
}
