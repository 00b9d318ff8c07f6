import type { BackupSetId, RepositoryId } from '../../shared/model/ids.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Tx } from '../store/store.ts'
import type { ObjectRow } from '../store/tables.ts'
import { claimLifeMs, finishErasing, markForErasing, type Claim } from './erasing.ts'
import { repositoryLock } from './object-rows.ts'
import type { StorageDeps } from './storage-deps.ts'

export interface Purged {
  readonly objectCount: number
  readonly sizeBytes: number
  /** Sets whose deletion is complete. */
  readonly setCount: number
}

const batchSize = 500

/**
 * Erases what nobody can ask back any more: trash past its release, sets past their waiting period, and what
 * a crash left half erased. Touches nothing of a repository whose brake is tripped. Safe to run in several
 * processes at once, and to stop anywhere.
 */
export async function purgeDue(deps: StorageDeps, signal?: AbortSignal): Promise<Purged> {
  await finishOldClaims(deps, signal)
  let objectCount = 0
  let sizeBytes = 0
  const erase = async (repositoryId: RepositoryId, mark: Marking): Promise<void> => {
    const erased = await eraseInBatches(deps, repositoryId, mark, signal)
    objectCount += erased.objectCount
    sizeBytes += erased.sizeBytes
  }
  for (const repositoryId of await repositoriesWithDueTrash(deps)) await erase(repositoryId, markDueTrash)
  let setCount = 0
  for (const set of await dueSets(deps)) {
    await erase(set.repositoryId, markDueSet)
    if (signal?.aborted !== true && (await forgetSet(deps, set.id, set.repositoryId))) setCount += 1
  }
  return { objectCount, sizeBytes, setCount }
}

type Marking = (
  tx: Tx,
  repositoryId: RepositoryId,
  nowMs: number,
) => Promise<Pick<ObjectRow, 'type' | 'name' | 'sizeBytes'>[]>

async function eraseInBatches(
  deps: StorageDeps,
  repositoryId: RepositoryId,
  mark: Marking,
  signal: AbortSignal | undefined,
): Promise<{ objectCount: number; sizeBytes: number }> {
  let objectCount = 0
  let sizeBytes = 0
  while (signal?.aborted !== true) {
    const batch = await deps.store.transact([repositoryLock(repositoryId), 'audit'], async (tx) => {
      const now = deps.clock.nowMs()
      const { brakeTrippedAt } = await tx
        .selectFrom('repositories')
        .select('brakeTrippedAt')
        .where('id', '=', repositoryId)
        .executeTakeFirstOrThrow()
      if (brakeTrippedAt !== null) return null
      const rows = await mark(tx, repositoryId, now)
      const marked: Claim[] = []
      for (const type of new Set(rows.map((row) => row.type))) {
        const names = rows.filter((row) => row.type === type).map((row) => row.name)
        marked.push(...(await markForErasing(tx, repositoryId, type, names, now)))
      }
      if (marked.length === 0) return null
      const batchBytes = rows.reduce((sum, row) => sum + row.sizeBytes, 0)
      await appendAudit(tx, {
        at: now,
        actor: 'server',
        action: 'storage.purged',
        outcome: 'ok',
        target: repositoryId,
        details: { objectCount: marked.length, sizeBytes: batchBytes },
      })
      return { claims: marked, sizeBytes: batchBytes }
    })
    if (batch === null) break
    for (const claim of batch.claims) await finishErasing(deps, claim)
    objectCount += batch.claims.length
    sizeBytes += batch.sizeBytes
  }
  return { objectCount, sizeBytes }
}

const markDueTrash: Marking = async (tx, repositoryId, nowMs) =>
  await tx
    .selectFrom('objects')
    .select(['type', 'name', 'sizeBytes'])
    .where('repositoryId', '=', repositoryId)
    .where('releaseAt', '<=', nowMs)
    .where('purgeStartedAt', 'is', null)
    .limit(batchSize)
    .execute()

/** Everything of a deleted set; its config first, whose mark tells that the deletion cannot be taken back. */
const markDueSet: Marking = async (tx, repositoryId, nowMs) => {
  const due = await tx
    .selectFrom('backupSets')
    .select('id')
    .where('repositoryId', '=', repositoryId)
    .where('deletedAt', 'is not', null)
    .where('purgeAfter', '<=', nowMs)
    .executeTakeFirst()
  if (due === undefined) return []
  return await tx
    .selectFrom('objects')
    .select(['type', 'name', 'sizeBytes'])
    .where('repositoryId', '=', repositoryId)
    .where('purgeStartedAt', 'is', null)
    .orderBy('type')
    .limit(batchSize)
    .execute()
}

async function repositoriesWithDueTrash({ store, clock }: StorageDeps): Promise<RepositoryId[]> {
  const rows = await store.db
    .selectFrom('objects')
    .innerJoin('repositories', 'repositories.id', 'objects.repositoryId')
    .select('repositories.id')
    .distinct()
    .where('objects.releaseAt', '<=', clock.nowMs())
    .where('objects.purgeStartedAt', 'is', null)
    .where('repositories.brakeTrippedAt', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}

async function dueSets({
  store,
  clock,
}: StorageDeps): Promise<{ id: BackupSetId; repositoryId: RepositoryId }[]> {
  return await store.db
    .selectFrom('backupSets')
    .innerJoin('repositories', 'repositories.id', 'backupSets.repositoryId')
    .select(['backupSets.id', 'backupSets.repositoryId'])
    .where('backupSets.deletedAt', 'is not', null)
    .where('backupSets.purgeAfter', '<=', clock.nowMs())
    .where('repositories.brakeTrippedAt', 'is', null)
    .execute()
}

/** The rows of a set whose objects are gone. @returns whether they were */
async function forgetSet(
  deps: StorageDeps,
  backupSetId: BackupSetId,
  repositoryId: RepositoryId,
): Promise<boolean> {
  return await deps.store.transact(
    [`set:${backupSetId}`, repositoryLock(repositoryId), 'audit'],
    async (tx) => {
      const left = await tx
        .selectFrom('objects')
        .select('name')
        .where('repositoryId', '=', repositoryId)
        .limit(1)
        .executeTakeFirst()
      const now = deps.clock.nowMs()
      if (left !== undefined) return false
      const { numDeletedRows } = await tx
        .deleteFrom('backupSets')
        .where('id', '=', backupSetId)
        .where('purgeAfter', '<=', now)
        .executeTakeFirst()
      if (numDeletedRows !== 1n) return false
      await tx.deleteFrom('leases').where('backupSetId', '=', backupSetId).execute()
      await tx.deleteFrom('readBudgets').where('repositoryId', '=', repositoryId).execute()
      await tx.deleteFrom('jobRuns').where('backupSetId', '=', backupSetId).execute()
      await tx.deleteFrom('repositories').where('id', '=', repositoryId).execute()
      await appendAudit(tx, {
        at: now,
        actor: 'server',
        action: 'backup-set.purged',
        outcome: 'ok',
        target: backupSetId,
        details: { repositoryId },
      })
      return true
    },
  )
}

/** Whoever claimed these did not come back. */
async function finishOldClaims(deps: StorageDeps, signal: AbortSignal | undefined): Promise<void> {
  const rows = await deps.store.db
    .selectFrom('objects')
    .select(['repositoryId', 'type', 'name', 'purgeStartedAt'])
    .where('releaseAt', 'is not', null)
    .where('purgeStartedAt', '<', deps.clock.nowMs() - claimLifeMs)
    .execute()
  for (const { purgeStartedAt, ...object } of rows) {
    if (signal?.aborted === true) return
    if (purgeStartedAt !== null) await finishErasing(deps, { ...object, purgeStartedAt })
  }
}
