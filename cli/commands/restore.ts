import path from 'node:path'
import { Option, type Command } from 'commander'
import type { ClientCall, ClientOutput, ConflictChoice } from '../../shared/client-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'
import { ask, askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { findSet, findSnapshot } from '../find-set.ts'
import { exitCodeOfRun, followRun } from '../follow-run.ts'
import { formatCount, formatSize } from '../format/size.ts'
import { formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'

export interface RestoreOptions {
  readonly snapshot: string
  readonly to?: string
  readonly original?: boolean
  readonly onConflict: ConflictChoice
  readonly dryRun?: boolean
  readonly yes?: boolean
}

export function addRestore(program: Command, host: Host): void {
  withRestoreOptions(
    program
      .command('restore')
      .description('bring files back; asks for your second factor')
      .argument('[set]', 'name or id of a backup set')
      .argument('[paths...]', 'paths inside the snapshot; everything without any'),
  )
    .option('--dry-run', 'only say what would happen')
    .action(
      host.run(
        async (
          context,
          word: string | undefined,
          paths: readonly string[],
          options: RestoreOptions,
        ): Promise<number> => {
          const set = await findSet(context, word)
          return restore(context, set, paths, options)
        },
      ),
    )
}

export function withRestoreOptions(command: Command): Command {
  return command
    .option('--snapshot <id>', 'which snapshot', 'latest')
    .option('--to <folder>', 'folder to restore into')
    .option('--original', 'restore to where the files came from')
    .addOption(
      new Option('--on-conflict <choice>', 'when something of that name is there already')
        .choices(['keep-both', 'keep-existing', 'overwrite'])
        .default('keep-both'),
    )
    .option('-y, --yes', 'do not ask before starting')
}

export async function restore(
  context: CommandContext,
  set: BackupSet,
  paths: readonly string[],
  options: RestoreOptions,
): Promise<number> {
  const snapshot = await findSnapshot(context, set, options.snapshot)
  const selection = {
    backupSetId: set.id,
    snapshotId: snapshot.id,
    paths: Array.from(paths),
    targetFolder: await targetFolder(context, options),
    onConflict: options.onConflict,
  }
  const plan = await request(context, 'restore.plan', selection)
  if (options.dryRun === true) {
    result(context, { ...selection, plan }, () => planLines(set, snapshot, selection, plan))
    return 0
  }
  for (const line of planLines(set, snapshot, selection, plan)) remark(context, line)
  if (!(await mayStart(context, options, plan))) {
    throw new AppError('CANCELLED', 'Nothing was restored.')
  }
  const run = await followRun(context, `Restoring ${printable(set.definition.name)}`, () =>
    request(context, 'restore.start', selection),
  )
  return exitCodeOfRun(run)
}

async function targetFolder(context: CommandContext, options: RestoreOptions): Promise<string | null> {
  if (options.to !== undefined && options.original === true) {
    throw new AppError('INPUT_INVALID', '--to and --original exclude each other.')
  }
  if (options.original === true) return null
  if (options.to !== undefined) return path.resolve(context.currentFolder, options.to)
  const typed = await ask(context, 'where to restore to (--to or --original)', {
    text: 'Restore into which folder (empty = where the files came from)? ',
  })
  return typed.trim() === '' ? null : path.resolve(context.currentFolder, typed.trim())
}

type Plan = ClientOutput<'restore.plan'>

const shownConflicts = 5

function planLines(
  set: BackupSet,
  snapshot: Snapshot,
  selection: ClientCall<'restore.plan'>,
  plan: Plan,
): string[] {
  const place = selection.targetFolder ?? 'where the files came from'
  const lines = [
    `${formatCount(plan.fileCount, 'file')}, ${formatSize(plan.sizeBytes)} of ${printable(set.definition.name)} as of ${formatInstant(snapshot.takenAt)} → ${printable(place)}`,
  ]
  if (plan.freeBytes !== null && plan.freeBytes < plan.sizeBytes) {
    lines.push(`Only ${formatSize(plan.freeBytes)} are free there.`)
  }
  if (plan.conflictCount === 0) return lines
  lines.push(
    `${formatCount(plan.conflictCount, 'path exists', 'paths exist')} there already (${consequence(selection.onConflict)}):`,
  )
  for (const conflict of plan.conflicts.slice(0, shownConflicts)) lines.push(`  ${printable(conflict)}`)
  if (plan.conflictCount > shownConflicts) lines.push(`  … and ${plan.conflictCount - shownConflicts} more`)
  return lines
}

function consequence(choice: ConflictChoice | undefined): string {
  switch (choice) {
    case 'overwrite':
      return 'they will be overwritten'
    case 'keep-existing':
      return 'they stay, and the backup’s versions are left out'
    case 'keep-both':
    case undefined:
      return 'they stay, and the backup’s versions get another name'
  }
}

/** Overwriting is never a surprise: a script must say --yes to it. */
async function mayStart(context: CommandContext, options: RestoreOptions, plan: Plan): Promise<boolean> {
  if (options.yes === true) return true
  const isDestructive = options.onConflict === 'overwrite' && plan.conflictCount > 0
  if (context.terminal.isInteractive && !context.manner.isNonInteractive) {
    return askYesNo(context, 'confirmation', 'Start?', !isDestructive)
  }
  if (isDestructive) {
    throw new AppError(
      'INPUT_INVALID',
      `${plan.conflictCount} paths would be overwritten: say --yes to that.`,
    )
  }
  return true
}
