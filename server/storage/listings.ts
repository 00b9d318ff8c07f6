import { Readable } from 'node:stream'
import type { RepositoryId } from '../../shared/model/ids.ts'
import type { ObjectType } from '../store/tables.ts'
import type { StorageDeps } from './storage-deps.ts'

/** How restic's REST protocol words a list: version 1 has names, version 2 names and sizes. */
export type ListVersion = 1 | 2

const pageSize = 10_000

/**
 * The visible objects of a type as the JSON array of the protocol, page by page, so that a repository of
 * millions costs no memory. An object stored meanwhile may or may not be in it.
 */
export function listBody(
  deps: StorageDeps,
  repositoryId: RepositoryId,
  type: ObjectType,
  version: ListVersion,
): Readable {
  return Readable.from(listPages(deps, repositoryId, type, version), { objectMode: false })
}

async function* listPages(
  { store }: StorageDeps,
  repositoryId: RepositoryId,
  type: ObjectType,
  version: ListVersion,
): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const rows = await store.db
      .selectFrom('objects')
      .select(['name', 'sizeBytes'])
      .where('repositoryId', '=', repositoryId)
      .where('type', '=', type)
      .where('name', '>', after)
      .where('trashedAt', 'is', null)
      .orderBy('name')
      .limit(pageSize)
      .execute()
    const entries = rows.map(({ name, sizeBytes }) =>
      JSON.stringify(version === 1 ? name : { name, size: sizeBytes }),
    )
    const isFirst = after === ''
    const isLast = rows.length < pageSize
    const joint = !isFirst && entries.length > 0 ? ',' : ''
    yield `${isFirst ? '[' : ''}${joint}${entries.join(',')}${isLast ? ']' : ''}`
    if (isLast) return
    after = rows.at(-1)?.name ?? ''
  }
}
