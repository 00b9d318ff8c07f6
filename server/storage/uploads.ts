import type { Readable } from 'node:stream'
import { AppError, assertNever } from '../../shared/errors.ts'
import { leaseStateOf } from '../leases/alive-leases.ts'
import { leaseEnded } from '../leases/authenticate-lease.ts'
import type { PutResult } from '../objects/object-store.ts'
import { check } from '../objects/receive.ts'
import type { Tx } from '../store/store.ts'
import type { LeaseRow } from '../store/tables.ts'
import type { ConfigQueue } from './config-queue.ts'
import { finishErasing } from './erasing.ts'
import { expectedHash, objectKey, type ObjectName } from './object-names.ts'
import { addStoredBytes, isInitialised, repositoryLock, rowOf } from './object-rows.ts'
import { hasRoomFor } from './quota.ts'
import type { StorageDeps } from './storage-deps.ts'

export interface Upload {
  readonly lease: LeaseRow
  readonly object: ObjectName
  readonly body: Readable
  readonly sizeBytes: number
  /** Stops the transfer when the lease ends. */
  readonly signal: AbortSignal
}

/** What the deciding transaction finds. Values, because a throw would roll its decision back. */
type Verdict = 'stored' | 'has-config' | 'late-key' | 'busy' | 'orphan' | 'lease-ended' | 'quota'

/** How long another upload of the same bytes may be between its bytes and its row. */
const rowWaitMs = 1000
const rowPollMs = 50

/**
 * Stores an object. It becomes visible with its row, which is written after the bytes were verified and
 * synced, in a transaction that looks at the lease and the quota once more.
 *
 * An object that is there already stays as it is: the same bytes again are fine (a client that lost the
 * answer sends again), and bring it back from the trash; `config`, which has no hash to compare, is refused.
 *
 * @throws AppError NOT_ALLOWED (config again, keys after it), LEASE_ENDED, QUOTA_EXCEEDED, SERVER_BUSY (an
 *   old object of that name is just being erased), and those of ObjectStore.put
 */
export async function storeObject(deps: StorageDeps, configs: ConfigQueue, upload: Upload): Promise<void> {
  if (upload.object.type === 'config') await configs.run(upload.lease.repositoryId, () => store(deps, upload))
  else await store(deps, upload)
}

async function store(deps: StorageDeps, upload: Upload): Promise<void> {
  const { lease, object, body, sizeBytes, signal } = upload
  const { db } = deps.store
  const expected = { sizeBytes, sha256: expectedHash(object) }
  const key = objectKey(lease.repositoryId, object)

  if (object.type === 'keys' && (await isInitialised(db, lease.repositoryId))) throw lateKey()
  const row = await rowOf(db, lease.repositoryId, object)
  if (row !== undefined) {
    if (row.purgeStartedAt !== null) throw busy()
    if (expected.sha256 === null) throw hasConfig()
    // Bytes that a bad disk lost come back with the next upload of the same.
    if ((await deps.objects.size(key)) === null) await deps.objects.put(key, body, expected, signal)
    else await check(body, expected, signal)
    if (row.trashedAt !== null) await bringBack(deps, lease, object)
    return
  }
  // Before the bytes travel; `commit` decides.
  if (!(await hasRoomFor(db, lease.userId, sizeBytes))) throw quotaExceeded()
  // Bytes without a row: the server stopped between the two. Nobody was told that they are stored, and
  // nothing tells whether they are the new ones.
  if (object.type === 'config') await deps.objects.remove(key)
  const put = await deps.objects.put(key, body, expected, signal)
  if (put === 'exists') await waitForRow(deps, upload)
  await settle(deps, upload, put)
}

async function settle(deps: StorageDeps, upload: Upload, put: PutResult): Promise<void> {
  const { lease, object } = upload
  const now = deps.clock.nowMs()
  const locks = [repositoryLock(lease.repositoryId), `stored-bytes:${lease.userId}`]
  const { verdict, isErasing } = await deps.store.transact(locks, (tx) => commit(tx, upload, put, now))
  if (isErasing)
    await finishErasing(deps, { repositoryId: lease.repositoryId, ...object, purgeStartedAt: now })
  switch (verdict) {
    case 'stored':
      return
    case 'has-config':
      throw hasConfig()
    case 'late-key':
      throw lateKey()
    case 'busy':
    case 'orphan':
      throw busy()
    case 'lease-ended':
      throw leaseEnded()
    case 'quota':
      throw quotaExceeded()
    default:
      assertNever(verdict)
  }
}

async function commit(
  tx: Tx,
  { lease, object, sizeBytes }: Upload,
  put: PutResult,
  nowMs: number,
): Promise<{ verdict: Verdict; isErasing: boolean }> {
  const row = await rowOf(tx, lease.repositoryId, object)
  if (row !== undefined) {
    // Another upload of the same bytes was quicker.
    const verdict = row.trashedAt !== null ? 'busy' : object.type === 'config' ? 'has-config' : 'stored'
    return { verdict, isErasing: false }
  }
  const isAlive = (await leaseStateOf(tx, lease.id, nowMs)).kind === 'alive'
  const hasRoom = await hasRoomFor(tx, lease.userId, sizeBytes)
  // Looked at again: a slow upload may have begun before there was a config.
  const isLateKey = object.type === 'keys' && (await isInitialised(tx, lease.repositoryId))
  const refusal = !isAlive ? 'lease-ended' : !hasRoom ? 'quota' : isLateKey ? 'late-key' : null
  const verdict = refusal ?? (put === 'exists' ? 'orphan' : 'stored')
  // A lease that is over erases nothing that it did not bring.
  if (put === 'exists' && verdict !== 'orphan') return { verdict, isErasing: false }
  const erasingSince = verdict === 'stored' ? null : nowMs
  await tx
    .insertInto('objects')
    .values({
      repositoryId: lease.repositoryId,
      ...object,
      sizeBytes,
      storedAt: nowMs,
      leaseId: lease.id,
      isMetadata: 0,
      trashedAt: erasingSince,
      releaseAt: erasingSince,
      trashedByLeaseId: null,
      purgeStartedAt: erasingSince,
    })
    .execute()
  await addStoredBytes(tx, lease.repositoryId, sizeBytes)
  return { verdict, isErasing: verdict !== 'stored' }
}

/**
 * The bytes were there, without a row. Mostly another upload of the same is about to write it. Where none
 * comes, a crash left the bytes: `commit` has them erased, and the client, told to try again, stores anew.
 */
async function waitForRow(deps: StorageDeps, { lease, object, signal }: Upload): Promise<void> {
  for (let waitedMs = 0; waitedMs < rowWaitMs; waitedMs += rowPollMs) {
    if ((await rowOf(deps.store.db, lease.repositoryId, object)) !== undefined) return
    await deps.clock.sleep(rowPollMs, signal)
  }
}

/** A deletion that the client did not mean, or data that a new backup needs after all. */
async function bringBack(deps: StorageDeps, lease: LeaseRow, object: ObjectName): Promise<void> {
  const result = await deps.store.transact([repositoryLock(lease.repositoryId)], async (tx) => {
    if ((await leaseStateOf(tx, lease.id, deps.clock.nowMs())).kind !== 'alive') return 'lease-ended'
    const { numUpdatedRows } = await tx
      .updateTable('objects')
      .set({ trashedAt: null, releaseAt: null, trashedByLeaseId: null, leaseId: lease.id })
      .where('repositoryId', '=', lease.repositoryId)
      .where('type', '=', object.type)
      .where('name', '=', object.name)
      .where('purgeStartedAt', 'is', null)
      .executeTakeFirst()
    return numUpdatedRows === 1n ? 'back' : 'busy'
  })
  if (result === 'lease-ended') throw leaseEnded()
  if (result === 'busy') throw busy()
}

function lateKey(): AppError {
  return new AppError('NOT_ALLOWED', 'Keys are added only while a repository is initialised.')
}

function hasConfig(): AppError {
  return new AppError('NOT_ALLOWED', 'The repository has its config already.')
}

function busy(): AppError {
  return new AppError('SERVER_BUSY', 'An object of that name is just being erased; try again.', {
    details: { retryAfterSeconds: 1 },
  })
}

function quotaExceeded(): AppError {
  return new AppError('QUOTA_EXCEEDED', 'The storage quota of this account is used up.')
}
