import { createHash } from 'node:crypto'
import { pipeline } from 'node:stream/promises'
import type { RepositoryId } from '../../shared/model/ids.ts'
import type { ObjectRow, ObjectType } from '../store/tables.ts'
import { expectedHash, objectKey } from './object-names.ts'
import { rowOf } from './object-rows.ts'
import type { StorageDeps } from './storage-deps.ts'

export interface Rot {
  readonly repositoryId: RepositoryId
  readonly type: ObjectType
  readonly name: string
  /** `unread`: the place failed to give the bytes. */
  readonly problem: 'missing' | 'truncated' | 'changed' | 'unread'
}

export interface ScrubReport {
  readonly objectCount: number
  readonly sizeBytes: number
  readonly rot: readonly Rot[]
}

const pageSize = 1000

/**
 * Reads every stored object again, trash included, and compares length and hash. Repairs nothing: an upload
 * of the same object, or a new backup after restic's `repair`, does.
 *
 * @param onProgress gets the counts so far after each object
 */
export async function scrub(
  deps: StorageDeps,
  options: {
    readonly repositoryId?: RepositoryId
    readonly signal?: AbortSignal
    readonly onProgress?: (objectCount: number, sizeBytes: number) => void
  } = {},
): Promise<ScrubReport> {
  const rot: Rot[] = []
  let objectCount = 0
  let sizeBytes = 0
  let repositories = deps.store.db.selectFrom('repositories').select('id').orderBy('id')
  if (options.repositoryId !== undefined) repositories = repositories.where('id', '=', options.repositoryId)
  for (const { id } of await repositories.execute()) {
    for await (const row of objectsOf(deps, id)) {
      if (options.signal?.aborted === true) return { objectCount, sizeBytes, rot }
      const problem = await problemOf(deps, row)
      // Erased since its row was read: no rot.
      if (problem !== null && (await isStillThere(deps, row)))
        rot.push({ repositoryId: id, type: row.type, name: row.name, problem })
      objectCount += 1
      sizeBytes += row.sizeBytes
      options.onProgress?.(objectCount, sizeBytes)
    }
  }
  return { objectCount, sizeBytes, rot }
}

async function* objectsOf({ store }: StorageDeps, repositoryId: RepositoryId): AsyncGenerator<ObjectRow> {
  for (const type of ['config', 'keys', 'snapshots', 'index', 'data', 'locks'] as const) {
    let after = ''
    for (;;) {
      const rows = await store.db
        .selectFrom('objects')
        .selectAll()
        .where('repositoryId', '=', repositoryId)
        .where('type', '=', type)
        .where('name', '>', after)
        .where('purgeStartedAt', 'is', null)
        .orderBy('name')
        .limit(pageSize)
        .execute()
      yield* rows
      if (rows.length < pageSize) break
      after = rows.at(-1)?.name ?? after
    }
  }
}

async function problemOf(deps: StorageDeps, row: ObjectRow): Promise<Rot['problem'] | null> {
  const hash = createHash('sha256')
  try {
    const opened = await deps.objects.open(objectKey(row.repositoryId, row))
    if (opened.kind === 'missing') return 'missing'
    await pipeline(opened.body, hash)
    if (opened.sizeBytes !== row.sizeBytes) return 'truncated'
  } catch (error) {
    deps.log.warn(
      { repositoryId: row.repositoryId, type: row.type, name: row.name, err: error },
      'Unreadable',
    )
    return 'unread'
  }
  const expected = expectedHash(row)
  return expected === null || expected === hash.digest('hex') ? null : 'changed'
}

async function isStillThere({ store }: StorageDeps, row: ObjectRow): Promise<boolean> {
  const now = await rowOf(store.db, row.repositoryId, row)
  return now !== undefined && now.purgeStartedAt === null
}
