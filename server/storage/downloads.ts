import { AppError } from '../../shared/errors.ts'
import { policyOfUser } from '../accounts/policies.ts'
import type { LeaseRow, ObjectRow } from '../store/tables.ts'
import { rangeAnswer, type RangeAnswer } from './byte-range.ts'
import { objectKey, type ObjectName } from './object-names.ts'
import { visibleRowOf } from './object-rows.ts'
import { chargeRead } from './read-budget.ts'
import type { StorageDeps } from './storage-deps.ts'
import { storageRules } from './storage-rules.ts'
import type { Readable } from 'node:stream'

export interface Download {
  readonly sizeBytes: number
  readonly answer: RangeAnswer
  /** Null where the range cannot be satisfied. */
  readonly body: Readable | null
}

/** @throws AppError NOT_FOUND */
export async function sizeOfObject(deps: StorageDeps, lease: LeaseRow, object: ObjectName): Promise<number> {
  return (await requireVisible(deps, lease, object)).sizeBytes
}

/**
 * Opens an object, or a range of it, for reading.
 *
 * @throws AppError NOT_FOUND; NOT_ALLOWED (file data that this lease may not read, or no more of it today);
 *   REPOSITORY_DAMAGED (the bytes are gone or have another length)
 */
export async function openObject(
  deps: StorageDeps,
  lease: LeaseRow,
  object: ObjectName,
  rangeHeader: string | undefined,
): Promise<Download> {
  const row = await requireVisible(deps, lease, object)
  const { sizeBytes } = row
  const answer = rangeAnswer(rangeHeader, sizeBytes)
  if (answer.kind === 'unsatisfiable') return { sizeBytes, answer, body: null }
  const range = answer.kind === 'part' ? answer.range : undefined
  await requireReadable(deps, lease, row, range === undefined ? sizeBytes : range.last - range.first + 1)
  const opened = await deps.objects.open(objectKey(lease.repositoryId, object), range)
  if (opened.kind === 'found' && opened.sizeBytes === sizeBytes)
    return { sizeBytes, answer, body: opened.body }
  if (opened.kind === 'found') opened.body.destroy()
  // A lock may have been removed since we looked.
  await requireVisible(deps, lease, object)
  deps.log.error({ repositoryId: lease.repositoryId, ...object }, 'A stored object is missing or truncated')
  throw new AppError('REPOSITORY_DAMAGED', 'The stored object is missing or truncated.')
}

async function requireReadable(
  deps: StorageDeps,
  lease: LeaseRow,
  row: ObjectRow,
  bytes: number,
): Promise<void> {
  const rule = storageRules[lease.kind][row.type].read
  if (rule === 'yes' || ((rule === 'metadata' || rule === 'metered') && row.isMetadata === 1)) return
  if (rule === 'metered' && lease.deviceId !== null) {
    const { undeclaredReadMegabytes } = (await policyOfUser(deps.store.db, lease.userId)).protection
    const budgetBytes = undeclaredReadMegabytes * 1_000_000
    if (await chargeRead(deps, lease.repositoryId, lease.deviceId, bytes, budgetBytes)) return
  }
  throw new AppError('NOT_ALLOWED', 'Reading file data needs a restore lease.')
}

async function requireVisible(deps: StorageDeps, lease: LeaseRow, object: ObjectName): Promise<ObjectRow> {
  const row = await visibleRowOf(deps.store.db, lease.repositoryId, object)
  if (row === null) throw new AppError('NOT_FOUND', 'There is no such object.')
  return row
}
