import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { PendingRecovery } from '../../shared/model/recovery.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { ProblemNote } from '../parts/problem-note.tsx'

/** Before everything else on the screen, while there is one. */
export function PendingRecoveryOfAccount() {
  const pending = useAsk('recovery.get', {}).data?.recovery.pending ?? null
  return pending === null ? null : <PendingRecoveryNote pending={pending} />
}

/** Somebody may soon replace every sign-in method of this account; here it is stopped. */
function PendingRecoveryNote({ pending }: { pending: PendingRecovery }) {
  const { t } = useTranslation()
  const formats = useFormats()
  return (
    <Alert
      color="red"
      variant="light"
      title={t('attention.recovery.title')}
      icon={<IconAlertTriangle size={20} stroke={1.8} aria-hidden />}
    >
      <Stack gap="sm">
        <Text size="sm">
          {t('attention.recovery.text', {
            address: pending.address,
            client: pending.clientName,
            when: formats.dateTime(pending.readyAt),
          })}
        </Text>
        <StopRecoveryButton />
      </Stack>
    </Alert>
  )
}

export function StopRecoveryButton() {
  const { t } = useTranslation()
  const stop = useAct('recovery.cancel', { changes: ['recovery.get', 'app.status'] })
  const error = shownError(stop.error)
  return (
    <>
      <Button
        className="hf-danger hf-start"
        variant="default"
        loading={stop.isPending}
        onClick={() => stop.mutate({})}
      >
        {t('attention.recovery.action')}
      </Button>
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}
