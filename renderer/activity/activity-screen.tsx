import { Button, Select, Text } from '@mantine/core'
import { IconChevronRight, IconDownload, IconHistory } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { outcomeSchema, type JobRun, type Outcome } from '../../shared/model/job-run.ts'
import { useServices } from '../client/services.tsx'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { OutcomeMark } from '../parts/outcome-mark.tsx'
import { Page } from '../parts/page.tsx'
import { hashOf } from '../router/route.ts'
import { runsCsv } from './csv.ts'

const outcomes = outcomeSchema.options
const kinds = ['backup', 'restore', 'maintenance'] as const

interface Filter {
  readonly backupSetId: string | null
  readonly outcome: Outcome | null
  readonly kind: JobRun['kind'] | null
}

/** All runs, the newest first, with what became of them. */
export function ActivityScreen() {
  const { t } = useTranslation()
  const { host } = useServices()
  const runs = useAsk('runs.list', { limit: 500 })
  const sets = useAsk('sets.list', {})
  const [filter, setFilter] = useState<Filter>({ backupSetId: null, outcome: null, kind: null })
  const names = new Map<string, string>(
    (sets.data?.backupSets ?? []).map((set) => [set.id, set.definition.name]),
  )
  const nameOf = (run: JobRun) => names.get(run.backupSetId) ?? t('activity.goneSet')
  const fits = (run: JobRun) =>
    (filter.backupSetId === null || run.backupSetId === filter.backupSetId) &&
    (filter.outcome === null || run.outcome === filter.outcome) &&
    (filter.kind === null || run.kind === filter.kind)
  const shown = (runs.data?.runs ?? [])
    .filter(fits)
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))

  return (
    <Page
      title={t('activity.title')}
      text={t('activity.text')}
      actions={
        <Button
          variant="default"
          disabled={shown.length === 0}
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => void host.saveText('holdfast-activity.csv', runsCsv(shown, nameOf), 'text/csv')}
        >
          {t('common.export')}
        </Button>
      }
    >
      <div className="hf-filters" role="group" aria-label={t('common.filter')}>
        <Select
          label={t('activity.set')}
          placeholder={t('activity.all')}
          data={[...names].map(([value, label]) => ({ value, label }))}
          value={filter.backupSetId}
          onChange={(backupSetId) => setFilter({ ...filter, backupSetId })}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
        />
        <Select
          label={t('activity.outcome')}
          placeholder={t('activity.all')}
          data={outcomes.map((value) => ({ value, label: t(`outcome.${value}`) }))}
          value={filter.outcome}
          onChange={(value) =>
            setFilter({ ...filter, outcome: outcomes.find((each) => each === value) ?? null })
          }
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
        />
        <Select
          label={t('activity.kind')}
          placeholder={t('activity.all')}
          data={kinds.map((value) => ({ value, label: t(`run.kind.${value}`) }))}
          value={filter.kind}
          onChange={(value) => setFilter({ ...filter, kind: kinds.find((each) => each === value) ?? null })}
          clearable
          clearButtonProps={{ 'aria-label': t('common.clear') }}
        />
      </div>
      <Asked query={runs}>
        {({ runs: all }) =>
          shown.length === 0 ? (
            <section className="hf-card">
              <EmptyState
                icon={<IconHistory size={34} stroke={1.5} aria-hidden />}
                title={t(all.length === 0 ? 'activity.empty' : 'common.nothingFound')}
                text={t(all.length === 0 ? 'activity.emptyText' : 'activity.noneFit')}
              />
            </section>
          ) : (
            <RunDays runs={shown} nameOf={nameOf} />
          )
        }
      </Asked>
    </Page>
  )
}

const runsAtOnce = 60

function RunDays({ runs, nameOf }: { runs: readonly JobRun[]; nameOf: (run: JobRun) => string }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const [limit, setLimit] = useState(runsAtOnce)
  const days = new Map<string, JobRun[]>()
  for (const run of runs.slice(0, limit)) {
    const day = formats.dayName(run.startedAt)
    days.set(day, [...(days.get(day) ?? []), run])
  }
  return (
    <>
      {[...days].map(([day, list]) => (
        <section key={day} className="hf-card hf-card-tight" aria-label={day}>
          <h2 className="hf-day">{day}</h2>
          <ul className="hf-list hf-list-links">
            {list.map((run) => (
              <li key={run.id}>
                <RunLine run={run} name={nameOf(run)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {runs.length > limit && (
        <Button variant="default" onClick={() => setLimit(limit + runsAtOnce)}>
          {t('common.showMore')}
        </Button>
      )}
    </>
  )
}

function RunLine({ run, name }: { run: JobRun; name: string }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const facts = [
    t(`run.kind.${run.kind}`),
    run.errorCode === null ? null : t(`errors.${run.errorCode}.title`),
    run.skipReason === null ? null : t(`skip.${run.skipReason}`),
    run.kind === 'backup' && run.snapshotId !== null
      ? t('activity.added', { size: formats.bytes(run.bytesAdded) })
      : null,
    run.leftOutCount === 0 ? null : t('activity.leftOut', { count: run.leftOutCount }),
  ].filter((fact) => fact !== null)
  return (
    <a className="hf-line" href={hashOf({ screen: 'run', jobRunId: run.id })}>
      <OutcomeMark outcome={run.outcome} size={22} />
      <span className="hf-grow">
        <Text span fw={580} size="sm" className="hf-wrap">
          {name}
        </Text>
        <Text size="sm" c="dimmed" span display="block">
          {facts.join(' · ')}
        </Text>
      </span>
      <Text size="sm" c="dimmed" className="hf-figures" span>
        {formats.time(run.startedAt)}
      </Text>
      <IconChevronRight size={16} className="hf-flip" aria-hidden />
    </a>
  )
}
