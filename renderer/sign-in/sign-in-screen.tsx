import { Text, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { isAppError, type AppError } from '../../shared/errors.ts'
import type { SessionScope } from '../../shared/model/account.ts'
import { finalSteps, type ClientStep } from '../../shared/model/sign-in.ts'
import type { TrialOffer } from '../../shared/model/trial.ts'
import { useServices } from '../client/services.tsx'
import { LanguageMenu } from '../locale/language-menu.tsx'
import { useFormats } from '../locale/formats.ts'
import { Logo } from '../parts/logo.tsx'
import { BackupCodes } from './backup-codes.tsx'
import { ForgottenPassword, PasswordReplaced } from './forgotten-password.tsx'
import { FreeTrial, RegisteredNote, type Registered } from './free-trial.tsx'
import { SecretStoreNote } from './secret-store-note.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { StepFlow } from './step-flow.tsx'
import { Anchor } from '@mantine/core'

interface SignInScreenProps {
  readonly status: AppStatus
  /** What the session could that was there and ended by itself; null = none was. */
  readonly endedScope: SessionScope | null
  /** Keeps this screen while a sign-in is under way, also when a session exists already. */
  readonly onUnderWay: (isUnderWay: boolean) => void
}

export function SignInScreen({ status, endedScope, onUnderWay }: SignInScreenProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  const formats = useFormats()
  const [step, setStep] = useState<ClientStep | null>(null)
  const [loginName, setLoginName] = useState(status.loginName ?? '')
  const [ended, setEnded] = useState<AppError | null>(null)
  const [trial, setTrial] = useState<TrialOffer | null>(null)
  const [registered, setRegistered] = useState<Registered | null>(null)
  const [forgotten, setForgotten] = useState<'no' | 'asking' | 'walking'>('no')

  const show = (next: ClientStep | null) => {
    setStep(next)
    setEnded(null)
    const isOver = next === null || (isFinal(next) && codesOf(next) === null)
    onUnderWay(!isOver)
    if (isOver) setForgotten('no')
  }
  const giveUp = () => {
    void api.request('transaction.cancel', {})
    show(null)
  }
  const isStart = step === null || step.kind === 'password-changed'
  const codes = step === null ? null : codesOf(step)

  return (
    <div className="hf-sign-in">
      <aside className="hf-sign-in-aside">
        <div className="hf-brand">
          <Logo size={40} />
          <span>Holdfast</span>
        </div>
        <div>
          <Text className="hf-promise">{t('signIn.promise')}</Text>
          <Text className="hf-promise-text">{t('signIn.promiseText')}</Text>
        </div>
        <Text size="sm" className="hf-promise-text">
          {t('about.versionOf', { version: status.version })}
        </Text>
      </aside>
      <main className="hf-sign-in-main">
        <div className="hf-sign-in-top">
          <div className="hf-brand hf-brand-small">
            <Logo size={28} />
            <span>Holdfast</span>
          </div>
          <LanguageMenu />
        </div>
        <div className="hf-sign-in-box">
          {isStart && forgotten === 'asking' ? (
            <>
              <h1 className="hf-visually-hidden">{t('signIn.title')}</h1>
              <ForgottenPassword
                loginName={loginName}
                onBack={() => setForgotten('no')}
                onStep={(next) => {
                  setForgotten('walking')
                  show(next)
                }}
              />
            </>
          ) : isStart && trial !== null ? (
            <>
              <h1 className="hf-visually-hidden">{t('trial.link')}</h1>
              <FreeTrial
                offer={trial}
                onBack={() => setTrial(null)}
                onRegistered={(made) => {
                  setRegistered(made)
                  setLoginName(made.loginName)
                  setTrial(null)
                }}
              />
            </>
          ) : isStart ? (
            <>
              <div>
                <Title order={1}>{t('signIn.title')}</Title>
                <Text c="dimmed" size="sm" mt={4}>
                  {t('signIn.text')}
                </Text>
              </div>
              {ended !== null && <Ended error={ended} />}
              {status.needsSecondFactor && (
                <Text role="alert" size="sm" className="hf-note hf-note-warn">
                  {t('signIn.backupsStopped')}
                </Text>
              )}
              {ended === null && endedScope !== null && !status.needsSecondFactor && (
                <Text role="status" size="sm" className="hf-note">
                  {t(endedScope === 'legacy' ? 'signIn.legacyEnded' : 'signIn.sessionEnded')}
                </Text>
              )}
              {step !== null && <PasswordReplaced />}
              {registered !== null && <RegisteredNote made={registered} />}
              {status.pendingRecovery !== null && (
                <Text role="alert" size="sm" className="hf-note hf-note-warn">
                  {t('recoverAccount.pendingSignedOut', {
                    when: formats.dateTime(status.pendingRecovery.readyAt),
                  })}
                </Text>
              )}
              <SecretStoreNote secretStore={status.secretStore} />
              <SignInForm
                status={status}
                loginName={loginName}
                onAsk={() => {
                  setEnded(null)
                  setRegistered(null)
                }}
                onTrial={setTrial}
                onStep={(next, name) => {
                  setLoginName(name)
                  show(next)
                }}
              />
              {status.server !== null && (
                <Anchor component="button" type="button" size="sm" onClick={() => setForgotten('asking')}>
                  {t('forgot.link')}
                </Anchor>
              )}
            </>
          ) : codes === null ? (
            <>
              <h1 className="hf-visually-hidden">{t('signIn.title')}</h1>
              <StepFlow
                step={step}
                isSignIn={forgotten === 'no'}
                onStep={show}
                onEnded={(error) => {
                  show(null)
                  setEnded(error)
                }}
              />
              <Anchor component="button" type="button" size="sm" c="dimmed" onClick={giveUp}>
                {t(step.kind === 'recovery-waiting' ? 'recoverAccount.back' : 'signIn.otherAccount')}
              </Anchor>
            </>
          ) : (
            <>
              <h1 className="hf-visually-hidden">{t('signIn.title')}</h1>
              <BackupCodes codes={codes} loginName={loginName} onSaved={() => onUnderWay(false)} />
            </>
          )}
        </div>
      </main>
    </div>
  )
}

const endReasons = ['expired', 'too-many-tries', 'cancelled', 'denied'] as const

function Ended({ error }: { error: AppError }) {
  const { t } = useTranslation()
  const reason = isAppError(error) ? error.details?.['reason'] : undefined
  const key = endReasons.find((each) => each === reason) ?? 'other'
  return (
    <Text role="alert" size="sm" className="hf-note hf-note-warn">
      {t(`signIn.ended.${key}`)}
    </Text>
  )
}

function isFinal(step: ClientStep): boolean {
  return finalSteps.some((kind) => kind === step.kind)
}

function codesOf(step: ClientStep): readonly string[] | null {
  return step.kind === 'signed-in' || step.kind === 'enrolled' ? step.backupCodes : null
}
