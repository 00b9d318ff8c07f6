import { ActionIcon, Button, Menu, Text, Title } from '@mantine/core'
import { IconDots, IconPlayerPlay } from '@tabler/icons-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { shownError, useAct } from '../client/use-act.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { OutcomeMark } from '../parts/outcome-mark.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { hashOf } from '../router/route.ts'
import { go } from '../router/use-route.ts'
import { RunBar } from '../running/run-bar.tsx'
import { useRuns } from '../running/use-runs.ts'
import { backupsOf, lastSuccess } from './attention.ts'
import { daysOf } from './day-strip.ts'
import { OutcomeStrip } from './outcome-strip.tsx'

interface SetCardProps {
  readonly set: BackupSet
  readonly runs: readonly JobRun[]
  readonly status: AppStatus
}

/** One backup set at a glance, with what people do most. */
export function SetCard({ set, runs, status }: SetCardProps) {
  const { t } = useTranslation()
  const titleId = useId()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const { underWay } = useRuns()
  const running = underWay.find((run) => run.backupSetId === set.id)
  const backups = backupsOf(set, runs)
  const success = lastSuccess(set, runs)
  const next = status.nextRuns.find((run) => run.backupSetId === set.id)
  const isHere = set.deviceId !== null && set.deviceId === status.device?.id
  const isDeleted = set.deletedAt !== null
  const start = useAct('backup.start', {
    changes: ['app.status'],
    onDone: ({ jobRunId }) => go({ screen: 'run', jobRunId }),
  })
  const check = useAct('maintenance.start', {
    changes: ['app.status'],
    onDone: ({ jobRunId }) => go({ screen: 'run', jobRunId }),
  })
  const error = shownError(start.error ?? check.error)
  const name = set.definition.name

  return (
    <article className="hf-card hf-set" aria-label={name}>
      <div className="hf-card-head">
        <div className="hf-grow">
          <Title order={3} className="hf-wrap" id={titleId}>
            <a href={hashOf({ screen: 'set', backupSetId: set.id })} className="hf-plain-link">
              {name}
            </a>
          </Title>
          <Text size="sm" c="dimmed" className="hf-clip" dir="auto" title={set.definition.sources.join('\n')}>
            {set.definition.sources.join(' · ')}
          </Text>
        </div>
        <div className="hf-actions">
          {isHere && !isDeleted && running === undefined && (
            <Button
              variant="light"
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              loading={start.isPending}
              onClick={() => start.mutate({ backupSetId: set.id })}
              aria-describedby={titleId}
            >
              {t('home.backUpNow')}
            </Button>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('home.moreName', { name })}
                className="hf-quiet-button"
              >
                <IconDots size={18} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item component="a" href={hashOf({ screen: 'restore', backupSetId: set.id })}>
                {t('home.restoreFiles')}
              </Menu.Item>
              <Menu.Item component="a" href={hashOf({ screen: 'set', backupSetId: set.id })}>
                {t('home.editSet')}
              </Menu.Item>
              {isHere && !isDeleted && (
                <Menu.Item onClick={() => check.mutate({ backupSetId: set.id })}>
                  {t('home.maintain')}
                </Menu.Item>
              )}
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      {error !== null && <ProblemNote error={error} />}
      {running !== undefined && <RunBar run={running} />}
      <dl className="hf-facts">
        <div>
          <dt>{t('home.lastSuccess')}</dt>
          <dd>
            <OutcomeMark outcome={backups[0]?.outcome ?? null} />
            {success === undefined ? (
              t('home.never')
            ) : (
              <span title={formats.dateTime(success.endedAt)}>
                {formats.relative(success.endedAt, nowMs)}
              </span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('home.nextRun')}</dt>
          <dd>
            {next === undefined ? (
              t(set.definition.isPaused ? 'home.paused' : 'home.notPlanned')
            ) : (
              <span title={formats.dateTime(next.at)}>{formats.relative(next.at, nowMs)}</span>
            )}
          </dd>
        </div>
        <div>
          <dt>{t('home.stored')}</dt>
          <dd>{formats.bytes(set.storedBytes)}</dd>
        </div>
        <div>
          <dt>{t('home.snapshots')}</dt>
          <dd>{formats.number(set.snapshotCount)}</dd>
        </div>
      </dl>
      <div>
        <OutcomeStrip days={daysOf(backups, nowMs)} />
        <div className="hf-strip-ends" aria-hidden>
          <span>{formats.relative(nowMs - 29 * 86_400_000, nowMs)}</span>
          <span>{t('home.today')}</span>
        </div>
      </div>
    </article>
  )
}
