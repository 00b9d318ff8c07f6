import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { conflictChoiceSchema, type ConflictChoice } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { useServices } from '../client/services.tsx'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { go } from '../router/use-route.ts'

interface RestoreDialogProps {
  readonly set: BackupSet
  readonly snapshot: Snapshot
  /** Empty = everything. */
  readonly paths: readonly string[]
  readonly onClose: () => void
}

/** Where to, and what if something is there already; with the plan before anything is written. */
export function RestoreDialog({ set, snapshot, paths, onClose }: RestoreDialogProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { host } = useServices()
  const [isOriginal, setOriginal] = useState(true)
  const [folder, setFolder] = useState('')
  const [plannedFolder, setPlannedFolder] = useState('')
  const [onConflict, setOnConflict] = useState<ConflictChoice>('keep-both')
  const start = useAct('restore.start', {
    changes: ['app.status'],
    onDone: ({ jobRunId }) => go({ screen: 'run', jobRunId }),
  })
  const error = shownError(start.error)
  const isReady = isOriginal || folder.trim() !== ''
  const selection = {
    backupSetId: set.id,
    snapshotId: snapshot.id,
    paths: [...paths],
    targetFolder: isOriginal ? null : folder.trim(),
    onConflict,
  }
  const chooseFolder = (next: string) => {
    setFolder(next)
    setPlannedFolder(next.trim())
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('restore.dialogTitle', { date: formats.dateTime(snapshot.takenAt) })}
      closeButtonProps={{ 'aria-label': t('common.cancel') }}
      size="lg"
    >
      <Stack gap="md">
        <Text size="sm">
          {paths.length === 0 ? t('restore.dialogAll') : t('restore.dialogSome', { count: paths.length })}
        </Text>
        <Radio.Group
          label={t('restore.where')}
          value={isOriginal ? 'original' : 'other'}
          onChange={(value) => setOriginal(value === 'original')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="original" label={t('restore.original')} />
            <Radio value="other" label={t('restore.otherFolder')} />
          </Stack>
        </Radio.Group>
        {!isOriginal && (
          <Group align="flex-end" gap="xs" wrap="nowrap">
            <TextInput
              className="hf-grow"
              label={t('restore.folder')}
              value={folder}
              onChange={(event) => setFolder(event.currentTarget.value)}
              onBlur={() => setPlannedFolder(folder.trim())}
              spellCheck={false}
              dir="ltr"
            />
            {host.pickFolders !== undefined && (
              <Button
                variant="default"
                onClick={() =>
                  void host
                    .pickFolders?.()
                    .then((picked) => picked?.[0] !== undefined && chooseFolder(picked[0]))
                }
              >
                {t('common.choose')}
              </Button>
            )}
          </Group>
        )}
        <Radio.Group
          label={t('restore.conflict')}
          value={onConflict}
          onChange={(value) => setOnConflict(conflictChoiceSchema.parse(value))}
        >
          <Stack gap="xs" mt="xs">
            {conflictChoiceSchema.options.map((choice) => (
              <Radio
                key={choice}
                value={choice}
                label={t(`restore.choice.${choice}.title`)}
                description={t(`restore.choice.${choice}.text`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {(isOriginal || plannedFolder !== '') && (
          <Plan selection={{ ...selection, targetFolder: isOriginal ? null : plannedFolder }} />
        )}
        {error !== null && <ProblemNote error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button disabled={!isReady} loading={start.isPending} onClick={() => start.mutate(selection)}>
            {t('restore.start')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

type Selection = Parameters<typeof useAsk<'restore.plan'>>[1]

function Plan({ selection }: { selection: Selection }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const query = useAsk('restore.plan', selection)
  return (
    <Asked query={query} lines={1}>
      {(plan) => (
        <div className="hf-soft-box" role="status">
          <Text size="sm" fw={600}>
            {t('restore.plan', {
              count: plan.fileCount,
              files: formats.number(plan.fileCount),
              size: formats.bytes(plan.sizeBytes),
            })}
          </Text>
          {plan.freeBytes !== null && (
            <Text size="sm" c={plan.freeBytes < plan.sizeBytes ? 'var(--hf-bad)' : 'dimmed'}>
              {t(plan.freeBytes < plan.sizeBytes ? 'restore.tooFull' : 'restore.free', {
                size: formats.bytes(plan.freeBytes),
              })}
            </Text>
          )}
          <Text size="sm" c="dimmed">
            {plan.conflictCount === 0
              ? t('restore.noConflicts')
              : t('restore.conflicts', { count: plan.conflictCount })}
          </Text>
          {plan.conflicts.length > 0 && (
            <details className="hf-details">
              <summary>{t('restore.showConflicts')}</summary>
              <ul className="hf-paths">
                {plan.conflicts.slice(0, 50).map((path) => (
                  <li key={path} className="hf-path hf-wrap" dir="ltr">
                    {path}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
    </Asked>
  )
}
