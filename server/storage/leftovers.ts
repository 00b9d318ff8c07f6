import type { RepositoryId } from '../../shared/model/ids.ts'
import { aliveLeaseIds, leaseStateOf } from '../leases/alive-leases.ts'
import { leaseEnded } from '../leases/authenticate-lease.ts'
import type { LeaseRow } from '../store/tables.ts'
import { eraseNow, finishErasing, markForErasing } from './erasing.ts'
import { isInitialised, repositoryLock } from './object-rows.ts'
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
  const { repositoryId } = lease
  // Decided in one piece: a config that comes in between must keep its keys.
  const claims = await deps.store.transact([repositoryLock(repositoryId)], async (tx) => {
    const now = deps.clock.nowMs()
    if ((await leaseStateOf(tx, lease.id, now)).kind !== 'alive') throw leaseEnded()
    if (await isInitialised(tx, repositoryId)) return []
    const keys = await tx
      .selectFrom('objects')
      .select('name')
      .where('repositoryId', '=', repositoryId)
      .where('type', '=', 'keys')
      .where('trashedAt', 'is', null)
      .execute()
    const names = keys.map((key) => key.name)
    return await markForErasing(tx, repositoryId, 'keys', names, now)
  })
  for (const claim of claims) await finishErasing(deps, claim)
}
