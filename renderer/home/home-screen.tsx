import { Button } from '@mantine/core'
import { IconFolderPlus, IconPlus } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { TrialNote } from '../account/trial-note.tsx'
import { useAsk } from '../client/use-ask.ts'
import { useNow } from '../client/use-now.ts'
import { FirstStepsCard } from '../first-steps/first-steps-card.tsx'
import { Asked } from '../parts/asked.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Page } from '../parts/page.tsx'
import { hashOf } from '../router/route.ts'
import { attentionOf } from './attention.ts'
import { AttentionList } from './attention-list.tsx'
import { Hero } from './hero.tsx'
import { SetCard } from './set-card.tsx'

/** Is everything protected? And if not, what to do about it. */
export function HomeScreen({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const sets = useAsk('sets.list', {})
  return (
    <Page
      title={t('home.title')}
      actions={
        (sets.data?.backupSets.length ?? 0) > 0 && (
          <Button
            component="a"
            href={hashOf({ screen: 'new-set' })}
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
          >
            {t('home.newSet')}
          </Button>
        )
      }
    >
      <TrialNote />
      <FirstStepsCard status={status} route={{ screen: 'home' }} />
      <Asked query={sets}>
        {({ backupSets }) =>
          backupSets.length === 0 ? (
            <NothingProtected status={status} />
          ) : (
            <Overview status={status} sets={backupSets} />
          )
        }
      </Asked>
    </Page>
  )
}

function NothingProtected({ status }: { status: AppStatus }) {
  const { t } = useTranslation()
  const attention = useAttention(status, [], [])
  return (
    <>
      {attention.length > 0 && <AttentionList items={attention} />}
      <section className="hf-card">
        <EmptyState
          icon={<IconFolderPlus size={36} stroke={1.4} aria-hidden />}
          title={t('home.emptyTitle')}
          text={t('home.emptyText')}
          // The first steps offer the same, with what comes after it.
          action={!status.showsFirstSteps && <FirstActions />}
        />
      </section>
    </>
  )
}

function FirstActions() {
  const { t } = useTranslation()
  return (
    <>
      <Button component="a" href={hashOf({ screen: 'new-set' })} size="md">
        {t('home.protect')}
      </Button>
      <Button component="a" href={hashOf({ screen: 'recover' })} size="md" variant="default">
        {t('home.recover')}
      </Button>
    </>
  )
}

function Overview({ status, sets }: { status: AppStatus; sets: readonly BackupSet[] }) {
  const { t } = useTranslation()
  const runs = useAsk('runs.list', { limit: 500 })
  return (
    <Asked query={runs} lines={4}>
      {({ runs: known }) => (
        <>
          <Summary status={status} sets={sets} runs={known} />
          <ul className="hf-sets" aria-label={t('home.sets')}>
            {sets.map((set) => (
              <li key={set.id}>
                <SetCard set={set} runs={known} status={status} />
              </li>
            ))}
          </ul>
        </>
      )}
    </Asked>
  )
}

interface SummaryProps {
  readonly status: AppStatus
  readonly sets: readonly BackupSet[]
  readonly runs: readonly JobRun[]
}

function Summary({ status, sets, runs }: SummaryProps) {
  const attention = useAttention(status, sets, runs)
  return (
    <>
      <Hero attention={attention} sets={sets} runs={runs} />
      {attention.length > 0 && <AttentionList items={attention} />}
    </>
  )
}

function useAttention(status: AppStatus, sets: readonly BackupSet[], runs: readonly JobRun[]) {
  const me = useAsk('account.me', {})
  const recovery = useAsk('recovery.get', {})
  const nowMs = useNow(60_000)
  const pendingRecovery =
    recovery.data === undefined ? status.pendingRecovery : recovery.data.recovery.pending
  return attentionOf({ status, me: me.data, pendingRecovery, sets, runs, nowMs })
}
