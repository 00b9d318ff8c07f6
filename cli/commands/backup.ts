import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { CommandContext } from '../context.ts'
import { dryRuns } from '../previews.ts'
import { matchSet } from '../find-set.ts'
import { exitCodeOfRun, followRun } from '../follow-run.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'
import { runSummary } from '../run-summary.ts'

export function addBackup(program: Command, host: Host): void {
  program
    .command('backup')
    .description('back up now: the sets named, or the only one')
    .argument('[set...]', 'names or ids of backup sets')
    .option('--all', 'every set of this computer')
    .option('--dry-run', 'only say what a backup would add and change')
    .action(host.run(backup))
  program
    .command('run-due')
    .description('run what is due now, silently, and end: for cron and other schedulers')
    .action(
      host.run(async (context) => {
        const { runs } = await request(context, 'schedule.runDue', {})
        result(context, { runs }, () =>
          runs.length === 0
            ? ['Nothing is due.']
            : runs.flatMap((run) => runSummary(run, context.terminal.paint)),
        )
        return worst(runs.map(exitCodeOfRun))
      }),
    )
  program
    .command('maintain')
    .description('let go of snapshots that the retention policy does not keep')
    .argument('[set]', 'name or id of a backup set')
    .action(
      host.run(async (context, word: string | undefined) => {
        const { backupSets } = await request(context, 'sets.list', {})
        const set = matchSet(backupSets, word)
        const run = await followRun(context, `Maintaining ${set.definition.name}`, () =>
          request(context, 'maintenance.start', { backupSetId: set.id }),
        )
        return exitCodeOfRun(run)
      }),
    )
}

async function backup(
  context: CommandContext,
  words: readonly string[],
  options: { readonly all?: boolean; readonly dryRun?: boolean },
): Promise<number> {
  const { backupSets } = await request(context, 'sets.list', {})
  const sets =
    options.all === true ? await setsOfThisComputer(context, backupSets) : chosen(backupSets, words)
  if (options.dryRun === true) return dryRuns(context, sets)
  const codes: number[] = []
  for (const set of sets) {
    const run = await followRun(context, `Backing up ${set.definition.name}`, () =>
      request(context, 'backup.start', { backupSetId: set.id }),
    )
    codes.push(exitCodeOfRun(run))
    // Ctrl-C means the whole command, not one set of it.
    if (run.outcome === 'cancelled') break
  }
  return worst(codes)
}

function chosen(backupSets: readonly BackupSet[], words: readonly string[]): BackupSet[] {
  if (words.length === 0) return [matchSet(backupSets, undefined)]
  return words.map((word) => matchSet(backupSets, word))
}

async function setsOfThisComputer(
  context: CommandContext,
  backupSets: readonly BackupSet[],
): Promise<BackupSet[]> {
  const { device } = await request(context, 'app.status', {})
  const own = backupSets.filter(
    (set) => device !== null && set.deviceId === device.id && set.deletedAt === null,
  )
  if (own.length === 0) throw new AppError('NOT_FOUND', 'This computer has no backup set.')
  return own
}

/** A failure counts more than an incomplete run (3), that more than a good one (0). */
function worst(codes: readonly number[]): number {
  return codes.find((code) => code !== 0 && code !== 3) ?? codes.find((code) => code !== 0) ?? 0
}
