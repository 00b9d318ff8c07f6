import type { RunReport } from '../../shared/model/job-run.ts'

export function reportWith(fields: Partial<RunReport>): RunReport {
  return {
    kind: 'backup',
    trigger: 'schedule',
    outcome: 'complete',
    startedAt: '2026-01-05T08:00:00.000Z',
    endedAt: '2026-01-05T08:01:00.000Z',
    errorCode: null,
    skipReason: null,
    snapshotId: null,
    filesNew: 0,
    filesChanged: 0,
    filesUnmodified: 0,
    bytesProcessed: 0,
    bytesAdded: 0,
    leftOutCount: 0,
    leftOut: [],
    ...fields,
  }
}
