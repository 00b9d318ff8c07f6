import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet, Retention } from '../../shared/model/backup-set.ts'
import { formatCount, formatSize } from '../format/size.ts'
import { formatTable } from '../format/table.ts'
import { formatInstant, formatRelative } from '../format/time.ts'
import { printable } from '../format/width.ts'
import { scheduleText } from '../parse/schedule.ts'

export function setsTable(sets: readonly BackupSet[], status: AppStatus, nowMs: number): string[] {
  if (sets.length === 0) return ['There is no backup set yet. Make one with `holdfast sets add`.']
  const columns = [
    { title: 'NAME' },
    { title: 'RUNS HERE' },
    { title: 'NEXT RUN' },
    { title: 'SNAPSHOTS', align: 'right' as const },
    { title: 'STORED', align: 'right' as const },
    { title: 'STATE' },
  ]
  const rows = sets.map((set) => {
    const next = status.nextRuns.find((run) => run.backupSetId === set.id)
    return [
      printable(set.definition.name),
      set.deviceId !== null && set.deviceId === status.device?.id ? 'yes' : 'no',
      next === undefined ? '' : formatRelative(Date.parse(next.at), nowMs),
      String(set.snapshotCount),
      formatSize(set.storedBytes),
      stateOf(set),
    ]
  })
  return formatTable(columns, rows)
}

export function stateOf(set: BackupSet): string {
  if (set.deletedAt !== null) return 'being deleted'
  if (set.isBrakeTripped) return 'deletions stopped'
  if (set.definition.isPaused) return 'paused'
  return 'active'
}

type Fact = readonly [name: string, value: string]

/** Everything about a set, one fact a line. */
export function setLines(set: BackupSet): string[] {
  const { definition } = set
  const facts: Fact[] = [
    ['name', definition.name],
    ['id', set.id],
    ['state', stateOf(set)],
    ...definition.sources.map((source): Fact => ['source', source]),
    ...definition.exclusions.map((exclusion): Fact => ['exclude', exclusion]),
    ...scheduleFacts(set),
    ['time zone', definition.timeZone],
    ['missed runs', definition.catchUpMissed ? 'are caught up' : 'are let be'],
    ...(definition.conditions.notOnBattery ? [['on battery', 'skipped'] as const] : []),
    ...(definition.conditions.notOnMetered ? [['on metered networks', 'skipped'] as const] : []),
    ['keeps', retentionText(definition.retention)],
    ...limit('upload limit', definition.uploadLimitKibPerSecond),
    ...limit('download limit', definition.downloadLimitKibPerSecond),
    ...command('before', definition.preCommand),
    ...command('after', definition.postCommand),
    ['stored', `${formatSize(set.storedBytes)} in ${formatCount(set.snapshotCount, 'snapshot')}`],
    ...(set.purgeAfter === null ? [] : [['erased after', formatInstant(set.purgeAfter)] as const]),
  ]
  const width = Math.max(...facts.map(([name]) => name.length))
  return facts.map(([name, value]) => `${name.padEnd(width)}  ${printable(value)}`)
}

function scheduleFacts({ definition }: BackupSet): Fact[] {
  if (definition.schedules.length === 0) return [['schedule', 'only when asked']]
  return definition.schedules.map((schedule): Fact => ['schedule', scheduleText(schedule)])
}

function limit(name: string, kibPerSecond: number | null): Fact[] {
  return kibPerSecond === null ? [] : [[name, `${kibPerSecond} KiB/s`]]
}

function command(name: string, given: { readonly argv: readonly string[] } | null): Fact[] {
  return given === null ? [] : [[name, JSON.stringify(given.argv)]]
}

export function retentionText(retention: Retention): string {
  const parts: (readonly [number, string])[] = [
    [retention.keepLastCount, 'the last'],
    [retention.keepHourlyCount, 'hourly'],
    [retention.keepDailyCount, 'daily'],
    [retention.keepWeeklyCount, 'weekly'],
    [retention.keepMonthlyCount, 'monthly'],
    [retention.keepYearlyCount, 'yearly'],
  ]
  const counted = parts.filter(([count]) => count > 0).map(([count, name]) => `${name} ${count}`)
  const within =
    retention.keepWithinDays === 0 ? [] : [`all of ${formatCount(retention.keepWithinDays, 'day')}`]
  return [...within, ...counted].join(', ')
}
