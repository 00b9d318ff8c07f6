import { repositoryIdSchema, type RepositoryId } from '../../shared/model/ids.ts'
import type { ObjectType } from '../store/tables.ts'
import type { ObjectName } from './object-names.ts'

export type RestTarget =
  | { readonly kind: 'repository'; readonly repositoryId: RepositoryId; readonly isCreate: boolean }
  | { readonly kind: 'folder'; readonly repositoryId: RepositoryId; readonly type: ObjectType }
  | { readonly kind: 'object'; readonly repositoryId: RepositoryId; readonly object: ObjectName }
  | { readonly kind: 'none' }

const pathForm =
  /^\/restic\/(?<repository>rep_[A-Za-z0-9_-]{22})\/(?:(?<config>config)|(?<type>keys|data|index|snapshots|locks)\/(?<name>[0-9a-f]{64})?)?$/

/**
 * What a request is about. Works on the path as it came over the wire: nothing is decoded, normalised or
 * joined, so that `..`, `%2e`, doubled slashes and upper-case names lead nowhere.
 *
 * @param url path and query of the request line
 */
export function parseRestPath(url: string): RestTarget {
  const [path = '', query = ''] = url.split('?', 2)
  const parts = pathForm.exec(path)?.groups
  const id = repositoryIdSchema.safeParse(parts?.['repository'])
  if (parts === undefined || !id.success) return { kind: 'none' }
  const { config, type, name } = parts
  const repositoryId = id.data
  if (config !== undefined)
    return { kind: 'object', repositoryId, object: { type: 'config', name: 'config' } }
  if (type === undefined)
    return { kind: 'repository', repositoryId, isCreate: new URLSearchParams(query).get('create') === 'true' }
  const objectType = type as Exclude<ObjectType, 'config'>
  if (name === undefined) return { kind: 'folder', repositoryId, type: objectType }
  return { kind: 'object', repositoryId, object: { type: objectType, name } }
}
