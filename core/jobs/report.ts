import { isoOf } from '../../shared/clock.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { JobRun, LeftOut, RunReport } from '../../shared/model/job-run.ts'
import type { SnapshotId } from '../../shared/model/ids.ts'

/** What a run did. Everything that was not said stays zero. */
export interface RunResult {
  readonly outcome: RunReport['outcome']
  readonly errorCode?: ErrorCode
  readonly skipReason?: NonNullable<RunReport['skipReason']>
  readonly snapshotId?: SnapshotId
  readonly filesNew?: number
  readonly filesChanged?: number
  readonly filesUnmodified?: number
  readonly bytesProcessed?: number
  readonly bytesAdded?: number
  readonly leftOut?: readonly LeftOut[]
  readonly leftOutCount?: number
}

export function reportOf(
  run: Pick<JobRun, 'kind' | 'trigger'> & { startedAtMs: number; endedAtMs: number },
  result: RunResult,
): RunReport {
  return {
    kind: run.kind,
    trigger: run.trigger,
    outcome: result.outcome,
    startedAt: isoOf(run.startedAtMs),
    endedAt: isoOf(run.endedAtMs),
    errorCode: result.errorCode ?? null,
    skipReason: result.skipReason ?? null,
    snapshotId: result.snapshotId ?? null,
    filesNew: result.filesNew ?? 0,
    filesChanged: result.filesChanged ?? 0,
    filesUnmodified: result.filesUnmodified ?? 0,
    bytesProcessed: result.bytesProcessed ?? 0,
    bytesAdded: result.bytesAdded ?? 0,
    leftOutCount: result.leftOutCount ?? result.leftOut?.length ?? 0,
    leftOut: [...(result.leftOut ?? [])],
  }
}
