import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { DryRun } from '../../shared/model/preview.ts'
import { withBackupArguments } from '../backup/backup-arguments.ts'
import { leftOutList } from '../backup/left-out.ts'
import { workFolder } from '../backup/run-backup.ts'
import { findSources } from '../backup/sources.ts'
import { jsonLine, parseBackupMessage } from '../engine/backup-messages.ts'
import type { EngineDeps } from '../engine/engine-deps.ts'
import type { Repository } from '../engine/environment.ts'
import { runRestic } from '../engine/run-restic.ts'
import { withBrowseLease } from '../snapshots/browse.ts'
import type { PreviewContext } from './previews.ts'

const shownChanges = 1000

/** Unreadable files: the rest was looked at (040_backup.html#exit-status-codes). */
const incompleteExitCode = 3

/**
 * Has restic say what a backup would do (`backup --dry-run`, from restic 0.13). It compares with the newest
 * snapshot under a browse lease, which can neither write nor read file data. For a set that was never backed
 * up the comparison is with an empty repository on this computer, removed afterwards.
 *
 * @throws AppError SESSION_ENDED, SOURCE_MISSING, CANCELLED, KEY_MISSING, and what runRestic throws
 */
export async function dryRun(
  deps: EngineDeps,
  backupSet: BackupSet,
  context: PreviewContext,
): Promise<DryRun> {
  return withBrowseLease(
    deps,
    backupSet.id,
    async ({ held, repository }) => {
      const { backupSet: current } = held.lease
      const within = { ...context, stop: held.stop }
      if (held.lease.isInitialised) return look(deps, current, { repository, isFirst: false }, within)
      return withEmptyRepository(deps, held.stop, (empty) =>
        look(deps, current, { repository: empty, isFirst: true }, within),
      )
    },
    context.stop,
  )
}

async function look(
  deps: EngineDeps,
  backupSet: BackupSet,
  { repository, isFirst }: { repository: Repository; isFirst: boolean },
  { stop, progress }: PreviewContext,
): Promise<DryRun> {
  const engine = await deps.engine()
  const sources = await findSources(backupSet.definition.sources)
  const leftOut = leftOutList()
  for (const path of sources.missing) leftOut.add(path, 'no such file or directory')
  const changes: DryRun['changes'] = []
  let summary: Summary | undefined
  const onLine = (line: string): void => {
    const looked = lookedSchema.safeParse(jsonLine(line))
    if (looked.success) {
      const change = changeOf(looked.data)
      if (change !== undefined && changes.length < shownChanges) changes.push(change)
      return
    }
    const message = parseBackupMessage(line)
    if (message?.message_type === 'summary') summary = message
    else if (message?.message_type === 'error') leftOut.addFrom(message)
    else if (message?.message_type === 'status' && message.total_bytes > 0) {
      progress({
        fileCount: message.files_done,
        sizeBytes: message.bytes_done,
        doneFraction: message.percent_done,
      })
    }
  }
  await withBackupArguments(
    {
      engine,
      backupSet,
      sources: sources.present,
      hostName: deps.profile.settings().device?.name ?? hostname(),
      workFolder: workFolder(deps),
    },
    (args) =>
      runRestic(deps.clock, {
        engine,
        repository,
        args: [...args, '--dry-run', '-vv'],
        stop,
        accepted: [incompleteExitCode],
        onLine,
        onErrorLine: onLine,
      }),
  )
  if (summary === undefined) throw new AppError('ENGINE_FAILED', 'restic backup ended without a summary.')
  return {
    filesNew: summary.files_new,
    filesChanged: summary.files_changed,
    filesUnmodified: summary.files_unmodified,
    bytesProcessed: summary.total_bytes_processed,
    bytesAdded: summary.data_added,
    changes,
    leftOutCount: leftOut.count(),
    leftOut: await leftOut.list(),
    isFirst,
  }
}

type Summary = Extract<ReturnType<typeof parseBackupMessage>, { message_type: 'summary' }>

/** What `-vv` says of each file and folder; the paths of folders end in a slash. */
const lookedSchema = z.object({
  message_type: z.literal('verbose_status'),
  action: z.string(),
  item: z.string(),
  data_size: z.number().int().default(0),
})

function changeOf({
  action,
  item,
  data_size,
}: z.infer<typeof lookedSchema>): DryRun['changes'][number] | undefined {
  if (item === '' || item.endsWith('/')) return undefined
  if (action === 'new') return { path: item, change: 'new', sizeBytes: data_size }
  return action === 'modified' ? { path: item, change: 'changed', sizeBytes: data_size } : undefined
}

async function withEmptyRepository<T>(
  deps: EngineDeps,
  stop: AbortSignal,
  work: (repository: Repository) => Promise<T>,
): Promise<T> {
  await mkdir(workFolder(deps), { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(workFolder(deps), 'empty-'))
  const repository: Repository = {
    kind: 'folder',
    path: join(folder, 'repository'),
    password: randomBytes(24).toString('base64url'),
    cacheFolder: join(folder, 'cache'),
  }
  try {
    await runRestic(deps.clock, { engine: await deps.engine(), repository, args: ['init'], stop })
    return await work(repository)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
