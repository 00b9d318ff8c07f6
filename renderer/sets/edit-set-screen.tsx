import { Button, Switch, Text, TextInput } from '@mantine/core'
import { IconFolderOff } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import { isShorterRetention, type BackupSet } from '../../shared/model/backup-set.ts'
import { isAppError } from '../../shared/errors.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { ConfirmButton } from '../parts/confirm-button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Page, Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf } from '../router/route.ts'
import { go } from '../router/use-route.ts'
import { BandwidthFields, CommandFields, ConditionFields } from './advanced-fields.tsx'
import { isValid, type Draft, type DraftProps } from './draft.ts'
import { DryRunSection } from './dry-run-section.tsx'
import { ExclusionFields } from './exclusion-fields.tsx'
import { RetentionFields } from './retention-fields.tsx'
import { RetentionOutcome } from './retention-outcome.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { ExclusionPreview, SelectionSize } from './selection-size.tsx'
import { SourceFields } from './source-fields.tsx'
import { useSelection } from './use-selection.ts'

interface EditSetScreenProps {
  readonly backupSetId: string
  readonly status: AppStatus
}

export function EditSetScreen({ backupSetId, status }: EditSetScreenProps) {
  const { t } = useTranslation()
  const sets = useAsk('sets.list', {})
  return (
    <Asked query={sets}>
      {({ backupSets }) => {
        const set = backupSets.find((each) => each.id === backupSetId)
        if (set !== undefined) return <SetEditor key={set.version} set={set} status={status} />
        return (
          <Page title={t('set.title')} backTo={hashOf({ screen: 'home' })}>
            <EmptyState
              icon={<IconFolderOff size={32} aria-hidden />}
              title={t('set.gone')}
              text={t('set.goneText')}
            />
          </Page>
        )
      }}
    </Asked>
  )
}

/** Everything about a set on one page; nothing changes until it is saved. */
function SetEditor({ set, status }: { set: BackupSet; status: AppStatus }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const [draft, setDraft] = useState<Draft>(set.definition)
  const update = useAct('sets.update', { changes: ['sets.list', 'app.status'] })
  const remove = useAct('sets.delete', {
    changes: ['sets.list', 'app.status'],
    onDone: () => go({ screen: 'home' }),
  })
  const sets = useAsk('sets.list', {})
  const isChanged = JSON.stringify(draft) !== JSON.stringify(set.definition)
  const error = shownError(update.error)
  const isShorter = isShorterRetention(set.definition.retention, draft.retention)
  const isElsewhere = set.deviceId !== null && set.deviceId !== status.device?.id
  const props = { draft, onChange: setDraft }

  return (
    <Page title={set.definition.name} text={t('set.text')} backTo={hashOf({ screen: 'home' })}>
      {isElsewhere && <Text className="hf-note">{t('set.elsewhere')}</Text>}
      <Section title={t('set.general')}>
        <TextInput
          label={t('set.name')}
          value={draft.name}
          maxLength={100}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <Switch
          label={t('set.paused')}
          description={t('set.pausedText')}
          checked={draft.isPaused}
          onChange={(event) => setDraft({ ...draft, isPaused: event.currentTarget.checked })}
        />
      </Section>
      <WhatSections {...props} isElsewhere={isElsewhere} />
      <Section title={t('schedule.title')} text={t('schedule.zone', { zone: draft.timeZone })}>
        <ScheduleFields {...props} />
        <ConditionFields {...props} />
      </Section>
      <Section title={t('retention.title')} text={t('retention.text')}>
        <RetentionFields
          {...props}
          outcome={
            <RetentionOutcome
              set={set}
              retention={draft.retention}
              keepsOldest={status.engine?.keepsOldest === true}
            />
          }
        />
        {isShorter && (
          <Text size="sm" className="hf-note hf-note-warn">
            {t('retention.shorter')}
          </Text>
        )}
      </Section>
      {!isElsewhere && <DryRunSection set={set} isChanged={isChanged} />}
      {status.installation.edition === 'OBM' && (
        <>
          <Section title={t('bandwidth.title')} text={t('bandwidth.text')}>
            <BandwidthFields {...props} />
          </Section>
          <Section title={t('commands.title')} text={t('commands.text')}>
            <CommandFields {...props} />
          </Section>
        </>
      )}
      <Section title={t('set.delete')} text={t('set.deleteText')}>
        {shownError(remove.error) !== null && remove.error !== null && <ProblemNote error={remove.error} />}
        <ConfirmButton
          label={t('set.delete')}
          title={t('set.deleteTitle', { name: set.definition.name })}
          text={t('set.deleteConfirm', { size: formats.bytes(set.storedBytes) })}
          confirmLabel={t('set.deleteYes')}
          isDanger
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ backupSetId: set.id })}
        />
      </Section>
      {(isChanged || error !== null) && (
        <div className="hf-save-bar" role="region" aria-label={t('set.unsaved')}>
          {error !== null && (
            <ProblemNote
              error={error}
              onRetry={isAppError(error, 'VERSION_CONFLICT') ? () => void sets.refetch() : undefined}
            />
          )}
          <Text fw={600} className="hf-grow">
            {t('set.unsaved')}
          </Text>
          <Button variant="default" onClick={() => setDraft(set.definition)}>
            {t('set.discard')}
          </Button>
          <Button
            loading={update.isPending}
            disabled={!isValid(draft) || !isChanged}
            onClick={() =>
              update.mutate({
                backupSetId: set.id,
                definition: withoutEmptyLines(draft),
                version: set.version,
              })
            }
          >
            {t('common.save')}
          </Button>
        </div>
      )}
    </Page>
  )
}

/** What is on the disk of another computer, only that one can say. */
function WhatSections({ isElsewhere, ...props }: DraftProps & { readonly isElsewhere: boolean }) {
  const { t } = useTranslation()
  const selection = useSelection(isElsewhere ? { ...props.draft, sources: noSources } : props.draft)
  return (
    <>
      <Section title={t('sources.title')} text={t('sources.text')}>
        <SourceFields {...props} />
        {!isElsewhere && <SelectionSize selection={selection} />}
      </Section>
      <Section title={t('exclusions.title')} text={t('exclusions.text')}>
        <ExclusionFields {...props} />
        {!isElsewhere && <ExclusionPreview selection={selection} />}
      </Section>
    </>
  )
}

const noSources: string[] = []

/** A line that was opened in a command and left empty is no argument. */
function withoutEmptyLines(draft: Draft): Draft {
  const clean = (command: Draft['preCommand']) =>
    command === null ? null : { ...command, argv: command.argv.filter((argument) => argument !== '') }
  return { ...draft, preCommand: clean(draft.preCommand), postCommand: clean(draft.postCommand) }
}
