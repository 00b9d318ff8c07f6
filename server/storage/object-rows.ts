import type { Kysely } from 'kysely'
import type { RepositoryId } from '../../shared/model/ids.ts'
import type { Tx } from '../store/store.ts'
import type { ObjectRow, Tables } from '../store/tables.ts'
import type { ObjectName } from './object-names.ts'

/** Taken by whatever decides about a repository's objects. */
export const repositoryLock = (repositoryId: RepositoryId): string => `repository:${repositoryId}`

/** The row of an object, also of one that is in the trash or being erased. */
export async function rowOf(
  db: Kysely<Tables>,
  repositoryId: RepositoryId,
  { type, name }: ObjectName,
): Promise<ObjectRow | undefined> {
  return await db
    .selectFrom('objects')
    .selectAll()
    .where('repositoryId', '=', repositoryId)
    .where('type', '=', type)
    .where('name', '=', name)
    .executeTakeFirst()
}

/** Null = there is none that a client can see. */
export async function visibleRowOf(
  db: Kysely<Tables>,
  repositoryId: RepositoryId,
  object: ObjectName,
): Promise<ObjectRow | null> {
  const row = await rowOf(db, repositoryId, object)
  return row === undefined || row.trashedAt !== null ? null : row
}

/** Whether restic has initialised the repository. */
export async function isInitialised(db: Kysely<Tables>, repositoryId: RepositoryId): Promise<boolean> {
  return (await visibleRowOf(db, repositoryId, { type: 'config', name: 'config' })) !== null
}

export async function addStoredBytes(tx: Tx, repositoryId: RepositoryId, bytes: number): Promise<void> {
  await tx
    .updateTable('repositories')
    .set((column) => ({ storedBytes: column('storedBytes', '+', bytes) }))
    .where('id', '=', repositoryId)
    .execute()
}
