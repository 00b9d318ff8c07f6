import type { DeviceId, RepositoryId } from '../../shared/model/ids.ts'
import type { StorageDeps } from './storage-deps.ts'

const dayMs = 24 * 60 * 60_000

/**
 * Charges bytes of file data to what a device may read in a day (UTC) under backup and maintenance leases.
 * A backup needs none of them, because what it reads are folders; whoever copied the device's key wants all.
 * Bytes are charged when asked for, so that breaking off early earns nothing.
 *
 * @returns whether they fit
 */
export async function chargeRead(
  deps: StorageDeps,
  repositoryId: RepositoryId,
  deviceId: DeviceId,
  bytes: number,
  budgetBytes: number,
): Promise<boolean> {
  if (bytes > budgetBytes) return false
  const day = Math.floor(deps.clock.nowMs() / dayMs)
  const result = await deps.store.db
    .insertInto('readBudgets')
    .values({ repositoryId, deviceId, day, readBytes: bytes })
    .onConflict((conflict) =>
      conflict
        .columns(['repositoryId', 'deviceId', 'day'])
        .doUpdateSet((column) => ({ readBytes: column('readBudgets.readBytes', '+', bytes) }))
        .where('readBudgets.readBytes', '<=', budgetBytes - bytes),
    )
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}
