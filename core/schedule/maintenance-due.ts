import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { RunHistory } from '../jobs/history.ts'

const dayMs = 24 * 60 * 60_000

/**
 * Whether a set's retention may let something go: at most once a day, whatever came of it, and never
 * before there are more snapshots than the last ones that always stay.
 */
export async function isMaintenanceDue(
  history: RunHistory,
  backupSet: Pick<BackupSet, 'id' | 'snapshotCount' | 'definition'>,
  nowMs: number,
): Promise<boolean> {
  // The count is the server's of before the backup that has just ended.
  if (backupSet.snapshotCount + 1 <= backupSet.definition.retention.keepLastCount) return false
  const last = (await history.entries()).find(
    ({ run }) => run.kind === 'maintenance' && run.backupSetId === backupSet.id,
  )
  const sinceMs = last === undefined ? dayMs : nowMs - Date.parse(last.run.startedAt)
  // A clock that was ahead must not put it off for years.
  return sinceMs >= dayMs || sinceMs < 0
}
