import type { JobRun } from '../shared/model/job-run.ts'
import { formatCount, formatSize } from './format/size.ts'
import { formatDuration } from './format/time.ts'
import { printable } from './format/width.ts'
import { adviceFor } from './problem-advice.ts'
import type { Painter } from './terminal/terminal.ts'

const kindNames: Record<JobRun['kind'], string> = {
  backup: 'Backup',
  maintenance: 'Maintenance',
  restore: 'Restore',
}

/** More would scroll what matters off the screen; `--json` has up to 1,000. */
const shownLeftOut = 20

/** What a person wants to know of a run that has ended. */
export function runSummary(run: JobRun, paint: Painter): string[] {
  const took = formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt))
  return [`${headline(run, paint)} (${took})`, ...facts(run), ...leftOut(run), ...whatToDo(run)]
}

function headline(run: JobRun, paint: Painter): string {
  const kind = kindNames[run.kind]
  switch (run.outcome) {
    case 'complete':
      return paint('green', `${kind} complete`)
    case 'incomplete':
      return paint('yellow', `${kind} done, but ${formatCount(run.leftOutCount, 'file')} left out`)
    case 'failed':
      return paint('red', `${kind} failed: ${run.errorCode ?? 'UNEXPECTED'}`)
    case 'cancelled':
      return paint('yellow', `${kind} stopped`)
    case 'skipped':
      return `${kind} skipped: ${run.skipReason ?? 'no reason recorded'}`
  }
}

function facts(run: JobRun): string[] {
  const hasDone = run.outcome === 'complete' || run.outcome === 'incomplete'
  if (!hasDone || run.kind === 'maintenance') return []
  if (run.kind === 'restore') {
    // What stayed because the same is there already was fetched and verified too, but not put anywhere.
    const kept = run.filesUnmodified
    return [
      `  ${formatCount(run.filesNew + run.filesChanged, 'file')}, ${formatSize(run.bytesAdded)} restored`,
      ...(kept === 0 ? [] : [`  ${formatCount(kept, 'file was', 'files were')} there already and stayed`]),
      `  ${formatSize(run.bytesProcessed)} read from the backup and verified`,
    ]
  }
  const files = `${run.filesNew} new, ${run.filesChanged} changed, ${run.filesUnmodified} unchanged files`
  const bytes = `${formatSize(run.bytesProcessed)} looked at, ${formatSize(run.bytesAdded)} added`
  const snapshot = run.snapshotId === null ? [] : [`  snapshot ${run.snapshotId.slice(0, 8)}`]
  return [`  ${files}`, `  ${bytes}`, ...snapshot]
}

function leftOut(run: JobRun): string[] {
  const lines = run.leftOut
    .slice(0, shownLeftOut)
    .map(({ path, reason }) => `  left out: ${printable(path)} (${printable(reason)})`)
  const more = run.leftOutCount - lines.length
  return more > 0 && lines.length > 0 ? [...lines, `  … and ${formatCount(more, 'more', 'more')}`] : lines
}

function whatToDo(run: JobRun): string[] {
  const isHeldUp = run.skipReason === 'second-factor-required'
  if (run.outcome !== 'failed' && !isHeldUp) return []
  const code = isHeldUp ? 'SECOND_FACTOR_REQUIRED' : (run.errorCode ?? 'UNEXPECTED')
  const advice = adviceFor({ code, message: '' })
  return advice === undefined ? [] : [`  ${advice}`]
}
