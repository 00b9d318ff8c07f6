import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ask } from '../client/ask.ts'
import { useServices } from '../client/services.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { StepHeading } from './step-heading.tsx'

interface ForgottenPasswordProps {
  readonly loginName: string
  readonly onStep: (step: ClientStep) => void
  readonly onBack: () => void
}

/** Asks for the mail, then for its code. Whether there was anything to send is told by nothing. */
export function ForgottenPassword({ loginName, onStep, onBack }: ForgottenPasswordProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [account, setAccount] = useState(loginName)
  const [code, setCode] = useState('')
  const [isAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const isReady = isAsked ? code.trim().length >= 10 : account.trim() !== ''

  const go = async () => {
    setBusy(true)
    setError(null)
    try {
      if (isAsked) {
        onStep((await ask(api, 'password.startReset', { resetCode: code.trim() })).step)
      } else {
        await ask(api, 'password.forgot', { account: account.trim() })
        setAsked(true)
      }
    } catch (failure) {
      // A failure that is not one of the catalogue is shown as unexpected, never passed over.
      setError(failure instanceof Error ? failure : new Error(String(failure)))
    } finally {
      setBusy(false)
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !isBusy) void go()
      }}
    >
      <Stack gap="md">
        <StepHeading title={t('forgot.title')}>{t(isAsked ? 'forgot.sentText' : 'forgot.text')}</StepHeading>
        {isAsked ? (
          <TextInput
            key="code"
            label={t('forgot.code')}
            value={code}
            maxLength={64}
            onChange={(event) => setCode(event.currentTarget.value)}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
            autoFocus
          />
        ) : (
          <TextInput
            key="account"
            label={t('forgot.account')}
            value={account}
            maxLength={254}
            onChange={(event) => setAccount(event.currentTarget.value)}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
          />
        )}
        {error !== null && <ProblemNote error={error} />}
        <Group justify="space-between">
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t('common.back')}
          </Anchor>
          <Group gap="sm">
            {!isAsked && (
              <Anchor component="button" type="button" size="sm" onClick={() => setAsked(true)}>
                {t('forgot.haveCode')}
              </Anchor>
            )}
            <Button type="submit" loading={isBusy} disabled={!isReady}>
              {t(isAsked ? 'common.continue' : 'forgot.send')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  )
}

/** The end: nobody is signed in by it. */
export function PasswordReplaced() {
  const { t } = useTranslation()
  return (
    <Text role="status" size="sm" className="hf-note">
      {t('forgot.done')}
    </Text>
  )
}
