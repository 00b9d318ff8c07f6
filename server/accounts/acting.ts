import type { Kysely } from 'kysely'
import type { Tx } from '../store/store.ts'
import type { Tables, UserRow } from '../store/tables.ts'

/** Somebody who administers by a request, and what of others is theirs to change. */
export interface Acting {
  /** As the audit log names it: `user:<id>`, `token:<id>`. */
  readonly actor: string
  readonly address: string
  /**
   * Looked at under the lock of the change.
   *
   * @throws AppError NOT_FOUND where the account must look as if it did not exist, NOT_ALLOWED
   */
  readonly mayChange: (user: UserRow) => void
  /** Uses up the grant that permits this, inside its transaction. */
  readonly permit: (tx: Tx) => Promise<void>
  /** Owner of the accounts it makes; null = the server's administrators. */
  readonly ownerId: UserRow['ownerId']
  /** @throws AppError NOT_FOUND where accounts must not be put into this group */
  readonly mayUseGroup: (tx: Tx, groupId: UserRow['groupId']) => Promise<void>
}

/** Who acts: a command on the host by its name, which may do everything, or a caller of the API. */
export type By = string | Acting

export function auditedBy(by: By): { readonly actor: string; readonly address?: string } {
  return typeof by === 'string' ? { actor: by } : { actor: by.actor, address: by.address }
}

/** Who acts, as people know them: a login name, or the command on the host. */
export async function nameOfActor(db: Kysely<Tables>, by: By): Promise<string> {
  if (typeof by === 'string') return by
  const id = by.actor.replace(/^user:/, '') as UserRow['id']
  const row = await db.selectFrom('users').select('loginName').where('id', '=', id).executeTakeFirst()
  return row?.loginName ?? by.actor
}
