import { Button, Progress, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { JobRun } from '../../shared/model/job-run.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf } from '../router/route.ts'
import { IconSearch } from '@tabler/icons-react'
import { RunLogSection } from './run-log-section.tsx'
import { RunReport } from './run-report.tsx'
import type { RunUnderWay } from './runs-store.ts'
import { useRuns } from './use-runs.ts'
import { useSetName } from './use-set-name.ts'

/** One run: live while it lasts, its report afterwards. */
export function RunScreen({ jobRunId }: { jobRunId: string }) {
  const { t } = useTranslation()
  const { underWay, ended } = useRuns()
  const status = useAsk('app.status', {})
  const runs = useAsk('runs.list', { limit: 500 })
  const running = underWay.find((run) => run.jobRunId === jobRunId)
  const known = ended.find((run) => run.id === jobRunId)
  const isStarting = status.data?.running.some((id) => id === jobRunId) === true
  if (running !== undefined) return <LiveRun run={running} />
  if (known !== undefined) return <EndedRun run={known} />
  if (isStarting) {
    return (
      <Page title={t('run.title')} backTo={hashOf({ screen: 'home' })}>
        <section className="hf-card">
          <Text role="status">{t('run.stage.preparing')}</Text>
          <Progress value={100} animated striped aria-label={t('run.stage.preparing')} />
        </section>
      </Page>
    )
  }
  return (
    <Asked query={runs}>
      {({ runs: list }) => {
        const run = list.find((each) => each.id === jobRunId)
        if (run !== undefined) return <EndedRun run={run} />
        return (
          <Page title={t('run.title')} backTo={hashOf({ screen: 'activity' })}>
            <EmptyState
              icon={<IconSearch size={32} aria-hidden />}
              title={t('run.unknown')}
              text={t('run.unknownText')}
            />
          </Page>
        )
      }}
    </Asked>
  )
}

function EndedRun({ run }: { run: JobRun }) {
  const { t } = useTranslation()
  const name = useSetName(run.backupSetId)
  return (
    <Page
      title={name ?? t('run.title')}
      text={t(`run.kind.${run.kind}`)}
      backTo={hashOf({ screen: 'activity' })}
    >
      <RunReport run={run} />
    </Page>
  )
}

function LiveRun({ run }: { run: RunUnderWay }) {
  const { t } = useTranslation()
  const formats = useFormats()
  const name = useSetName(run.backupSetId)
  const cancel = useAct('run.cancel')
  const error = shownError(cancel.error)
  const { progress } = run
  const fraction = progress?.doneFraction ?? null
  const files =
    progress === null
      ? '–'
      : progress.filesTotal === null
        ? formats.number(progress.filesDone)
        : t('run.of', {
            done: formats.number(progress.filesDone),
            total: formats.number(progress.filesTotal),
          })
  const bytes =
    progress === null
      ? '–'
      : progress.bytesTotal === null
        ? formats.bytes(progress.bytesDone)
        : t('run.of', { done: formats.bytes(progress.bytesDone), total: formats.bytes(progress.bytesTotal) })
  return (
    <Page
      title={name ?? t('run.title')}
      text={t(`run.now.${run.kind}`)}
      backTo={hashOf({ screen: 'home' })}
      actions={
        <Button
          variant="default"
          loading={cancel.isPending}
          disabled={cancel.data !== undefined}
          onClick={() => cancel.mutate({ jobRunId: run.jobRunId })}
        >
          {t(cancel.data === undefined ? 'run.cancel' : 'run.cancelling')}
        </Button>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      <section className="hf-card" aria-label={t('run.progress')}>
        <div className="hf-run-head">
          <Title order={2} aria-live="polite">
            {t(`run.stage.${progress?.stage ?? 'preparing'}`)}
          </Title>
          <span className="hf-run-percent">{fraction === null ? '' : formats.percent(fraction)}</span>
        </div>
        <Progress.Root size="lg">
          <Progress.Section
            value={fraction === null ? 100 : fraction * 100}
            animated={fraction === null}
            striped={fraction === null}
            aria-label={t(`run.now.${run.kind}`)}
          />
        </Progress.Root>
        <dl className="hf-facts">
          <Fact name={t('run.files')} value={files} />
          <Fact name={t('run.bytes')} value={bytes} />
          <Fact
            name={t('run.speed')}
            value={
              progress === null ? '–' : t('run.perSecond', { size: formats.bytes(progress.bytesPerSecond) })
            }
          />
          <Fact
            name={t('run.timeLeft')}
            value={
              progress === null || progress.secondsLeft === null
                ? t('run.estimating')
                : formats.duration(progress.secondsLeft * 1000)
            }
          />
        </dl>
        <div className="hf-current-files">
          <Text size="sm" c="dimmed">
            {t('run.current')}
          </Text>
          {(progress?.currentFiles ?? []).slice(0, 3).map((file) => (
            <Text key={file} size="sm" className="hf-path" dir="ltr" title={file}>
              {file}
            </Text>
          ))}
        </div>
        {progress !== null && progress.leftOutCount > 0 && (
          <Text size="sm" className="hf-note hf-note-warn">
            {t('run.leftOutSoFar', { count: progress.leftOutCount })}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t('run.mayClose')}
        </Text>
      </section>
      <RunLogSection jobRunId={run.jobRunId} />
    </Page>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
