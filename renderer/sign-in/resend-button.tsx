import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PhoneChannel } from '../../shared/model/policy.ts'
import type { Challenge } from '../../shared/model/sign-in.ts'
import { useFormats } from '../locale/formats.ts'

interface ResendButtonProps {
  readonly challenge: Challenge
  readonly nowMs: number
  readonly isBusy: boolean
  readonly onResend: (input: { channel?: PhoneChannel }) => void
}

/** Sends the passcode again, after the cool-down and as often as the server allows; to a phone either way. */
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
  const isDisabled = waitMs > 0 || challenge.resendsLeft === 0 || isBusy
  const others = challenge.channels.filter((channel) => channel !== challenge.method)
  return (
    <Group gap="xs" grow preventGrowOverflow={false}>
      <Button variant="default" className="hf-figures" disabled={isDisabled} onClick={() => onResend({})}>
        {label}
      </Button>
      {challenge.resendsLeft > 0 &&
        others.map((channel) => (
          <Button key={channel} variant="default" disabled={isDisabled} onClick={() => onResend({ channel })}>
            {t(channel === 'voice' ? 'code.callMe' : 'code.textMe')}
          </Button>
        ))}
    </Group>
  )
}
