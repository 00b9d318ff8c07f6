import { Button, Progress, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { DryRun } from '../../shared/model/preview.ts'
import { usePreview } from '../client/use-preview.ts'
import { useFormats } from '../locale/formats.ts'
import { Section } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

interface DryRunSectionProps {
  readonly set: BackupSet
  /** A dry run is about the set as it was saved. */
  readonly isChanged: boolean
}

/** What a backup would do now, without doing it. */
export function DryRunSection({ set, isChanged }: DryRunSectionProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [isWanted, setWanted] = useState(false)
  const input = { backupSetId: set.id }
  const { query, progress } = usePreview('backup.dryRun', input, { enabled: isWanted })
  const fraction = progress?.doneFraction ?? null
  return (
    <Section
      title={t('dryRun.title')}
      text={t('dryRun.text')}
      actions={
        isWanted && query.isFetching ? (
          <Button
            variant="default"
            onClick={() => {
              setWanted(false)
              void queries.cancelQueries({ queryKey: ['backup.dryRun', input] })
            }}
          >
            {t('common.cancel')}
          </Button>
        ) : (
          <Button
            variant="default"
            disabled={isChanged}
            onClick={() => (isWanted ? void query.refetch() : setWanted(true))}
          >
            {t('dryRun.start')}
          </Button>
        )
      }
    >
      {isChanged && (
        <Text size="sm" c="dimmed">
          {t('dryRun.saveFirst')}
        </Text>
      )}
      {isWanted && query.isFetching && (
        <div role="status">
          <Text size="sm" c="dimmed">
            {t('dryRun.looking')}
          </Text>
          <Progress.Root size="md">
            <Progress.Section
              value={(fraction ?? 1) * 100}
              animated={fraction === null}
              aria-label={t('dryRun.title')}
            />
          </Progress.Root>
        </div>
      )}
      {isWanted && !query.isFetching && query.error !== null && (
        <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      )}
      {isWanted && !query.isFetching && query.data !== undefined && <Foretold dryRun={query.data.dryRun} />}
    </Section>
  )
}

const shownChanges = 200

function Foretold({ dryRun }: { dryRun: DryRun }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const facts: [string, string][] = [
    [t('run.filesNew'), formats.number(dryRun.filesNew)],
    [t('run.filesChanged'), formats.number(dryRun.filesChanged)],
    [t('run.filesUnmodified'), formats.number(dryRun.filesUnmodified)],
    [t('run.processed'), formats.bytes(dryRun.bytesProcessed)],
    [t('dryRun.added'), formats.bytes(dryRun.bytesAdded)],
  ]
  const changeCount = dryRun.filesNew + dryRun.filesChanged
  return (
    <div role="status">
      {dryRun.isFirst && <Text size="sm">{t('dryRun.first')}</Text>}
      <dl className="hf-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {dryRun.leftOutCount > 0 && (
        <details className="hf-details">
          <summary>{t('dryRun.leftOut', { count: dryRun.leftOutCount })}</summary>
          <ul className="hf-paths">
            {dryRun.leftOut.slice(0, shownChanges).map(({ path, reason }) => (
              <li key={path} className="hf-wrap">
                <span className="hf-path hf-wrap" dir="ltr">
                  {path}
                </span>{' '}
                <span className="hf-dimmed">{reason}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {changeCount === 0 ? (
        <Text size="sm" c="dimmed">
          {t('dryRun.nothing')}
        </Text>
      ) : (
        <details className="hf-details">
          <summary>{t('dryRun.showChanges', { count: changeCount })}</summary>
          <ul className="hf-paths">
            {dryRun.changes.slice(0, shownChanges).map(({ path, change, sizeBytes }) => (
              <li key={path} className="hf-wrap">
                <span className="hf-change" data-change={change}>
                  {t(`dryRun.change.${change}`)}
                </span>{' '}
                <span className="hf-path hf-wrap" dir="ltr">
                  {path}
                </span>{' '}
                <span className="hf-dimmed">{formats.bytes(sizeBytes)}</span>
              </li>
            ))}
          </ul>
          {changeCount > Math.min(shownChanges, dryRun.changes.length) && (
            <Text size="sm" c="dimmed">
              {t('common.andMore', { count: changeCount - Math.min(shownChanges, dryRun.changes.length) })}
            </Text>
          )}
        </details>
      )}
    </div>
  )
}
