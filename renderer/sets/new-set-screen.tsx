import { Button, Progress, Text, TextInput, Title } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import type { AppStatus } from '../../shared/client-api.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useFormats } from '../locale/formats.ts'
import { KitStep } from '../kit/kit-step.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf } from '../router/route.ts'
import { go } from '../router/use-route.ts'
import { ConditionFields } from './advanced-fields.tsx'
import { isValid, newDraft, presetOf, type Draft, type DraftProps } from './draft.ts'
import { ExclusionFields } from './exclusion-fields.tsx'
import { RetentionFields } from './retention-fields.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { scheduleWords } from './schedule-words.ts'
import { ExclusionPreview, SelectionSize } from './selection-size.tsx'
import { SourceFields } from './source-fields.tsx'
import { useSelection } from './use-selection.ts'

const allSteps = ['what', 'when', 'keep', 'kit', 'review'] as const
type WizardStep = (typeof allSteps)[number]

/** From nothing to a protected folder, one question at a time. */
export function NewSetScreen({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const formats = useFormats()
  // Fixed when the wizard opens: confirming the kit must not renumber the steps under the person.
  const [needsKit] = useState(status.key?.isKitConfirmed !== true)
  const steps = allSteps.filter((step) => step !== 'kit' || needsKit)
  const [at, setAt] = useState<WizardStep>('what')
  const [isKitDone, setKitDone] = useState(!needsKit)
  const [draft, setDraft] = useState(() =>
    newDraft(t('wizard.defaultName'), new Intl.DateTimeFormat().resolvedOptions().timeZone),
  )
  const index = steps.indexOf(at)
  const move = (by: number) => setAt(steps[index + by] ?? at)
  const canGoOn =
    at === 'what' ? draft.sources.length > 0 && draft.name.trim() !== '' : at !== 'kit' || isKitDone
  const title = t(`wizard.${at}.title`)

  return (
    <Page title={t('wizard.title')} backTo={hashOf({ screen: 'home' })} backLabel={t('common.cancel')}>
      <div className="hf-steps">
        <Text size="sm" c="dimmed">
          {t('wizard.progress', { step: formats.number(index + 1), of: formats.number(steps.length) })}
        </Text>
        <Progress value={((index + 1) / steps.length) * 100} size="sm" aria-label={t('wizard.title')} />
      </div>
      <section className="hf-card" aria-label={title}>
        <div aria-live="polite">
          <Title order={2}>{title}</Title>
          <Text size="sm" c="dimmed" mt={2}>
            {t(`wizard.${at}.text`)}
          </Text>
        </div>
        {at === 'what' && (
          <>
            <WhatFields draft={draft} onChange={setDraft} />
            <TextInput
              label={t('set.name')}
              description={t('set.nameText')}
              value={draft.name}
              maxLength={100}
              onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
            />
          </>
        )}
        {at === 'when' && (
          <>
            <ScheduleFields draft={draft} onChange={setDraft} />
            <ConditionFields draft={draft} onChange={setDraft} />
          </>
        )}
        {at === 'keep' && <RetentionFields draft={draft} onChange={setDraft} />}
        {at === 'kit' &&
          (isKitDone ? (
            <Text className="hf-note">{t('kit.done')}</Text>
          ) : (
            <KitStep
              onConfirmed={() => {
                setKitDone(true)
                move(1)
              }}
            />
          ))}
        {at === 'review' && <Review draft={draft} status={status} onBack={() => move(-1)} />}
        {at !== 'review' && (
          <div className="hf-actions hf-wizard-foot">
            {index > 0 && (
              <Button variant="default" onClick={() => move(-1)}>
                {t('common.back')}
              </Button>
            )}
            <Button disabled={!canGoOn} onClick={() => move(1)}>
              {t('common.continue')}
            </Button>
          </div>
        )}
      </section>
    </Page>
  )
}

function WhatFields(props: DraftProps) {
  const { t } = useTranslation()
  const selection = useSelection(props.draft)
  return (
    <>
      <SourceFields {...props} />
      {props.draft.sources.length > 0 && <SelectionSize selection={selection} />}
      <details className="hf-details">
        <summary>{t('exclusions.title')}</summary>
        <ExclusionFields {...props} />
        {props.draft.sources.length > 0 && <ExclusionPreview selection={selection} />}
      </details>
    </>
  )
}

interface ReviewProps {
  readonly draft: Draft
  readonly status: AppStatus
  readonly onBack: () => void
}

function Review({ draft, status, onBack }: ReviewProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const queries = useQueryClient()
  const enrol = useAct('devices.enrol')
  const create = useAct('sets.create')
  const start = useAct('backup.start')
  const error = shownError(enrol.error ?? create.error ?? start.error)
  const isBusy = enrol.isPending || create.isPending || start.isPending

  const finish = async (backUpNow: boolean) => {
    if (status.device === null) await enrol.mutateAsync({})
    const { backupSet } = await create.mutateAsync({ definition: draft })
    await queries.invalidateQueries()
    if (!backUpNow) {
      go({ screen: 'home' })
      return
    }
    const { jobRunId } = await start.mutateAsync({ backupSetId: backupSet.id })
    await queries.invalidateQueries({ queryKey: ['app.status'] })
    go({ screen: 'run', jobRunId })
  }
  // Each request keeps its own failure, which is drawn below.
  const finishShown = (backUpNow: boolean) => void finish(backUpNow).catch(() => undefined)

  return (
    <>
      <dl className="hf-review">
        <div>
          <dt>{t('set.name')}</dt>
          <dd className="hf-wrap">{draft.name}</dd>
        </div>
        <div>
          <dt>{t('sources.title')}</dt>
          <dd>
            {draft.sources.map((path) => (
              <div key={path} className="hf-path hf-wrap" dir="ltr">
                {path}
              </div>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t('schedule.title')}</dt>
          <dd>
            {draft.schedules.length === 0
              ? t('schedule.none')
              : draft.schedules.map((schedule, at) => (
                  <div key={at}>{scheduleWords(schedule, t, formats)}</div>
                ))}
          </dd>
        </div>
        <div>
          <dt>{t('retention.title')}</dt>
          <dd>{t(`retention.preset.${presetOf(draft.retention) ?? 'custom'}`)}</dd>
        </div>
        {status.device === null && (
          <div>
            <dt>{t('wizard.thisComputer')}</dt>
            <dd>{t('wizard.thisComputerText')}</dd>
          </div>
        )}
      </dl>
      {error !== null && <ProblemNote error={error} />}
      <div className="hf-actions">
        <Button size="md" loading={isBusy} disabled={!isValid(draft)} onClick={() => finishShown(true)}>
          {t('wizard.createAndRun')}
        </Button>
        <Button
          size="md"
          variant="default"
          loading={isBusy}
          disabled={!isValid(draft)}
          onClick={() => finishShown(false)}
        >
          {t('wizard.create')}
        </Button>
        <Button size="md" variant="subtle" onClick={onBack}>
          {t('common.back')}
        </Button>
      </div>
    </>
  )
}
