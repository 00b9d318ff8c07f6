import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Challenge } from '../../shared/model/sign-in.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { AnotherWay } from './another-way.tsx'
import { passcodeFrom } from './code-from-text.ts'
import { ResendButton } from './resend-button.tsx'
import { StepHeading } from './step-heading.tsx'
import type { StepProps } from './step-flow.tsx'

interface EnterCodeProps extends StepProps {
  readonly challenge: Challenge
  readonly canTrust: boolean
}

/** Takes the code of an open challenge: a sent passcode, an authenticator's code or a backup code. */
export function EnterCode({ challenge, canTrust, send, isBusy, error }: EnterCodeProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(1000)
  const trustId = useId()
  const [trustDevice, setTrustDevice] = useState(false)
  const leftMs = Date.parse(challenge.expiresAt) - nowMs
  const isExpired = leftMs <= 0 || error?.code === 'PASSCODE_EXPIRED'
  const triesLeft = triesLeftAfter(challenge, error)
  const sentWords = sentWordsOf(challenge)

  return (
    <>
      <StepHeading title={t(`code.title.${challenge.method}`)}>
        {sentWords !== null ? (
          <>
            {t(sentWords)}{' '}
            <Text span fw={600} dir="ltr" inherit>
              {challenge.maskedDestination ?? challenge.label}
            </Text>
            {challenge.maskedDestination !== null && ` · ${challenge.label}`}
          </>
        ) : (
          t(`code.text.${challenge.method}`, { label: challenge.label })
        )}
      </StepHeading>
      {isExpired ? (
        <ExpiredNote canResend={(challenge.resendsLeft ?? 0) > 0} />
      ) : (
        <CodeField
          challenge={challenge}
          isBusy={isBusy}
          error={error}
          onCode={(code) => send('transaction.prove', { code, trustDevice })}
        />
      )}
      {!isExpired && (
        <Group justify="space-between" gap="xs">
          <Text size="sm" c={triesLeft <= 2 ? 'var(--hf-bad)' : 'dimmed'} role="status">
            {t('code.triesLeft', { count: triesLeft })}
          </Text>
          {challenge.method !== 'backup-code' && (
            <Text size="sm" c="dimmed" className="hf-figures">
              {t('code.expiresIn', { time: formats.countdown(leftMs) })}
            </Text>
          )}
        </Group>
      )}
      {canTrust && !isExpired && (
        <Checkbox
          id={trustId}
          size="sm"
          checked={trustDevice}
          onChange={(event) => setTrustDevice(event.currentTarget.checked)}
          label={t('code.trust')}
          description={t('code.trustText')}
        />
      )}
      <Stack gap="xs">
        <ResendButton
          challenge={challenge}
          nowMs={nowMs}
          isBusy={isBusy}
          onResend={(input) => send('transaction.resend', input)}
        />
        {challenge.canChooseAnother && <AnotherWay send={send} />}
      </Stack>
    </>
  )
}

function sentWordsOf({ method }: Challenge) {
  if (method === 'sms') return 'code.sentTo'
  if (method === 'voice') return 'code.calling'
  return method === 'email' ? 'code.mailedTo' : null
}

function ExpiredNote({ canResend }: { canResend: boolean }) {
  const { t } = useTranslation()
  return (
    <Text role="alert" size="sm" className="hf-note hf-note-warn">
      {t(canResend ? 'code.expired' : 'code.expiredForGood')}
    </Text>
  )
}

interface CodeFieldProps {
  readonly challenge: Challenge
  readonly isBusy: boolean
  readonly error: StepProps['error']
  readonly onCode: (code: string) => void
}

/** Digits only, and sent by itself when the last one is there; a backup code is free text with a button. */
export function CodeField({ challenge, isBusy, error, onCode }: CodeFieldProps) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const isDigits = challenge.method !== 'backup-code'

  // A refused code is not worth mending: the field is empty again, and ready.
  const [seenError, setSeenError] = useState(error)
  if (error !== seenError) {
    setSeenError(error)
    if (error !== null) setCode('')
  }
  useEffect(() => {
    if (error !== null) field.current?.focus()
  }, [error])

  const type = (text: string) => {
    if (!isDigits) {
      setCode(text)
      return
    }
    const digits = passcodeFrom(text, challenge.codeLength, challenge.prefix)
    setCode(digits)
    if (digits.length === challenge.codeLength && digits !== code && !isBusy) onCode(digits)
  }
  const isComplete = isDigits ? code.length === challenge.codeLength : code.trim().length >= 8

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isComplete && !isBusy) onCode(code.trim())
      }}
    >
      <Stack gap="sm">
        <TextInput
          ref={field}
          label={t(`code.field.${challenge.method}`)}
          description={
            challenge.prefix === null
              ? undefined
              : t(challenge.method === 'voice' ? 'code.prefixSpoken' : 'code.prefixText', {
                  prefix: challenge.prefix,
                })
          }
          value={code}
          onChange={(event) => type(event.currentTarget.value)}
          onPaste={(event) => {
            if (!isDigits) return
            event.preventDefault()
            type(event.clipboardData.getData('text'))
          }}
          leftSection={
            challenge.prefix === null ? undefined : (
              <Text fw={650} className="hf-mono" aria-hidden>
                {challenge.prefix}–
              </Text>
            )
          }
          leftSectionWidth={challenge.prefix === null ? undefined : 84}
          inputMode={isDigits ? 'numeric' : 'text'}
          autoComplete={isDigits ? 'one-time-code' : 'off'}
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          autoFocus
          dir="ltr"
          size="lg"
          classNames={{ input: isDigits ? 'hf-code-input' : 'hf-mono' }}
          aria-invalid={error !== null}
        />
        {error !== null && <ProblemNote error={error} />}
        <Button type="submit" size="md" loading={isBusy} disabled={!isComplete}>
          {t('code.confirm')}
        </Button>
      </Stack>
    </form>
  )
}

function triesLeftAfter(challenge: Challenge, error: StepProps['error']): number {
  const told = error?.details?.['triesLeft']
  if (typeof told === 'number') return told
  return error?.code === 'PASSCODE_WRONG' ? Math.max(0, challenge.triesLeft - 1) : challenge.triesLeft
}
