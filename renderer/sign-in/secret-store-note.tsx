import { Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { codeWords } from '../parts/problem-words.ts'

/** Signing in needs a place for its keys: says when there is none, and offers the file, never by itself. */
export function SecretStoreNote({ secretStore }: { secretStore: AppStatus['secretStore'] }) {
  const { t } = useTranslation()
  const choose = useAct('app.chooseSecretStore', { changes: ['app.status'] })
  if (secretStore.state === 'ready') return null
  const words = codeWords(
    t,
    secretStore.state === 'locked' ? 'SECRET_STORE_LOCKED' : 'SECRET_STORE_UNAVAILABLE',
  )
  const error = shownError(choose.error)
  return (
    <Stack gap="sm" className="hf-note" role="status">
      <div>
        <Text size="sm" fw={600}>
          {words.title}
        </Text>
        <Text size="sm">{t(`secrets.advice.${secretStore.state}`)}</Text>
      </div>
      {error !== null && <ProblemNote error={error} />}
      {secretStore.state === 'unavailable' && secretStore.kind === 'system' && (
        <ConfirmButton
          label={t('secrets.useFile')}
          title={t('secrets.useFile')}
          text={t('secrets.useFileText')}
          confirmLabel={t('secrets.useFile')}
          isBusy={choose.isPending}
          onConfirm={() => choose.mutate({ kind: 'file' })}
        />
      )}
    </Stack>
  )
}
