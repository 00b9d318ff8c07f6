import type { AppStatus } from '../../shared/client-api.ts'
import type { Me } from '../../shared/model/account.ts'
import type { PendingRecovery } from '../../shared/model/recovery.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { JobRun } from '../../shared/model/job-run.ts'

/** Something a person has to do, the most pressing first; each has its action on the home screen. */
export type Attention =
  | { readonly kind: 'recovery'; readonly pending: PendingRecovery }
  | { readonly kind: 'secret-store'; readonly state: 'locked' | 'unavailable' }
  | { readonly kind: 'engine-missing' }
  | { readonly kind: 'key-missing' }
  | { readonly kind: 'kit-not-confirmed' }
  | { readonly kind: 'brake'; readonly set: BackupSet }
  | { readonly kind: 'failed'; readonly set: BackupSet; readonly run: JobRun }
  /** Skipped for want of a second factor, which by now is there: only who signed in with one sees this. */
  | { readonly kind: 'held-up'; readonly set: BackupSet }
  | { readonly kind: 'incomplete'; readonly set: BackupSet; readonly run: JobRun }
  | { readonly kind: 'never-ran'; readonly set: BackupSet }
  | { readonly kind: 'overdue'; readonly set: BackupSet; readonly lastSuccess: JobRun }
  | { readonly kind: 'no-computer'; readonly set: BackupSet }
  | { readonly kind: 'being-deleted'; readonly set: BackupSet }
  | { readonly kind: 'paused'; readonly set: BackupSet }
  | { readonly kind: 'no-schedule'; readonly set: BackupSet }
  | { readonly kind: 'not-enrolled' }
  | { readonly kind: 'limited-session' }
  | { readonly kind: 'legacy-session' }

/** What puts the data at risk now, as against what is only worth knowing. */
const pressing: ReadonlySet<Attention['kind']> = new Set([
  'recovery',
  'secret-store',
  'engine-missing',
  'key-missing',
  'kit-not-confirmed',
  'brake',
  'failed',
  'held-up',
  'never-ran',
  'overdue',
])

const overdueMs = 3 * 86_400_000

export interface HomeFacts {
  readonly status: AppStatus
  readonly me: Me | undefined
  /** A recovery of the account that waits. */
  readonly pendingRecovery: PendingRecovery | null
  readonly sets: readonly BackupSet[]
  readonly runs: readonly JobRun[]
  readonly nowMs: number
}

export function attentionOf({ status, me, pendingRecovery, sets, runs, nowMs }: HomeFacts): Attention[] {
  const found: Attention[] = []
  if (pendingRecovery !== null) found.push({ kind: 'recovery', pending: pendingRecovery })
  const alive = sets.filter((set) => set.deletedAt === null)
  if (status.secretStore.state !== 'ready')
    found.push({ kind: 'secret-store', state: status.secretStore.state })
  if (status.engine === null) found.push({ kind: 'engine-missing' })
  if (alive.length > 0 && status.key === null && status.secretStore.state === 'ready')
    found.push({ kind: 'key-missing' })
  if (status.key !== null && !status.key.isKitConfirmed) found.push({ kind: 'kit-not-confirmed' })
  for (const set of sets) found.push(...attentionOfSet(set, runs, nowMs))
  if (alive.length > 0 && status.device === null) found.push({ kind: 'not-enrolled' })
  if (me?.session.scope === 'limited') found.push({ kind: 'limited-session' })
  if (me?.session.scope === 'legacy') found.push({ kind: 'legacy-session' })
  return found.sort((a, b) => Number(isPressing(b)) - Number(isPressing(a)))
}

/** Worth a look before anybody says that everything is protected. */
export function isRemark(item: Attention): boolean {
  return !isPressing(item) && item.kind !== 'limited-session'
}

export function isPressing(item: Attention): boolean {
  return pressing.has(item.kind)
}

function attentionOfSet(set: BackupSet, runs: readonly JobRun[], nowMs: number): Attention[] {
  if (set.deletedAt !== null) return [{ kind: 'being-deleted', set }]
  if (set.deviceId === null) return [{ kind: 'no-computer', set }]
  const backups = backupsOf(set, runs)
  const last = backups.find(
    ({ outcome, skipReason }) =>
      outcome !== 'cancelled' && (outcome !== 'skipped' || skipReason === 'second-factor-required'),
  )
  const success = lastSuccess(set, runs)
  const found: Attention[] = []
  if (set.isBrakeTripped) found.push({ kind: 'brake', set })
  if (last === undefined) found.push({ kind: 'never-ran', set })
  else if (last.outcome === 'skipped') found.push({ kind: 'held-up', set })
  else if (last.outcome === 'failed') found.push({ kind: 'failed', set, run: last })
  else if (last.outcome === 'incomplete') found.push({ kind: 'incomplete', set, run: last })
  if (set.definition.isPaused) found.push({ kind: 'paused', set })
  else if (set.definition.schedules.length === 0) found.push({ kind: 'no-schedule', set })
  else if (
    success !== undefined &&
    last?.outcome !== 'failed' &&
    last?.outcome !== 'skipped' &&
    nowMs - Date.parse(success.endedAt) > overdueMs &&
    isAtLeastDaily(set)
  ) {
    found.push({ kind: 'overdue', set, lastSuccess: success })
  }
  return found
}

/** Backup runs of a set, the newest first. */
export function backupsOf(set: BackupSet, runs: readonly JobRun[]): JobRun[] {
  return runs
    .filter((run) => run.backupSetId === set.id && run.kind === 'backup')
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
}

/** The newest run that left a snapshot. */
export function lastSuccess(set: BackupSet, runs: readonly JobRun[]): JobRun | undefined {
  return backupsOf(set, runs).find((run) => run.outcome === 'complete' || run.outcome === 'incomplete')
}

function isAtLeastDaily(set: BackupSet): boolean {
  return set.definition.schedules.some(
    (schedule) => schedule.kind === 'daily' || schedule.kind === 'periodic',
  )
}
