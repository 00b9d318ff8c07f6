import type { JobRun } from '../../shared/model/job-run.ts'

/** Comma-separated values (RFC 4180). A cell that a spreadsheet would take for a formula gets a quote in front. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n'
}

function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function leftOutCsv(run: JobRun): string {
  return csvOf([['path', 'reason'], ...run.leftOut.map((file) => [file.path, file.reason])])
}

export function runsCsv(runs: readonly JobRun[], nameOf: (run: JobRun) => string): string {
  const head = [
    'started',
    'ended',
    'backup set',
    'kind',
    'trigger',
    'outcome',
    'error',
    'files new',
    'files changed',
    'files unmodified',
    'bytes processed',
    'bytes added',
    'left out',
  ]
  return csvOf([
    head,
    ...runs.map((run) => [
      run.startedAt,
      run.endedAt,
      nameOf(run),
      run.kind,
      run.trigger,
      run.outcome,
      run.errorCode ?? run.skipReason ?? '',
      run.filesNew,
      run.filesChanged,
      run.filesUnmodified,
      run.bytesProcessed,
      run.bytesAdded,
      run.leftOutCount,
    ]),
  ])
}
