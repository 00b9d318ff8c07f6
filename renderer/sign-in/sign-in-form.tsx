import { useQueryClient } from '@tanstack/react-query'
import { Anchor, Button, Checkbox, Collapse, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { isAppError } from '../../shared/errors.ts'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import type { TrialOffer } from '../../shared/model/trial.ts'
import { ask } from '../client/ask.ts'
import { useServices } from '../client/services.tsx'
import { useAsk } from '../client/use-ask.ts'
import { languageOf } from '../locale/i18n.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import {
  isOtherProxy,
  isWholeProxy,
  mayChangeProxy,
  proxyChoiceOf,
  proxyFormOf,
} from '../server/proxy-form.ts'
import { addressOf, isPort, partsOf } from '../server/server-address.ts'
import { AdvancedFields, type WayForm } from './advanced-fields.tsx'
import { passwordVisibility } from './password-visibility.ts'

/** More than this and codes of authenticators are refused: half of their 30 seconds, either side. */
const tolerableSkewMs = 30_000

interface SignInFormProps {
  readonly status: AppStatus
  /** A new attempt begins: what was said about the one before is over. */
  readonly onAsk: () => void
  readonly onStep: (step: ClientStep, loginName: string) => void
  /** Somebody without an account wants one, of a server that offers it. */
  readonly onTrial: (offer: TrialOffer) => void
  readonly loginName: string
}

function wayOf(status: AppStatus, known: string): WayForm {
  return {
    port: partsOf(known).port,
    caFile: status.server?.caFile ?? '',
    allowInsecure: status.server?.allowInsecure ?? false,
    proxy: proxyFormOf(status.proxy),
  }
}

export function SignInForm({ status, onAsk, onStep, onTrial, ...given }: SignInFormProps) {
  const { t, i18n } = useTranslation()
  const formats = useFormats()
  const { api, host } = useServices()
  const known = status.server?.address ?? host.preset?.serverAddress ?? ''
  const isServerHidden = status.installation.isServerFixed
  const [address, setAddress] = useState(partsOf(known).address)
  const [way, setWay] = useState<WayForm>(() => wayOf(status, known))
  // Whoever gives a first sign-in up comes back before it is known where it went to.
  const [seen, setSeen] = useState(known)
  if (known !== seen) {
    setSeen(known)
    if (address === '') {
      setAddress(partsOf(known).address)
      setWay(wayOf(status, known))
    }
  }
  const [isAdvanced, setAdvanced] = useState(false)
  const [loginName, setLoginName] = useState(given.loginName)
  const [password, setPassword] = useState('')
  const [keepSignedIn, setKeepSignedIn] = useState(false)
  const [hasCapsLock, setCapsLock] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const [skewMs, setSkewMs] = useState(0)
  const needsAddress = status.server === null && known === ''
  const queries = useQueryClient()
  const offered = useAsk('trial.offer', {}, { enabled: status.server !== null })
  const [offersNone, setOffersNone] = useState(false)

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setError(null)
    setOffersNone(false)
    onAsk()
    try {
      await work()
    } catch (failure) {
      // A failure that is not one of the catalogue is shown as unexpected, never passed over.
      setError(failure instanceof Error ? failure : new Error(String(failure)))
      // Where to mend it must not have to be looked for.
      if (isAppError(failure) && failure.code.startsWith('PROXY_')) setAdvanced(true)
    } finally {
      setBusy(false)
    }
  }
  const connect = async () => {
    const caFile = way.caFile.trim() === '' ? null : way.caFile.trim()
    const server = { address: whole, allowInsecure: way.allowInsecure, caFile }
    const isOther = JSON.stringify(server) !== JSON.stringify(status.server)
    const isOtherWay = isOtherProxy(way.proxy, status.proxy)
    if (!isOther && !isOtherWay) return
    const proxy = isOtherWay ? { proxy: proxyChoiceOf(way.proxy) } : {}
    const { clockSkewMs } = await ask(api, 'server.connect', { ...server, ...proxy })
    setSkewMs(clockSkewMs)
    await queries.invalidateQueries({ queryKey: ['trial.offer'] })
  }
  const signIn = () =>
    attempt(async () => {
      await connect()
      const { step } = await ask(api, 'signIn.start', {
        loginName: loginName.trim(),
        password,
        keepSignedIn,
        language: languageOf(i18n),
      })
      onStep(step, loginName.trim())
    })
  const startTrial = () =>
    attempt(async () => {
      await connect()
      const { offer } = await ask(api, 'trial.offer', {})
      // The form is gone meanwhile, and with it the address that was typed.
      await queries.invalidateQueries({ queryKey: ['app.status'] })
      if (offer === null) setOffersNone(true)
      else onTrial(offer)
    })
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))
  const whole = addressOf({ address, port: way.port })
  const hasProxy = mayChangeProxy(status)
  const isWayWhole = isPort(way.port) && isWholeProxy(way.proxy)
  const isReady =
    loginName.trim() !== '' && password !== '' && (isServerHidden || address.trim() !== '') && isWayWhole

  // Whether a server that was never asked offers trials is found out by asking it.
  const mayOfferTrial =
    status.server === null ? address.trim() !== '' && isWayWhole : (offered.data?.offer ?? null) !== null

  const addressField = (
    <TextInput
      label={t('signIn.server')}
      description={t('signIn.serverText')}
      placeholder="https://backup.example.com"
      value={address}
      onChange={(event) => setAddress(event.currentTarget.value)}
      onBlur={() => {
        const parts = partsOf(address)
        if (parts.port === '') return
        setAddress(parts.address)
        setWay({ ...way, port: parts.port })
      }}
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
          autoFocus={given.loginName !== ''}
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
        {offersNone && (
          <Text role="status" size="sm" className="hf-note">
            {t('trial.notOffered')}
          </Text>
        )}
        <Button type="submit" size="md" loading={isBusy} disabled={!isReady}>
          {t('signIn.submit')}
        </Button>
        {mayOfferTrial && (
          <Button type="button" variant="default" disabled={isBusy} onClick={() => void startTrial()}>
            {t('trial.link')}
          </Button>
        )}
        {(!isServerHidden || hasProxy) && (
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
              <AdvancedFields
                status={status}
                value={way}
                onChange={setWay}
                addressField={needsAddress ? undefined : addressField}
                hasServer={!isServerHidden}
                hasProxy={hasProxy}
              />
            </Collapse>
          </>
        )}
      </Stack>
    </form>
  )
}
