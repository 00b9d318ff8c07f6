import type { AppStatus } from '../../shared/client-api.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'

/** What a new person does once, in this order; each is done when core's own records say so. */
export const firstSteps = ['protect', 'kit', 'backup', 'restore'] as const
export type FirstStep = (typeof firstSteps)[number]

export interface FirstStepsFacts {
  readonly status: Pick<AppStatus, 'key'>
  readonly sets: readonly Pick<BackupSet, 'deletedAt'>[]
  readonly runs: readonly Pick<JobRun, 'kind' | 'outcome'>[]
}

/** Which steps are done. Somebody may take them in another order, or in the terminal. */
export function stepsDone({ status, sets, runs }: FirstStepsFacts): ReadonlySet<FirstStep> {
  const hasRun = (kind: JobRun['kind']): boolean =>
    runs.some((run) => run.kind === kind && (run.outcome === 'complete' || run.outcome === 'incomplete'))
  const isDone: Readonly<Record<FirstStep, boolean>> = {
    protect: sets.some((set) => set.deletedAt === null),
    kit: status.key?.isKitConfirmed === true,
    backup: hasRun('backup'),
    restore: hasRun('restore'),
  }
  return new Set(firstSteps.filter((step) => isDone[step]))
}
