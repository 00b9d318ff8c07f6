import { errorCatalog, isAppError } from '../../shared/errors.ts'
import { deviceProof } from '../../shared/device-proof.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { ScheduleFile } from './schedule-file.ts'

type DeviceSetsDeps = Pick<CoreDeps, 'server' | 'device' | 'log' | 'news'>

/**
 * The sets that this computer runs: from the server by device proof, else the last known copy. The copy
 * plans only; whether a run is permitted is decided by its lease.
 */
export async function refreshDeviceSets(
  deps: DeviceSetsDeps,
  file: ScheduleFile,
): Promise<readonly BackupSet[]> {
  try {
    const proof = await deps.device.prove(deviceProof.sets)
    const { backupSets, pendingRecovery } = await deps.server().call('deviceSets', proof, { kind: 'none' })
    deps.news.heard(pendingRecovery ?? null)
    await file.keepBackupSets(backupSets.filter(({ deletedAt }) => deletedAt === null))
  } catch (error) {
    if (!isAppError(error)) throw error
    // A computer that was never set up has nothing to run, and that is no news.
    if (error.code === 'NOT_SET_UP') return []
    const level = errorCatalog[error.code].retry === 'later' ? 'info' : 'warn'
    deps.log[level](
      { code: error.code },
      'The sets of this computer could not be fetched; the last known are used',
    )
  }
  return file.backupSets()
}
