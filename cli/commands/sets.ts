import type { Command } from 'commander'
import type { ClientOutput } from '../../shared/client-api.ts'
import { isAppError } from '../../shared/errors.ts'
import type { BackupSet, BackupSetDefinition } from '../../shared/model/backup-set.ts'
import { askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { findSet } from '../find-set.ts'
import { formatInstant } from '../format/time.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { showSize } from '../previews.ts'
import { saveNewKit } from '../kit/save-kit.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'
import { definitionFromFlags, withDefinitionFlags, type DefinitionFlags } from '../sets/definition-flags.ts'
import { foretell, retentionTable } from '../sets/retention-table.ts'
import { setLines, setsTable } from '../sets/set-text.ts'
import { askDefinition } from '../sets/wizard.ts'

export function addSets(program: Command, host: Host): void {
  const sets = program
    .command('sets')
    .description('backup sets: what, when and how long')
    .action(host.run(list))
  sets.command('list').description('all sets of the account').action(host.run(list))
  sets
    .command('show')
    .description('everything about one set')
    .argument('[set]', 'name or id')
    .action(
      host.run(async (context, word: string | undefined) => {
        const backupSet = await findSet(context, word)
        result(context, { backupSet }, () => setLines(backupSet))
        return 0
      }),
    )
  sets
    .command('retention')
    .description('which snapshots the retention keeps, and when the others go')
    .argument('[set]', 'name or id')
    .action(host.run(showRetention))
  sets
    .command('size')
    .description('how much a set is on this computer, and what its exclusions leave out')
    .argument('[set]', 'name or id')
    .action(
      host.run(async (context, word: string | undefined) => showSize(context, await findSet(context, word))),
    )
  withDefinitionFlags(sets.command('add').description('make a set; asks when no flag says what'))
    .option('--kit-file <file>', 'write the recovery kit to a new file (.html: printable) when one is made')
    .action(host.run(add))
  withDefinitionFlags(
    sets
      .command('edit')
      .description('change a set; lists are replaced as a whole')
      .argument('<set>', 'name or id'),
  ).action(host.run(edit))
  addStateCommands(sets, host)
}

async function showRetention(context: CommandContext, word: string | undefined): Promise<number> {
  const set = await findSet(context, word)
  const { snapshots } = await request(context, 'snapshots.list', { backupSetId: set.id })
  const { engine } = await request(context, 'app.status', {})
  const foretold = foretell(set, snapshots, {
    nowMs: context.clock.nowMs(),
    keepsOldest: engine?.keepsOldest === true,
  })
  result(context, { backupSetId: set.id, retention: set.definition.retention, snapshots: foretold }, () =>
    foretold.length === 0 ? ['No snapshot yet.'] : retentionTable(foretold),
  )
  return 0
}

function addStateCommands(sets: Command, host: Host): void {
  const change = (
    name: string,
    description: string,
    body: (context: CommandContext, set: BackupSet) => Promise<BackupSet>,
  ): void => {
    sets
      .command(name)
      .description(description)
      .argument('<set>', 'name or id')
      .action(
        host.run(async (context, word: string) => {
          const backupSet = await body(context, await findSet(context, word))
          result(context, { backupSet }, () => setLines(backupSet))
          return 0
        }),
      )
  }
  change('pause', 'let scheduled runs be until resumed', (context, set) =>
    update(context, set, { ...set.definition, isPaused: true }),
  )
  change('resume', 'let scheduled runs go on', (context, set) =>
    update(context, set, { ...set.definition, isPaused: false }),
  )
  const simple =
    (name: 'sets.undelete' | 'sets.adopt' | 'sets.resumeBrake') =>
    async (context: CommandContext, set: BackupSet): Promise<BackupSet> => {
      const { backupSet }: ClientOutput<typeof name> = await request(context, name, { backupSetId: set.id })
      return backupSet
    }
  change('undelete', 'take back a deletion that has not been carried out yet', simple('sets.undelete'))
  change('adopt', 'make this computer the one that runs the set', simple('sets.adopt'))
  change('resume-brake', 'let deletions go on after they were stopped', simple('sets.resumeBrake'))
  sets
    .command('delete')
    .description('ask the server to delete a set; can be taken back until it is carried out')
    .argument('<set>', 'name or id')
    .option('-y, --yes', 'do not ask')
    .action(host.run(remove))
}

async function list(context: CommandContext): Promise<number> {
  const { backupSets } = await request(context, 'sets.list', {})
  const status = await request(context, 'app.status', {})
  result(context, { backupSets }, () => setsTable(backupSets, status, context.clock.nowMs()))
  return 0
}

async function add(
  context: CommandContext,
  flags: DefinitionFlags & { readonly kitFile?: string },
): Promise<number> {
  const isAsked = flags.name === undefined && flags.source === undefined
  const base = { timeZone: localTimeZone(), ...(isAsked ? await askDefinition(context) : {}) }
  const definition = definitionFromFlags(flags, base, context.currentFolder)
  const backupSet = await create(context, definition, flags.kitFile)
  result(context, { backupSet }, () => [
    `Made the backup set ${printable(backupSet.definition.name)}.`,
    'Run it now with `holdfast backup`; `holdfast daemon` runs it by its schedule.',
  ])
  return 0
}

function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** The first set of a computer is made only when its recovery kit is kept somewhere else. */
async function create(
  context: CommandContext,
  definition: BackupSetDefinition,
  kitFile: string | undefined,
): Promise<BackupSet> {
  try {
    return (await request(context, 'sets.create', { definition })).backupSet
  } catch (error) {
    if (!isAppError(error, 'KIT_NOT_CONFIRMED') || context.manner.isNonInteractive) throw error
    await saveNewKit(context, kitFile)
    return (await request(context, 'sets.create', { definition })).backupSet
  }
}

async function edit(context: CommandContext, word: string, flags: DefinitionFlags): Promise<number> {
  const set = await findSet(context, word)
  const backupSet = await update(
    context,
    set,
    definitionFromFlags(flags, set.definition, context.currentFolder),
  )
  result(context, { backupSet }, () => setLines(backupSet))
  return 0
}

async function update(
  context: CommandContext,
  set: BackupSet,
  definition: BackupSetDefinition,
): Promise<BackupSet> {
  const input = { backupSetId: set.id, definition, version: set.version }
  return (await request(context, 'sets.update', input)).backupSet
}

async function remove(
  context: CommandContext,
  word: string,
  options: { readonly yes?: boolean },
): Promise<number> {
  const set = await findSet(context, word)
  const name = printable(set.definition.name)
  const question = `Delete ${name} with its ${set.snapshotCount} snapshots?`
  if (options.yes !== true && !(await askYesNo(context, 'confirmation (--yes)', question, false))) {
    remark(context, 'Nothing was deleted.')
    return 0
  }
  const { backupSet } = await request(context, 'sets.delete', { backupSetId: set.id })
  result(context, { backupSet }, () => [
    `${name} will be erased after ${backupSet.purgeAfter === null ? 'the retention lock' : formatInstant(backupSet.purgeAfter)}.`,
    `Until then: \`holdfast sets undelete ${set.id}\`.`,
  ])
  return 0
}
