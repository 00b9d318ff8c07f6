import type { RepositoryId } from '../../shared/model/ids.ts'
import { aliveLeaseIds } from '../leases/alive-leases.ts'
import type { LeaseRow } from '../store/tables.ts'
import { eraseNow } from './erasing.ts'
import { isInitialised } from './object-rows.ts'
import type { StorageDeps } from './storage-deps.ts'

/**
 * Removes restic's locks of runs that are over. A lock of a dead lease protects nothing, because its run can
 * reach the repository no more; so a client that was killed needs no manual unlock.
 *
 * @returns how many were removed
 */
export async function clearDeadLocks(deps: StorageDeps, repositoryId: RepositoryId): Promise<number> {
  const { db } = deps.store
  const locks = await db
    .selectFrom('objects')
    .select(['name', 'leaseId'])
    .where('repositoryId', '=', repositoryId)
    .where('type', '=', 'locks')
    .where('trashedAt', 'is', null)
    .execute()
  if (locks.length === 0) return 0
  const alive = await aliveLeaseIds(db, repositoryId, deps.clock.nowMs())
  const dead = locks.filter((lock) => !alive.has(lock.leaseId)).map((lock) => lock.name)
  return await eraseNow(deps, repositoryId, 'locks', dead)
}

/**
 * Removes the keys of an initialisation that was cut short before its config: restic would find them by
 * their password and then fail to open a config that was sealed with another key.
 */
export async function clearBrokenInitialisation(deps: StorageDeps, lease: LeaseRow): Promise<void> {
  const { db } = deps.store
  if (await isInitialised(db, lease.repositoryId)) return
  const keys = await db
    .selectFrom('objects')
    .select('name')
    .where('repositoryId', '=', lease.repositoryId)
    .where('type', '=', 'keys')
    .where('trashedAt', 'is', null)
    .execute()
  await eraseNow(
    deps,
    lease.repositoryId,
    'keys',
    keys.map((key) => key.name),
  )
}
