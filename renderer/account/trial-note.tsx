import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useAsk } from '../client/use-ask.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'

const dayMs = 86_400_000
/** From here on the end is near enough to be marked. */
const nearMs = 7 * dayMs

/** How long the account of somebody on trial still lasts, and what comes then. */
export function TrialNote() {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const me = useAsk('account.me', {}).data
  if (me?.subscription !== 'trial' || me.expiresAt === null) return null
  const leftMs = Date.parse(me.expiresAt) - nowMs
  const isNear = leftMs <= nearMs
  // The last hours are told as hours.
  const when =
    leftMs < 2 * dayMs ? formats.relative(me.expiresAt, nowMs) : formats.inDays(Math.round(leftMs / dayMs))
  return (
    <Text role="status" size="sm" className={isNear ? 'hf-note hf-note-warn' : 'hf-note'}>
      {t('trial.ends', { when, date: formats.date(me.expiresAt) })}
    </Text>
  )
}
