import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isAppError } from '../../shared/errors.ts'
import type { TrialOffer } from '../../shared/model/trial.ts'
import { ask } from '../client/ask.ts'
import { useServices } from '../client/services.tsx'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { languageOf } from '../locale/i18n.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { NewPasswordFields } from './change-password.tsx'
import { StepHeading } from './step-heading.tsx'

/** Somebody who is in a hurry would use up the mails of a day. */
const resendAfterMs = 60_000

/** An account that is there now; nobody is signed in by it. */
export interface Registered {
  readonly loginName: string
  readonly expiresAt: string
}

interface FreeTrialProps {
  readonly offer: TrialOffer
  readonly onRegistered: (made: Registered) => void
  readonly onBack: () => void
}

/** Asks for the mail, then for its code and a password. Whether the address was free is told by nothing. */
export function FreeTrial({ offer, onRegistered, onBack }: FreeTrialProps) {
  const { t, i18n } = useTranslation()
  const { api, clock } = useServices()
  const formats = useFormats()
  const language = languageOf(i18n)
  const [email, setEmail] = useState('')
  const [invitationCode, setInvitationCode] = useState('')
  const [askedAt, setAskedAt] = useState<number | null>(null)
  const [hasCode, setHasCode] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    try {
      await work()
    } catch (failure) {
      // A failure that is not one of the catalogue is shown as unexpected, never passed over.
      setError(failure instanceof Error ? failure : new Error(String(failure)))
    } finally {
      setBusy(false)
    }
  }
  const send = () =>
    attempt(async () => {
      const invitation = offer.needsInvitation ? { invitationCode: invitationCode.trim() } : {}
      await ask(api, 'trial.ask', { email: email.trim(), language, ...invitation })
      setAskedAt(clock.nowMs())
      setHasCode(true)
    })
  const isReady =
    email.trim() !== '' && !isBusy && (!offer.needsInvitation || invitationCode.trim() !== '' || hasCode)
  const wrongField = wrongFieldOf(error)
  const emailField = (
    <TextInput
      key="email"
      inputMode="email"
      label={t('email.title')}
      value={email}
      maxLength={254}
      onChange={(event) => setEmail(event.currentTarget.value)}
      error={wrongField === 'email' ? t('trial.emailWrong') : undefined}
      autoComplete="email"
      autoCapitalize="none"
      spellCheck={false}
      dir="ltr"
      autoFocus
    />
  )

  if (hasCode) {
    return (
      <RegisterForm
        text={askedAt === null ? t('trial.haveCodeText') : t('trial.sentText', { email: email.trim() })}
        emailField={askedAt === null ? emailField : null}
        isReady={isReady}
        isBusy={isBusy}
        isPasswordUnfit={wrongField === 'newPassword'}
        error={wrongField === null || wrongField === 'invitationCode' ? error : null}
        askedAt={askedAt}
        onResend={() => void send()}
        onBack={() => {
          setHasCode(false)
          setAskedAt(null)
          setError(null)
        }}
        onRegister={(fields) =>
          void attempt(async () => {
            onRegistered(await ask(api, 'trial.register', { email: email.trim(), language, ...fields }))
          })
        }
      />
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) void send()
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('trial.title')}>
          {t('trial.text', { date: formats.date(clock.nowMs() + offer.days * 86_400_000) })}
        </StepHeading>
        {emailField}
        {offer.needsInvitation && (
          <TextInput
            label={t('trial.invitation')}
            description={t('trial.invitationText')}
            value={invitationCode}
            maxLength={200}
            onChange={(event) => setInvitationCode(event.currentTarget.value)}
            error={wrongField === 'invitationCode' ? t('trial.invitationWrong') : undefined}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        {error !== null && wrongField === null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Group gap="sm">
            <Anchor
              component="button"
              type="button"
              size="sm"
              onClick={() => {
                setHasCode(true)
                setError(null)
              }}
            >
              {t('forgot.haveCode')}
            </Anchor>
            <Button type="submit" loading={isBusy} disabled={!isReady}>
              {t('forgot.send')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

interface RegisterFormProps {
  readonly text: string
  /** Where no mail was asked for here. */
  readonly emailField: React.ReactNode
  readonly isReady: boolean
  readonly isBusy: boolean
  readonly isPasswordUnfit: boolean
  readonly error: Error | null
  readonly askedAt: number | null
  readonly onResend: () => void
  readonly onBack: () => void
  readonly onRegister: (fields: { code: string; newPassword: string; displayName?: string }) => void
}

function RegisterForm(props: RegisterFormProps) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [repeated, setRepeated] = useState('')
  const isWhole = code.trim().length >= 10 && password.length >= 8 && password === repeated
  const isReady = props.isReady && isWhole
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const displayName = name.trim()
        if (isReady)
          props.onRegister({
            code: code.trim(),
            newPassword: password,
            ...(displayName === '' ? {} : { displayName }),
          })
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('trial.title')}>{props.text}</StepHeading>
        {props.emailField}
        <TextInput
          label={t('forgot.code')}
          value={code}
          maxLength={64}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          dir="ltr"
          autoFocus={props.emailField === null}
        />
        <TextInput
          label={t('trial.name')}
          description={t('trial.nameText')}
          value={name}
          maxLength={60}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="name"
        />
        <NewPasswordFields
          password={password}
          repeated={repeated}
          onPassword={setPassword}
          onRepeated={setRepeated}
          error={props.isPasswordUnfit ? t('password.unfit') : undefined}
        />
        {props.error !== null && <ProblemNote error={props.error} />}
        <Button type="submit" size="md" loading={props.isBusy} disabled={!isReady}>
          {t('trial.create')}
        </Button>
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={props.onBack}>
            {t('common.back')}
          </Anchor>
          {props.askedAt !== null && (
            <ResendMail askedAt={props.askedAt} isBusy={props.isBusy} onResend={props.onResend} />
          )}
        </Group>
        {props.askedAt !== null && (
          <Text size="sm" c="dimmed">
            {t('trial.noMail')}
          </Text>
        )}
      </Stack>
    </form>
  )
}

interface ResendMailProps {
  readonly askedAt: number
  readonly isBusy: boolean
  readonly onResend: () => void
}

function ResendMail({ askedAt, isBusy, onResend }: ResendMailProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const waitMs = askedAt + resendAfterMs - useNow(1000)
  return (
    <Button
      type="button"
      variant="subtle"
      size="compact-sm"
      className="hf-figures"
      disabled={waitMs > 0 || isBusy}
      onClick={onResend}
    >
      {waitMs > 0 ? t('trial.resendIn', { time: formats.countdown(waitMs) }) : t('trial.resend')}
    </Button>
  )
}

/** The field that the server refused, where it is one that a person can mend here. */
function wrongFieldOf(error: Error | null): 'email' | 'invitationCode' | 'newPassword' | null {
  if (!isAppError(error, 'INPUT_INVALID')) return null
  const paths = error.details?.['paths']
  const fields = ['email', 'invitationCode', 'newPassword'] as const
  return fields.find((field) => Array.isArray(paths) && paths.includes(field)) ?? null
}

/** What the sign-in says to who has just registered. */
export function RegisteredNote({ made }: { made: Registered }) {
  const { t } = useTranslation()
  const formats = useFormats()
  return (
    <Text role="status" size="sm" className="hf-note">
      {t('trial.done', { date: formats.date(made.expiresAt) })}
    </Text>
  )
}
