import { Button, Text, TextInput, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { JobRun } from '../../shared/model/job-run.ts'
import { useServices } from '../client/services.tsx'
import { useFormats } from '../locale/formats.ts'
import { OutcomeMark } from '../parts/outcome-mark.tsx'
import { Section } from '../parts/page.tsx'
import { codeWords } from '../parts/problem-words.ts'
import { hashOf } from '../router/route.ts'
import { BackUpButton } from '../home/attention-action.tsx'
import { leftOutCsv } from '../activity/csv.ts'
import { RunLogSection } from './run-log-section.tsx'

/** What a run did, what it left out, and what to do next. */
export function RunReport({ run }: { run: JobRun }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const words = run.errorCode === null ? null : codeWords(t, run.errorCode)
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt)
  const facts: [string, string][] = [
    [t('run.started'), formats.dateTime(run.startedAt)],
    [t('run.took'), formats.duration(tookMs)],
    [t('run.trigger'), t(`trigger.${run.trigger}`)],
  ]
  const work: [string, string][] =
    run.outcome === 'skipped'
      ? []
      : run.kind === 'backup'
        ? [
            [t('run.filesNew'), formats.number(run.filesNew)],
            [t('run.filesChanged'), formats.number(run.filesChanged)],
            [t('run.filesUnmodified'), formats.number(run.filesUnmodified)],
            [t('run.processed'), formats.bytes(run.bytesProcessed)],
            [t('run.added'), formats.bytes(run.bytesAdded)],
          ]
        : run.kind === 'restore'
          ? [
              [t('run.filesRestored'), formats.number(run.filesNew + run.filesChanged)],
              ...(run.filesUnmodified === 0
                ? []
                : [[t('run.filesKept'), formats.number(run.filesUnmodified)] satisfies [string, string]]),
              [t('run.bytesVerified'), formats.bytes(run.bytesProcessed)],
            ]
          : []
  return (
    <>
      <section className="hf-card" aria-label={t('run.report')}>
        <div className="hf-run-outcome">
          <OutcomeMark outcome={run.outcome} size={34} />
          <div className="hf-grow">
            <Title order={2}>{t(`run.result.${run.kind}.${run.outcome}`)}</Title>
            {words !== null && (
              <Text size="sm" c="dimmed">
                {t('common.sentences', { first: words.title, second: words.text })}
              </Text>
            )}
            {run.skipReason !== null && (
              <Text size="sm" c="dimmed">
                {t(`skip.${run.skipReason}`)}
              </Text>
            )}
          </div>
          <div className="hf-actions">
            {run.kind === 'backup' && run.snapshotId !== null && (
              <Button
                component="a"
                href={hashOf({ screen: 'restore', backupSetId: run.backupSetId })}
                variant="default"
              >
                {t('home.restoreFiles')}
              </Button>
            )}
            {run.kind === 'backup' && run.outcome !== 'complete' && (
              <BackUpButton label={t('common.tryAgain')} backupSetId={run.backupSetId} />
            )}
          </div>
        </div>
        <dl className="hf-facts hf-facts-wide">
          {[...facts, ...work].map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {run.leftOutCount > 0 && <LeftOut run={run} />}
      {run.outcome !== 'skipped' && <RunLogSection jobRunId={run.id} />}
    </>
  )
}

const shownAtOnce = 100

function LeftOut({ run }: { run: JobRun }) {
  const { t } = useTranslation()
  const { host } = useServices()
  const [filter, setFilter] = useState('')
  const wanted = filter.toLowerCase()
  const found = run.leftOut.filter(
    (file) => file.path.toLowerCase().includes(wanted) || file.reason.toLowerCase().includes(wanted),
  )
  return (
    <Section
      title={t('run.leftOut', { count: run.leftOutCount })}
      text={t('run.leftOutText')}
      actions={
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => void host.saveText('holdfast-left-out.csv', leftOutCsv(run), 'text/csv')}
        >
          {t('common.export')}
        </Button>
      }
    >
      <TextInput
        label={t('common.filter')}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <ul className="hf-list">
        {found.slice(0, shownAtOnce).map((file) => (
          <li key={file.path}>
            <div className="hf-grow">
              <Text size="sm" className="hf-path hf-wrap" dir="ltr">
                {file.path}
              </Text>
              <Text size="sm" c="dimmed">
                {file.reason}
              </Text>
            </div>
          </li>
        ))}
      </ul>
      {found.length === 0 && <Text c="dimmed">{t('common.nothingFound')}</Text>}
      {found.length > shownAtOnce && (
        <Text size="sm" c="dimmed">
          {t('common.andMore', { count: found.length - shownAtOnce })}
        </Text>
      )}
    </Section>
  )
}
