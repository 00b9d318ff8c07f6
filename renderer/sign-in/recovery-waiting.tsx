import { useTranslation } from 'react-i18next'
import type { ClientStep } from '../../shared/model/sign-in.ts'
import { useFormats } from '../locale/formats.ts'
import { StepHeading } from './step-heading.tsx'

/** The end of asking for a recovery: when it can be finished, and how it is stopped. */
export function RecoveryWaiting({ step }: { step: Extract<ClientStep, { kind: 'recovery-waiting' }> }) {
  const { t } = useTranslation()
  const formats = useFormats()
  return (
    <StepHeading title={t('recoverAccount.waitingTitle')}>
      {t('recoverAccount.waitingText', {
        when: formats.dateTime(step.readyAt),
        until: formats.dateTime(step.endsAt),
      })}
    </StepHeading>
  )
}
