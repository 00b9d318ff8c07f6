import path from 'node:path'
import type { Command } from 'commander'
import { inputError } from '../../shared/errors.ts'
import {
  backupSetDefinitionSchema,
  type BackupSetDefinition,
  type Retention,
} from '../../shared/model/backup-set.ts'
import type { Schedule } from '../../shared/model/schedule.ts'
import { parseCommand } from '../parse/command-line.ts'
import { parseCount } from '../parse/number.ts'
import { parseDaily, parseDates, parseEvery, parseMonthly, parseWeekly } from '../parse/schedule.ts'

/** What `sets add` and `sets edit` can say. A list that is given replaces the whole list. */
export interface DefinitionFlags {
  readonly name?: string
  readonly source?: readonly string[]
  readonly exclude?: readonly string[]
  readonly daily?: readonly Schedule[]
  readonly weekly?: readonly Schedule[]
  readonly monthly?: readonly Schedule[]
  readonly on?: readonly Schedule[]
  readonly every?: readonly Schedule[]
  /** False: `--no-schedule`. */
  readonly schedule: boolean
  readonly timeZone?: string
  readonly catchUp?: boolean
  readonly battery?: boolean
  readonly metered?: boolean
  readonly keepLast?: number
  readonly keepHourly?: number
  readonly keepDaily?: number
  readonly keepWeekly?: number
  readonly keepMonthly?: number
  readonly keepYearly?: number
  readonly keepWithin?: number
  readonly uploadLimit?: number
  readonly downloadLimit?: number
  readonly before?: readonly string[]
  readonly after?: readonly string[]
}

export function withDefinitionFlags(command: Command): Command {
  const text = listOf((each) => each)
  return (
    command
      .option('--name <name>', 'name of the set')
      .option('--source <path>', 'file or folder to back up; may be repeated', text)
      .option('--exclude <pattern>', 'what to leave out, as restic’s --exclude; may be repeated', text)
      .option('--daily <time>', 'every day: 20:00', listOf(parseDaily))
      .option('--weekly <days@time>', 'on days of the week: mon,fri@20:00', listOf(parseWeekly))
      .option(
        '--monthly <day@time>',
        'each month: 15@03:00, last@03:00, first-sat@03:00',
        listOf(parseMonthly),
      )
      .option('--on <dates@time>', 'on dates: 2026-12-24@18:00', listOf(parseDates))
      .option('--every <period>', 'again and again: 15m, 1h … 12h', listOf(parseEvery))
      .option('--no-schedule', 'only when asked')
      .option('--time-zone <name>', 'whose wall clock the schedule means, such as Europe/Berlin')
      // The positive one first: otherwise commander would make it the default and each edit would say it.
      .option('--catch-up', 'make up for a missed run (the default)')
      .option('--no-catch-up', 'let a missed run be')
      .option('--battery', 'run on battery, too (the default)')
      .option('--no-battery', 'skip runs on battery')
      .option('--metered', 'run on a metered network, too (the default)')
      .option('--no-metered', 'skip runs on a metered network')
      .option('--keep-last <count>', 'snapshots to keep: the latest', parseCount)
      .option('--keep-hourly <count>', 'one for each of so many hours', parseCount)
      .option('--keep-daily <count>', 'one for each of so many days', parseCount)
      .option('--keep-weekly <count>', 'one for each of so many weeks', parseCount)
      .option('--keep-monthly <count>', 'one for each of so many months', parseCount)
      .option('--keep-yearly <count>', 'one for each of so many years', parseCount)
      .option('--keep-within <days>', 'all of so many days', parseCount)
      .option('--upload-limit <KiB/s>', 'upload speed; 0 = no limit', parseCount)
      .option('--download-limit <KiB/s>', 'download speed; 0 = no limit', parseCount)
      .option('--before <command>', 'program to run before, or a JSON array with its arguments', parseCommand)
      .option('--after <command>', 'program to run after, or a JSON array with its arguments', parseCommand)
  )
}

/** Repeated flags make a list. */
function listOf<T>(parse: (text: string) => T): (text: string, previous?: readonly T[]) => T[] {
  return (text, previous = []) => [...previous, parse(text)]
}

/**
 * The definition with what the flags say.
 *
 * @param base what it was before; for a new set what the flags leave out
 * @throws AppError INPUT_INVALID with the paths of what is wrong
 */
export function definitionFromFlags(
  flags: DefinitionFlags,
  base: Partial<BackupSetDefinition>,
  currentFolder: string,
): BackupSetDefinition {
  const parsed = backupSetDefinitionSchema.safeParse({
    ...base,
    ...optional('name', flags.name),
    ...optional(
      'sources',
      flags.source?.map((source) => path.resolve(currentFolder, source)),
    ),
    ...optional('exclusions', flags.exclude),
    ...optional('schedules', schedulesOf(flags)),
    ...optional('timeZone', flags.timeZone),
    ...optional('catchUpMissed', flags.catchUp),
    ...optional('uploadLimitKibPerSecond', noLimit(flags.uploadLimit)),
    ...optional('downloadLimitKibPerSecond', noLimit(flags.downloadLimit)),
    ...optional('preCommand', commandOf(flags.before)),
    ...optional('postCommand', commandOf(flags.after)),
  })
  if (!parsed.success) throw inputError(parsed.error)
  const whole = backupSetDefinitionSchema.safeParse({
    ...parsed.data,
    retention: { ...parsed.data.retention, ...retentionOf(flags) },
    conditions: {
      notOnBattery: negated(flags.battery) ?? parsed.data.conditions.notOnBattery,
      notOnMetered: negated(flags.metered) ?? parsed.data.conditions.notOnMetered,
    },
  })
  if (!whole.success) throw inputError(whole.error)
  return whole.data
}

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>)
}

function negated(flag: boolean | undefined): boolean | undefined {
  return flag === undefined ? undefined : !flag
}

function schedulesOf(flags: DefinitionFlags): Schedule[] | undefined {
  const given = [flags.daily, flags.weekly, flags.monthly, flags.on, flags.every].flatMap(
    (each) => each ?? [],
  )
  if (given.length > 0) return given
  return flags.schedule ? undefined : []
}

/** Zero takes the limit away. */
function noLimit(kibPerSecond: number | undefined): number | null | undefined {
  return kibPerSecond === 0 ? null : kibPerSecond
}

function commandOf(argv: readonly string[] | undefined): object | null | undefined {
  return argv === undefined ? undefined : argv.length === 0 ? null : { argv }
}

function retentionOf(flags: DefinitionFlags): Partial<Retention> {
  return {
    ...optional('keepLastCount', flags.keepLast),
    ...optional('keepHourlyCount', flags.keepHourly),
    ...optional('keepDailyCount', flags.keepDaily),
    ...optional('keepWeeklyCount', flags.keepWeekly),
    ...optional('keepMonthlyCount', flags.keepMonthly),
    ...optional('keepYearlyCount', flags.keepYearly),
    ...optional('keepWithinDays', flags.keepWithin),
  }
}
