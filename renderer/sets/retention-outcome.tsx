import { Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BackupSet, Retention } from '../../shared/model/backup-set.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { applyRetention, departures, type RetentionContext } from '../../shared/retention.ts'
import { useAsk } from '../client/use-ask.ts'
import { useServices } from '../client/services.tsx'
import { useFormats } from '../locale/formats.ts'
import { Asked } from '../parts/asked.tsx'
import { RetentionLine } from './retention-line.tsx'

interface RetentionOutcomeProps {
  readonly set: BackupSet
  /** As it is being edited. */
  readonly retention: Retention
  readonly keepsOldest: boolean
}

/** What the policy means for the backups that the set has now: which stay, which go, and when. */
export function RetentionOutcome({ set, retention, keepsOldest }: RetentionOutcomeProps) {
  const { t } = useTranslation()
  const { clock } = useServices()
  const query = useAsk('snapshots.list', { backupSetId: set.id })
  // One moment for the whole picture: what is foretold changes with the policy and the backups.
  const [nowMs] = useState(() => clock.nowMs())
  return (
    <Asked query={query} lines={2}>
      {({ snapshots }) =>
        snapshots.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t('retention.noneYet')}
          </Text>
        ) : (
          <Outcome snapshots={snapshots} retention={retention} nowMs={nowMs} keepsOldest={keepsOldest} />
        )
      }
    </Asked>
  )
}

interface OutcomeProps {
  readonly snapshots: readonly Snapshot[]
  readonly retention: Retention
  readonly nowMs: number
  readonly keepsOldest: boolean
}

const dayMs = 86_400_000
const shownRows = 200

function Outcome({ snapshots, retention, nowMs, keepsOldest }: OutcomeProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const { rows, keptCount } = useMemo(
    () => rowsOf(snapshots, retention, { nowMs, keepsOldest }),
    [snapshots, retention, nowMs, keepsOldest],
  )
  const goneCount = rows.length - keptCount
  const text =
    goneCount === 0
      ? t('retention.allStay', { count: rows.length })
      : t('retention.someGo', { count: goneCount, kept: formats.number(keptCount) })
  return (
    <figure className="hf-kept">
      <RetentionLine
        label={text}
        ticks={rows.map(({ snapshot, rules }) => ({
          days: (nowMs - Date.parse(snapshot.takenAt)) / dayMs,
          isKept: rules.length > 0,
        }))}
      />
      <figcaption>
        <span role="status">{text}</span>
      </figcaption>
      <details className="hf-details">
        <summary>{t('retention.showEach')}</summary>
        <div className="hf-files" tabIndex={0} role="region" aria-label={t('retention.showEach')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('retention.backup')}</th>
                <th scope="col">{t('retention.because')}</th>
                <th scope="col">{t('retention.goes')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, shownRows).map(({ snapshot, rules, goesAtMs }) => (
                <tr key={snapshot.id}>
                  <td>{formats.dateTime(snapshot.takenAt)}</td>
                  <td>
                    {rules.length === 0
                      ? t('retention.nothingKeeps')
                      : formats.list(rules.map((rule) => t(`retention.reason.${rule}`)))}
                  </td>
                  <td>
                    {rules.length === 0
                      ? t('retention.nextMaintenance')
                      : goesAtMs === null
                        ? t('retention.later')
                        : t('retention.around', { date: formats.date(goesAtMs) })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {rows.length > shownRows && (
          <Text size="sm" c="dimmed">
            {t('common.andMore', { count: rows.length - shownRows })}
          </Text>
        )}
        <Text size="sm" c="dimmed">
          {t('retention.whenText')}
        </Text>
      </details>
    </figure>
  )
}

function rowsOf(snapshots: readonly Snapshot[], retention: Retention, context: RetentionContext) {
  const { kept, removed } = applyRetention(retention, snapshots, context)
  const goes = departures(retention, snapshots, context)
  const rows = [
    ...kept.map(({ snapshot, rules }) => ({ snapshot, rules, goesAtMs: goes.get(snapshot) ?? null })),
    ...removed.map((snapshot) => ({ snapshot, rules: [], goesAtMs: null })),
  ]
  rows.sort((a, b) => Date.parse(b.snapshot.takenAt) - Date.parse(a.snapshot.takenAt))
  return { rows, keptCount: kept.length }
}
