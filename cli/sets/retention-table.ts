import type { BackupSet } from '../../shared/model/backup-set.ts'
import { isoOf } from '../../shared/clock.ts'
import type { SnapshotId } from '../../shared/model/ids.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import {
  applyRetention,
  departures,
  type RetentionContext,
  type RetentionRule,
} from '../../shared/retention.ts'
import { formatTable } from '../format/table.ts'
import { formatInstant } from '../format/time.ts'

export interface ForetoldSnapshot {
  readonly id: SnapshotId
  readonly takenAt: string
  /** Empty: the next maintenance lets it go. */
  readonly rules: readonly RetentionRule[]
  /** With one backup a day; null when it is let go at once, or later than is foretold. */
  readonly goesAt: string | null
}

/** What the retention of a set means for its snapshots, newest first. */
export function foretell(
  { definition }: BackupSet,
  snapshots: readonly Snapshot[],
  context: RetentionContext,
): ForetoldSnapshot[] {
  const { kept, removed } = applyRetention(definition.retention, snapshots, context)
  const goes = departures(definition.retention, snapshots, context)
  const entry = (snapshot: Snapshot, rules: readonly RetentionRule[]): ForetoldSnapshot => {
    const atMs = goes.get(snapshot)
    return {
      id: snapshot.id,
      takenAt: snapshot.takenAt,
      rules,
      goesAt: atMs === undefined ? null : isoOf(atMs),
    }
  }
  return [
    ...kept.map(({ snapshot, rules }) => entry(snapshot, rules)),
    ...removed.map((snapshot) => entry(snapshot, [])),
  ].sort((a, b) => Date.parse(b.takenAt) - Date.parse(a.takenAt))
}

const words: Record<RetentionRule, string> = {
  keepWithinDays: 'recent',
  keepLastCount: 'last',
  keepHourlyCount: 'hourly',
  keepDailyCount: 'daily',
  keepWeeklyCount: 'weekly',
  keepMonthlyCount: 'monthly',
  keepYearlyCount: 'yearly',
}

export function retentionTable(foretold: readonly ForetoldSnapshot[]): string[] {
  const columns = ['SNAPSHOT', 'TAKEN', 'STAYS AS', 'GOES'].map((title) => ({ title }))
  return formatTable(
    columns,
    foretold.map(({ id, takenAt, rules, goesAt }) => [
      id.slice(0, 8),
      formatInstant(takenAt),
      rules.map((rule) => words[rule]).join(', '),
      rules.length === 0
        ? 'with the next maintenance'
        : goesAt === null
          ? ''
          : `around ${formatInstant(goesAt)}`,
    ]),
  )
}
