import { Anchor, Button, Text, Title } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import { useAct } from '../client/use-act.ts'
import { useAsk } from '../client/use-ask.ts'
import { BackUpButton } from '../home/attention-action.tsx'
import { hashOf, type Route } from '../router/route.ts'
import { useRuns } from '../running/use-runs.ts'
import { firstSteps, stepsDone, type FirstStep } from './first-steps.ts'

interface FirstStepsCardProps {
  readonly status: AppStatus
  readonly route: Route
}

/**
 * Leads a new person from the first folder to the first file that came back: a whole card at home, one line
 * elsewhere. Nothing of it is in anybody's way; it goes when it is done or skipped, and Settings bring it back.
 */
export function FirstStepsCard({ status, route }: FirstStepsCardProps) {
  const enabled = status.showsFirstSteps
  const sets = useAsk('sets.list', {}, { enabled })
  const runs = useAsk('runs.list', { limit: 500 }, { enabled })
  if (!enabled || sets.data === undefined || runs.data === undefined) return null
  const { backupSets } = sets.data
  const done = stepsDone({ status, sets: backupSets, runs: runs.data.runs })
  return <Steps done={done} sets={backupSets} route={route} />
}

interface StepsProps {
  readonly done: ReadonlySet<FirstStep>
  readonly sets: readonly BackupSet[]
  readonly route: Route
}

function Steps({ done, sets, route }: StepsProps) {
  const { t } = useTranslation()
  const titleId = useId()
  const current = firstSteps.find((step) => !done.has(step))
  return (
    <section className="hf-card hf-first-steps" aria-labelledby={titleId}>
      <div className="hf-first-steps-head">
        <Title order={2} id={titleId} className={route.screen === 'home' ? undefined : 'hf-visually-hidden'}>
          {t('firstSteps.title')}
        </Title>
        <CloseButton isOver={current === undefined} />
      </div>
      <ol className="hf-first-steps-list">
        {firstSteps.map((step, index) => (
          <li key={step} data-done={done.has(step)} aria-current={step === current ? 'step' : undefined}>
            <span className="hf-first-steps-mark" aria-hidden>
              {done.has(step) ? <IconCheck size={16} stroke={2.4} /> : index + 1}
            </span>
            <span className="hf-first-steps-name">{t(`firstSteps.${step}.title`)}</span>
            {done.has(step) && <span className="hf-visually-hidden">{t('firstSteps.done')}</span>}
          </li>
        ))}
      </ol>
      <div className="hf-first-steps-now">
        <Text size="sm" c="dimmed" role="status" className="hf-grow">
          {current === undefined ? t('firstSteps.over') : t(`firstSteps.${current}.text`)}
        </Text>
        {current !== undefined && <StepAction step={current} sets={sets} route={route} />}
      </div>
    </section>
  )
}

function CloseButton({ isOver }: { isOver: boolean }) {
  const { t } = useTranslation()
  const close = useAct('app.showFirstSteps', { changes: ['app.status'] })
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      className="hf-quiet-button"
      loading={close.isPending}
      onClick={() => close.mutate({ areShown: false })}
    >
      {t(isOver ? 'firstSteps.close' : 'firstSteps.skip')}
    </Button>
  )
}

interface StepActionProps {
  readonly step: FirstStep
  readonly sets: readonly BackupSet[]
  readonly route: Route
}

/** The way to where a step is taken; none for somebody who is there. */
function StepAction({ step, sets, route }: StepActionProps) {
  const { t } = useTranslation()
  const { underWay } = useRuns()
  const set = sets.find(({ deletedAt }) => deletedAt === null)
  switch (step) {
    case 'protect':
      if (route.screen === 'new-set' || route.screen === 'recover') return null
      return (
        <div className="hf-actions">
          <Anchor href={hashOf({ screen: 'recover' })} size="sm">
            {t('home.recover')}
          </Anchor>
          <Button component="a" href={hashOf({ screen: 'new-set' })}>
            {t('home.protect')}
          </Button>
        </div>
      )
    case 'kit':
      if (route.screen === 'account' || route.screen === 'new-set') return null
      return (
        <Button component="a" href={hashOf({ screen: 'account' })}>
          {t('firstSteps.kit.action')}
        </Button>
      )
    case 'backup':
      if (set === undefined || underWay.length > 0) return null
      return <BackUpButton label={t('home.backUpNow')} backupSetId={set.id} />
    case 'restore':
      if (route.screen === 'restore' || set === undefined) return null
      return (
        <Button component="a" href={hashOf({ screen: 'restore', backupSetId: set.id })}>
          {t('firstSteps.restore.action')}
        </Button>
      )
  }
}
