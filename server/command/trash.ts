import { join } from 'node:path'
import type { Command } from 'commander'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import {
  backupSetIdSchema,
  leaseIdSchema,
  repositoryIdSchema,
  type RepositoryId,
} from '../../shared/model/ids.ts'
import { eraseDueAccounts } from '../accounts/erasing-users.ts'
import { findUser } from '../accounts/users.ts'
import { openLocalObjects } from '../objects/local-objects.ts'
import { purgeDue } from '../storage/purge.ts'
import { listTrash, undoTrash } from '../storage/trash.ts'
import { answer, common, withServer, type AdminDeps, type CommonOptions } from './context.ts'
import type { CommandIo } from './io.ts'
import { instant } from './options.ts'
import { sizeText, table, timeText } from './table.ts'

interface UndoOptions extends CommonOptions {
  readonly repository?: string
  readonly set?: string
  readonly run?: string
  readonly since?: number
}

export function addTrash(program: Command, io: CommandIo): void {
  const trash = program.command('trash').description('What clients deleted and the server still has')

  common(
    trash
      .command('list')
      .description('Deleted objects, grouped by the run that deleted them')
      .option('--user <login-name>', 'only those of an account'),
    'trash list',
    'trash list --user anna --json',
  ).action(async (options: CommonOptions & { user?: string }) => {
    const groups = await withServer(options, io, async (deps) => {
      const filter = options.user === undefined ? {} : { userId: (await findUser(deps, options.user)).id }
      return await listTrash(deps.store.db, filter)
    })
    const shown = groups.map((each) => ({
      ...each,
      firstTrashedAt: isoOf(each.firstTrashedAt),
      lastTrashedAt: isoOf(each.lastTrashedAt),
      releaseAt: isoOf(each.releaseAt),
    }))
    const rows = shown.map((each) => [
      each.repositoryId,
      each.leaseId,
      each.snapshotCount,
      each.objectCount,
      sizeText(each.sizeBytes),
      timeText(each.lastTrashedAt),
      timeText(each.releaseAt),
      each.isBrakeTripped,
    ])
    const titles = ['REPOSITORY', 'RUN', 'SNAPSHOTS', 'OBJECTS', 'SIZE', 'DELETED', 'KEPT UNTIL', 'BRAKE']
    answer(io, options, { trash: shown }, table(titles, rows))
  })

  common(
    trash
      .command('undo')
      .description('Bring deleted objects of a repository back; restic sees them at once')
      .option('--repository <id>', 'the repository')
      .option('--set <id>', 'the backup set, instead of its repository')
      .option('--run <lease-id>', 'only what this run deleted')
      .option('--since <time>', 'only what was deleted at or after this time', instant),
    'trash undo --repository rep_3q2-7wAAAAAAAAAAAAAAAA',
    'trash undo --set set_3q2-7wAAAAAAAAAAAAAAAA --since 2026-03-01T12:00:00Z',
  ).action(async (options: UndoOptions) => {
    const restored = await withServer(options, io, async (deps) => {
      const leaseId = options.run === undefined ? undefined : leaseIdSchema.safeParse(options.run)
      if (leaseId?.success === false) throw new AppError('NOT_FOUND', 'There is no run of that id.')
      const choice = {
        repositoryId: await repositoryOf(deps, options),
        ...(leaseId === undefined ? {} : { leaseId: leaseId.data }),
        ...(options.since === undefined ? {} : { sinceMs: options.since }),
      }
      return await undoTrash(deps, choice, deps.by)
    })
    answer(io, options, { objectCount: restored }, `${restored} objects are back.\n`)
  })

  common(
    trash
      .command('purge')
      .description('Erase now what the retention lock has released; nothing else can be erased'),
    'trash purge',
  ).action(async (options: CommonOptions) => {
    const purged = await withServer(options, io, async (deps) => {
      const objects = await openLocalObjects(join(deps.dataFolder, 'objects'), 'beside')
      const erased = await purgeDue({ ...deps, objects })
      return { ...erased, accountCount: await eraseDueAccounts(deps) }
    })
    const text = `Erased ${purged.objectCount} objects (${sizeText(purged.sizeBytes)}), ${purged.setCount} sets and ${purged.accountCount} accounts.\n`
    answer(io, options, purged, text)
  })
}

async function repositoryOf(deps: AdminDeps, options: UndoOptions): Promise<RepositoryId> {
  if ((options.repository === undefined) === (options.set === undefined)) {
    throw new AppError('INPUT_INVALID', 'Give either --repository or --set.', {
      details: { paths: ['repository', 'set'] },
    })
  }
  const { db } = deps.store
  const set = backupSetIdSchema.safeParse(options.set)
  const repository = repositoryIdSchema.safeParse(options.repository)
  let row: { repositoryId: RepositoryId } | undefined
  if (set.success) {
    row = await db
      .selectFrom('backupSets')
      .select('repositoryId')
      .where('id', '=', set.data)
      .executeTakeFirst()
  } else if (repository.success) {
    const query = db.selectFrom('repositories').select('id as repositoryId')
    row = await query.where('id', '=', repository.data).executeTakeFirst()
  }
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no repository or set of that id.')
  return row.repositoryId
}
