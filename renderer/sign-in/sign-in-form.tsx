import { Anchor, Button, Checkbox, Collapse, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { ask } from '../client/ask.ts'
import { useServices } from '../client/services.tsx'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { passwordVisibility } from './password-visibility.ts'

/** More than this and codes of authenticators are refused: half of their 30 seconds, either side. */
const tolerableSkewMs = 30_000

interface SignInFormProps {
  readonly status: AppStatus
  readonly onStep: (step: ClientStep, loginName: string) => void
}

export function SignInForm({ status, onStep }: SignInFormProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { api, host } = useServices()
  const known = status.server?.address ?? host.preset?.serverAddress ?? ''
  const isServerHidden = host.preset?.isServerFixed === true
  const [address, setAddress] = useState(known)
  const [caFile, setCaFile] = useState(status.server?.caFile ?? '')
  const [allowInsecure, setAllowInsecure] = useState(status.server?.allowInsecure ?? false)
  const [isAdvanced, setAdvanced] = useState(false)
  const [loginName, setLoginName] = useState(status.loginName ?? '')
  const [password, setPassword] = useState('')
  const [keepSignedIn, setKeepSignedIn] = useState(false)
  const [hasCapsLock, setCapsLock] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const [skewMs, setSkewMs] = useState(0)
  const needsAddress = status.server === null && known === ''

  const signIn = async () => {
    setBusy(true)
    setError(null)
    try {
      const isOther =
        status.server === null ||
        address !== status.server.address ||
        (caFile === '' ? null : caFile) !== status.server.caFile ||
        allowInsecure !== status.server.allowInsecure
      if (isOther) {
        const server = await ask(api, 'server.connect', {
          address: address.trim(),
          allowInsecure,
          caFile: caFile.trim() === '' ? null : caFile.trim(),
        })
        setSkewMs(server.clockSkewMs)
      }
      const { step } = await ask(api, 'signIn.start', { loginName: loginName.trim(), password, keepSignedIn })
      onStep(step, loginName.trim())
    } catch (failure) {
      // A failure that is not one of the catalogue is shown as unexpected, never passed over.
      setError(failure instanceof Error ? failure : new Error(String(failure)))
    } finally {
      setBusy(false)
    }
  }
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const isReady = loginName.trim() !== '' && password !== '' && (isServerHidden || address.trim() !== '')

  const addressField = (
    <TextInput
      label={t('signIn.server')}
      description={t('signIn.serverText')}
      placeholder="https://backup.example.com"
      value={address}
      onChange={(event) => setAddress(event.currentTarget.value)}
      inputMode="url"
      autoComplete="url"
      spellCheck={false}
      dir="ltr"
    />
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !isBusy) void signIn()
      }}
    >
      <Stack gap="md">
        {needsAddress && !isServerHidden && addressField}
        <TextInput
          label={t('signIn.loginName')}
          value={loginName}
          onChange={(event) => setLoginName(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={loginName === '' && !needsAddress}
          maxLength={128}
        />
        <PasswordInput
          label={t('signIn.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          onKeyDown={watchCapsLock}
          onKeyUp={watchCapsLock}
          autoComplete="current-password"
          autoFocus={status.loginName !== null}
          maxLength={1024}
          description={hasCapsLock ? t('signIn.capsLock') : undefined}
          visibilityToggleButtonProps={passwordVisibility(t)}
        />
        <Checkbox
          label={t('signIn.keep')}
          description={t('signIn.keepText')}
          checked={keepSignedIn}
          onChange={(event) => setKeepSignedIn(event.currentTarget.checked)}
        />
        {error !== null && <ProblemNote error={error} />}
        {Math.abs(skewMs) > tolerableSkewMs && (
          <Text role="status" size="sm" className="hf-note hf-note-warn">
            {t('signIn.clockSkew', { time: formats.duration(Math.abs(skewMs)) })}
          </Text>
        )}
        <Button type="submit" size="md" loading={isBusy} disabled={!isReady}>
          {t('signIn.submit')}
        </Button>
        {!isServerHidden && (
          <>
            <Anchor
              component="button"
              type="button"
              size="sm"
              aria-expanded={isAdvanced}
              onClick={() => setAdvanced(!isAdvanced)}
            >
              {t('signIn.advanced')}
            </Anchor>
            <Collapse expanded={isAdvanced}>
              <Stack gap="sm">
                {!needsAddress && addressField}
                <TextInput
                  label={t('signIn.caFile')}
                  description={t('signIn.caFileText')}
                  value={caFile}
                  onChange={(event) => setCaFile(event.currentTarget.value)}
                  spellCheck={false}
                  dir="ltr"
                />
                <Checkbox
                  label={t('signIn.insecure')}
                  description={t('signIn.insecureText')}
                  checked={allowInsecure}
                  onChange={(event) => setAllowInsecure(event.currentTarget.checked)}
                />
              </Stack>
            </Collapse>
          </>
        )}
      </Stack>
    </form>
  )
}
