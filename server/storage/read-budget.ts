import type { DeviceId, RepositoryId } from '../../shared/model/ids.ts'
import { repositoryLock } from './object-rows.ts'
import type { StorageDeps } from './storage-deps.ts'

const dayMs = 24 * 60 * 60_000

/**
 * Charges bytes of file data to what may be read of a repository in a day (UTC) under backup and maintenance
 * leases, by whatever devices: a set that is moved to another computer brings no second budget along.
 * A backup needs none of it, because what it reads are folders; whoever copied the device's key wants all.
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
  return await deps.store.transact([repositoryLock(repositoryId)], async (tx) => {
    const { total } = await tx
      .selectFrom('readBudgets')
      .select(({ fn }) => fn.sum<number | string | null>('readBytes').as('total'))
      .where('repositoryId', '=', repositoryId)
      .where('day', '=', day)
      .executeTakeFirstOrThrow()
    if (Number(total ?? 0) + bytes > budgetBytes) return false
    await tx
      .insertInto('readBudgets')
      .values({ repositoryId, deviceId, day, readBytes: bytes })
      .onConflict((conflict) =>
        conflict
          .columns(['repositoryId', 'deviceId', 'day'])
          .doUpdateSet((column) => ({ readBytes: column('readBudgets.readBytes', '+', bytes) })),
      )
      .execute()
    return true
  })
}
