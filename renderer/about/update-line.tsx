import { Button, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { HostAbilities, UpdateState } from '../host/host-abilities.ts'

/** Looks for a new version when asked, and goes on from what was found. */
export function UpdateLine({ updates }: { updates: NonNullable<HostAbilities['updates']> }) {
  const { t } = useTranslation()
  const step = useMutation({ mutationFn: (next: 'check' | 'download') => updates[next]() })
  const state: UpdateState | undefined = step.isError ? { kind: 'failed', reason: '' } : step.data
  return (
    <div className="hf-actions">
      {state !== undefined && (
        <Text role="status" className="hf-grow">
          {'version' in state
            ? t(`about.update.${state.kind}`, { version: state.version })
            : t(`about.update.${state.kind}`)}
        </Text>
      )}
      {state?.kind === 'available' && (
        <Button loading={step.isPending} onClick={() => step.mutate('download')}>
          {t('about.update.download')}
        </Button>
      )}
      {state?.kind === 'ready' && (
        <Button onClick={() => void updates.install()}>{t('about.update.install')}</Button>
      )}
      {(state === undefined || state.kind === 'current' || state.kind === 'failed') && (
        <Button variant="default" loading={step.isPending} onClick={() => step.mutate('check')}>
          {t('about.update.check')}
        </Button>
      )}
    </div>
  )
}
