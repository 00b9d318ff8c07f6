import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Challenge } from '../../shared/model/sign-in.ts'
import { useFormats } from '../locale/formats.ts'

interface ResendButtonProps {
  readonly challenge: Challenge
  readonly nowMs: number
  readonly isBusy: boolean
  readonly onResend: () => void
}

/** Sends the passcode again, after the cool-down and as often as the server allows. */
export function ResendButton({ challenge, nowMs, isBusy, onResend }: ResendButtonProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  if (challenge.resendAvailableAt === null || challenge.resendsLeft === null) return null
  const waitMs = Date.parse(challenge.resendAvailableAt) - nowMs
  const label =
    challenge.resendsLeft === 0
      ? t('code.noResends')
      : waitMs > 0
        ? t('code.resendIn', { time: formats.countdown(waitMs) })
        : t('code.resend', { count: challenge.resendsLeft })
  return (
    <Button
      variant="default"
      className="hf-figures"
      disabled={waitMs > 0 || challenge.resendsLeft === 0 || isBusy}
      onClick={onResend}
    >
      {label}
    </Button>
  )
}
