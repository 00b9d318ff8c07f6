import { randomBytes } from 'node:crypto'
import type { BackupSet } from '../shared/model/backup-set.ts'
import type { DryRun, Selection } from '../shared/model/preview.ts'
import { remark } from './ask.ts'
import type { CommandContext } from './context.ts'
import { formatCount, formatSize } from './format/size.ts'
import { printable } from './format/width.ts'
import { result } from './output.ts'
import { request } from './request.ts'

/** More would scroll what matters off the screen; `--json` has them. */
const shownLines = 20

/**
 * Asks for something that takes its time, and has it cancelled when the person presses Ctrl-C.
 *
 * @throws ProblemError CANCELLED then, else what the reply said
 */
async function waitFor<T>(context: CommandContext, ask: (previewId: string) => Promise<T>): Promise<T> {
  const previewId = randomBytes(16).toString('hex')
  const stop = context.onInterrupt(() => void context.api.request('preview.cancel', { previewId }))
  try {
    return await ask(previewId)
  } finally {
    stop()
  }
}

/** Says what a backup of each set would do: 3 when it would lack something. */
export async function dryRuns(context: CommandContext, sets: readonly BackupSet[]): Promise<number> {
  let exitCode = 0
  for (const set of sets) {
    remark(context, `Looking at what is new or changed in ${printable(set.definition.name)} …`)
    const { dryRun } = await waitFor(context, (previewId) =>
      request(context, 'backup.dryRun', { previewId, backupSetId: set.id }),
    )
    result(context, { backupSetId: set.id, dryRun }, () => dryRunLines(set, dryRun))
    if (dryRun.leftOutCount > 0) exitCode = 3
  }
  return exitCode
}

function dryRunLines({ definition }: BackupSet, dryRun: DryRun): string[] {
  const { filesNew, filesChanged, filesUnmodified, bytesProcessed, bytesAdded, changes, leftOut } = dryRun
  return [
    `${printable(definition.name)}: ${filesNew} new, ${filesChanged} changed, ${filesUnmodified} unchanged files`,
    `  ${formatSize(bytesProcessed)} looked at, ${formatSize(bytesAdded)} would be added before compression`,
    ...shortened(
      changes.map(
        ({ path, change, sizeBytes }) => `${change}: ${printable(path)} (${formatSize(sizeBytes)})`,
      ),
      filesNew + filesChanged,
    ),
    ...shortened(
      leftOut.map(({ path, reason }) => `left out: ${printable(path)} (${printable(reason)})`),
      dryRun.leftOutCount,
    ),
  ]
}

/** What a set's sources amount to on this computer. */
export async function showSize(context: CommandContext, set: BackupSet): Promise<number> {
  const { sources, exclusions } = set.definition
  const { selection } = await waitFor(context, (previewId) =>
    request(context, 'sets.measure', { previewId, sources, exclusions }),
  )
  result(context, { backupSetId: set.id, selection }, () => sizeLines(selection))
  return 0
}

function sizeLines(selection: Selection): string[] {
  const { fileCount, sizeBytes, unreadable, unreadableCount, missing, excluded } = selection
  return [
    `${selection.isWhole ? '' : 'at least '}${formatCount(fileCount, 'file')}, ${formatSize(sizeBytes)}`,
    ...missing.map((path) => `  not there: ${printable(path)}`),
    ...shortened(
      unreadable.map(({ path, reason }) => `cannot be read: ${printable(path)} (${printable(reason)})`),
      unreadableCount,
    ),
    `${formatCount(selection.excludedFileCount, 'file')}, ${formatSize(selection.excludedSizeBytes)} left out by exclusions`,
    ...shortened(
      excluded.map(
        ({ path, pattern, sizeBytes: size }) =>
          `${printable(path)} (${printable(pattern)}, ${formatSize(size)})`,
      ),
      selection.excludedCount,
    ),
  ]
}

function shortened(lines: readonly string[], count: number): string[] {
  const shown = lines.slice(0, shownLines).map((line) => `  ${line}`)
  return count > shown.length
    ? [...shown, `  … and ${formatCount(count - shown.length, 'more', 'more')}`]
    : shown
}
