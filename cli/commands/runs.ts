import type { Command } from 'commander'
import type { RunUnderWay } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import { runLogLines } from '../../shared/model/run-log.ts'
import type { CommandContext } from '../context.ts'
import { findSet } from '../find-set.ts'
import { formatSize } from '../format/size.ts'
import { formatTable } from '../format/table.ts'
import { formatDuration, formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { parseCount } from '../parse/number.ts'
import { request } from '../request.ts'
import { runSummary } from '../run-summary.ts'

export function addRuns(program: Command, host: Host): void {
  const runs = program
    .command('runs')
    .description('what ran, when and with which outcome')
    .argument('[set]', 'name or id of a backup set; all sets without it')
    .option('--limit <count>', 'how many at most (1–500)', parseCount, 20)
    .action(
      host.run(async (context, word: string | undefined, options: { readonly limit: number }) => {
        const only = word === undefined ? {} : { backupSetId: (await findSet(context, word)).id }
        const { runs: list } = await request(context, 'runs.list', { ...only, limit: options.limit })
        const names = await setNames(context)
        result(context, { runs: list }, () => {
          if (list.length === 0) return ['Nothing has run yet.']
          const columns = ['STARTED', 'SET', 'KIND', 'OUTCOME', 'TOOK', 'ADDED', 'RUN'].map((title) => ({
            title,
          }))
          return formatTable(
            columns,
            list.map((run) => row(run, names.get(run.backupSetId) ?? run.backupSetId)),
          )
        })
        return 0
      }),
    )
  runs
    .command('show')
    .description('one run: what it did, and what it left out and why')
    .argument('[run]', 'id of a run or its beginning; the newest without it')
    .action(
      host.run(async (context, word: string | undefined) => {
        const run = await findRun(context, word)
        const names = await setNames(context)
        result(context, { run }, () => [
          `${printable(names.get(run.backupSetId) ?? run.backupSetId)}, ${formatInstant(run.startedAt)}, ${run.id}`,
          ...runSummary(run, context.terminal.paint),
        ])
        return 0
      }),
    )
  runs
    .command('log')
    .description('what Holdfast and restic said during a run of this computer')
    .argument('[run]', 'id of a run or its beginning; the newest without it')
    .action(
      host.run(async (context, word: string | undefined) => {
        const { id } = await findRun(context, word)
        const { log } = await request(context, 'runs.log', { jobRunId: id })
        result(context, { jobRunId: id, ...log }, () => runLogLines(log).map(printable))
        return 0
      }),
    )
  runs
    .command('now')
    .description('what runs at the moment, and how far it is')
    .action(
      host.run(async (context) => {
        const { runs: underWay } = await request(context, 'runs.underWay', {})
        const names = underWay.length === 0 ? new Map<string, string>() : await setNames(context)
        result(context, { runs: underWay }, () =>
          underWay.length === 0
            ? ['Nothing runs at the moment.']
            : underWay.map((run) => nowLine(run, names.get(run.backupSetId) ?? run.backupSetId)),
        )
        return 0
      }),
    )
}

async function setNames(context: CommandContext): Promise<Map<string, string>> {
  const { backupSets } = await request(context, 'sets.list', {})
  return new Map(backupSets.map((set) => [set.id, set.definition.name]))
}

/** @throws AppError NOT_FOUND; INPUT_INVALID when several fit */
async function findRun(context: CommandContext, word: string | undefined): Promise<JobRun> {
  const { runs } = await request(context, 'runs.list', { limit: 500 })
  const fitting = word === undefined ? runs.slice(0, 1) : runs.filter(({ id }) => isMeant(id, word))
  const [only, another] = fitting
  if (only === undefined) {
    throw new AppError(
      'NOT_FOUND',
      word === undefined ? 'Nothing has run yet.' : `There is no run "${word}".`,
    )
  }
  if (another !== undefined) throw new AppError('INPUT_INVALID', `Several runs begin with ${word ?? ''}.`)
  return only
}

/** A few letters would fit by chance. */
function isMeant(id: string, word: string): boolean {
  return id === word || (word.length >= 6 && id.startsWith(word))
}

function nowLine({ kind, startedAt, progress }: RunUnderWay, setName: string): string {
  const facts = [
    progress?.stage ?? 'preparing',
    ...(progress === null || progress.doneFraction === null
      ? []
      : [`${Math.floor(progress.doneFraction * 100)} %`]),
    ...(progress === null || progress.secondsLeft === null
      ? []
      : [`${formatDuration(progress.secondsLeft * 1000)} left`]),
    `since ${formatInstant(startedAt)}`,
  ]
  return `${printable(setName)}: ${kind}, ${facts.join(', ')}`
}

function row(run: JobRun, setName: string): string[] {
  const reason = run.errorCode ?? run.skipReason
  return [
    formatInstant(run.startedAt),
    printable(setName),
    run.trigger === 'manual' ? run.kind : `${run.kind} (${run.trigger})`,
    reason === null ? run.outcome : `${run.outcome}: ${reason}`,
    formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt)),
    run.kind === 'backup' ? formatSize(run.bytesAdded) : '',
    run.id.slice(0, 12),
  ]
}
