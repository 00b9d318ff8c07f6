import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Factor, FactorEvent } from '../../shared/model/account.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { BackupCodes } from '../sign-in/backup-codes.tsx'
import { MethodIcon } from '../sign-in/method-icon.tsx'
import { AddMethodDialog } from './add-method-dialog.tsx'
import { PendingRecoveryOfAccount } from './pending-recovery-note.tsx'
import { RecoveryPanel } from './recovery-panel.tsx'

/** The ways to prove identity, with what happened to them. */
export function FactorsPanel({ loginName }: { loginName: string }) {
  const { t } = useTranslation()
  const query = useAsk('factors.list', {})
  const [isAdding, setAdding] = useState(false)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const regenerate = useAct('factors.regenerateBackupCodes', {
    changes: ['factors.list'],
    onDone: ({ backupCodes }) => setCodes(backupCodes),
  })
  const me = useAsk('account.me', {})
  const formats = useFormats()
  const optOut = useAct('factors.optOut', {
    changes: ['factors.list', 'account.me', 'sessions.list', 'devices.list'],
  })
  const error = shownError(regenerate.error) ?? shownError(optOut.error)
  return (
    <Stack gap="md">
      <PendingRecoveryOfAccount />
      <Section
        title={t('factors.title')}
        text={t('factors.text')}
        actions={
          <Group gap="xs">
            {me.data?.mayOptOut === true && (query.data?.factors.length ?? 0) > 0 && (
              <ConfirmButton
                label={t('factors.optOut')}
                title={t('factors.optOutTitle')}
                text={t('factors.optOutText')}
                confirmLabel={t('factors.optOut')}
                isBusy={optOut.isPending}
                onConfirm={() => optOut.mutate({})}
              />
            )}
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
              {t('factors.add')}
            </Button>
          </Group>
        }
      >
        {error !== null && <ProblemNote error={error} />}
        {typeof me.data?.compulsoryFrom === 'string' && query.data?.factors.length === 0 && (
          <Text className="hf-note hf-note-warn">
            {t('factors.compulsoryFrom', { date: formats.dateTime(me.data.compulsoryFrom) })}
          </Text>
        )}
        <Asked query={query}>
          {({ factors }) =>
            factors.length === 0 ? (
              <Text className="hf-note hf-note-warn">{t('factors.none')}</Text>
            ) : (
              <ul className="hf-list">
                {factors.map((factor) => (
                  <li key={factor.id}>
                    <FactorLine
                      factor={factor}
                      isBusy={regenerate.isPending}
                      onRegenerate={() => regenerate.mutate({})}
                    />
                  </li>
                ))}
              </ul>
            )
          }
        </Asked>
      </Section>
      <RecoveryPanel />
      <Section title={t('factors.history')} text={t('factors.historyText')}>
        <Asked query={query}>{({ history }) => <History events={history} />}</Asked>
      </Section>
      <AddMethodDialog isOpen={isAdding} onClose={() => setAdding(false)} onCodes={setCodes} />
      <Modal
        opened={codes !== null}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={t('method.backup-code')}
      >
        {codes !== null && <BackupCodes codes={codes} loginName={loginName} onSaved={() => setCodes(null)} />}
      </Modal>
    </Stack>
  )
}

interface FactorLineProps {
  readonly factor: Factor
  readonly isBusy: boolean
  readonly onRegenerate: () => void
}

function FactorLine({ factor, isBusy, onRegenerate }: FactorLineProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const remove = useAct('factors.remove', { changes: ['factors.list'] })
  const error = shownError(remove.error)
  const isCodes = factor.method === 'backup-code'
  const name = isCodes ? t('method.backup-code') : factor.label
  const facts = [
    factor.codesLeft === null ? null : t('choose.codesLeft', { count: factor.codesLeft }),
    factor.isProven ? null : t('choose.notProven'),
    factor.lastUsedAt === null
      ? t('factors.neverUsed')
      : t('choose.lastUsed', { when: formats.relative(factor.lastUsedAt, nowMs) }),
    t('factors.added', { date: formats.date(factor.addedAt) }),
  ].filter((fact) => fact !== null)
  return (
    <>
      <span className="hf-row-icon">
        <MethodIcon method={factor.method} />
      </span>
      <div className="hf-grow">
        <Text fw={600} size="sm" className="hf-wrap">
          {name}{' '}
          {factor.maskedDestination !== null && (
            <Text span inherit fw={400} c="dimmed" dir="ltr" className="hf-figures">
              {factor.maskedDestination}
            </Text>
          )}
        </Text>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
      </div>
      {isCodes ? (
        <ConfirmButton
          label={t('factors.regenerate')}
          title={t('factors.regenerateTitle')}
          text={t('factors.regenerateText')}
          confirmLabel={t('factors.regenerate')}
          isBusy={isBusy}
          onConfirm={onRegenerate}
        />
      ) : (
        <ConfirmButton
          label={t('common.remove')}
          ariaLabel={t('factors.removeName', { name })}
          title={t('factors.removeTitle', { name })}
          text={t('factors.removeText')}
          confirmLabel={t('common.remove')}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ factorId: factor.id })}
        />
      )}
      {error !== null && <ProblemNote error={error} />}
    </>
  )
}

function History({ events }: { events: readonly FactorEvent[] }) {
  const { t } = useTranslation()
  const formats = useFormats()
  if (events.length === 0) return <Text c="dimmed">{t('factors.noHistory')}</Text>
  return (
    <ul className="hf-list">
      {events.slice(0, 50).map((event) => (
        <li key={`${event.at} ${event.event} ${event.label}`}>
          <div className="hf-grow">
            <Text size="sm">
              {t(`factors.event.${event.event}`, {
                name: event.method === 'backup-code' ? t('method.backup-code') : event.label,
              })}
            </Text>
            <Text size="sm" c="dimmed">
              {formats.dateTime(event.at)}
              {event.address !== null && ` · ${event.address}`}
            </Text>
          </div>
        </li>
      ))}
    </ul>
  )
}
