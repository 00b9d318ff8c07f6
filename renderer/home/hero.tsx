import { Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { useNow } from '../client/use-now.ts'
import { useFormats } from '../locale/formats.ts'
import { isPressing, isRemark, lastSuccess, type Attention } from './attention.ts'

interface HeroProps {
  readonly attention: readonly Attention[]
  readonly sets: readonly BackupSet[]
  readonly runs: readonly JobRun[]
}

/** The one glance: protected, or how many things need a person. */
export function Hero({ attention, sets, runs }: HeroProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const nowMs = useNow(60_000)
  const pressing = attention.filter(isPressing).length
  const state = pressing > 0 ? 'bad' : attention.some(isRemark) ? 'look' : 'good'
  const newest = sets
    .map((set) => lastSuccess(set, runs))
    .filter((run) => run !== undefined)
    .sort((a, b) => Date.parse(b.endedAt) - Date.parse(a.endedAt))[0]
  const storedBytes = sets.reduce((sum, set) => sum + set.storedBytes, 0)
  const titleOf = () => {
    if (state === 'bad') return t('home.needsYou', { count: pressing })
    return t(state === 'look' ? 'home.protectedLook' : 'home.protected')
  }
  return (
    <section className="hf-hero" data-state={state} aria-label={t('home.summary')}>
      <span className="hf-hero-icon">
        {state !== 'bad' ? (
          <IconShieldCheck size={34} stroke={1.6} aria-hidden />
        ) : (
          <IconAlertTriangle size={34} stroke={1.6} aria-hidden />
        )}
      </span>
      <div className="hf-grow">
        <Title order={2} className="hf-hero-title">
          {titleOf()}
        </Title>
        <Text>
          {newest === undefined
            ? t('home.nothingYet')
            : t('home.lastBackup', { when: formats.relative(newest.endedAt, nowMs) })}
        </Text>
      </div>
      <dl className="hf-hero-facts">
        <div>
          <dt>{t('home.sets')}</dt>
          <dd>{formats.number(sets.length)}</dd>
        </div>
        <div>
          <dt>{t('home.stored')}</dt>
          <dd>{formats.bytes(storedBytes)}</dd>
        </div>
      </dl>
    </section>
  )
}
