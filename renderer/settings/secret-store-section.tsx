import { Button, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

/** Where this computer keeps its keys, and the other place for machines without a credential store. */
export function SecretStoreSection({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const choose = useAct('app.chooseSecretStore', { changes: ['app.status'] })
  const error = shownError(choose.error)
  const { kind, state, place } = status.secretStore
  return (
    <Section title={t('secrets.title')} text={t('secrets.text')}>
      <dl className="hf-review">
        <div>
          <dt>{t('secrets.kept')}</dt>
          <dd>
            {t(`secrets.kind.${kind}`)}
            <Text size="sm" c="dimmed" className="hf-wrap" dir="auto">
              {place}
            </Text>
          </dd>
        </div>
        <div>
          <dt>{t('secrets.state')}</dt>
          <dd>{t(`secrets.states.${state}`)}</dd>
        </div>
      </dl>
      {state !== 'ready' && (
        <Text size="sm" className="hf-note hf-note-warn">
          {t(`secrets.advice.${state}`)}
        </Text>
      )}
      {error !== null && <ProblemNote error={error} />}
      {status.installation.isSecretStoreFixed ? (
        <Text size="sm" c="dimmed">
          {t('proxy.fixed')}
        </Text>
      ) : kind === 'system' ? (
        <ConfirmButton
          label={t('secrets.useFile')}
          title={t('secrets.useFile')}
          text={t('secrets.useFileText')}
          confirmLabel={t('secrets.useFile')}
          isBusy={choose.isPending}
          onConfirm={() => choose.mutate({ kind: 'file' })}
        />
      ) : (
        <Button
          variant="default"
          className="hf-start"
          loading={choose.isPending}
          onClick={() => choose.mutate({ kind: 'system' })}
        >
          {t('secrets.useSystem')}
        </Button>
      )}
    </Section>
  )
}
