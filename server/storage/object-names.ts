import type { RepositoryId } from '../../shared/model/ids.ts'
import type { ObjectKey } from '../objects/object-store.ts'
import type { ObjectType } from '../store/tables.ts'

/** An object of a repository as the REST protocol names it. */
export interface ObjectName {
  readonly type: ObjectType
  /** SHA-256 of the content in lower-case hex; `config` for the config. */
  readonly name: string
}

/** A repository's objects lie as restic's local backend has them, packs spread over 256 folders. */
export function objectKey(repositoryId: RepositoryId, { type, name }: ObjectName): ObjectKey {
  if (type === 'config') return `${repositoryId}/config`
  if (type === 'data') return `${repositoryId}/data/${name.slice(0, 2)}/${name}`
  return `${repositoryId}/${type}/${name}`
}

/** The hash that the bytes must have. restic seals `config` without naming it after its content. */
export function expectedHash({ type, name }: ObjectName): string | null {
  return type === 'config' ? null : name
}
