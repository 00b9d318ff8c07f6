import type { Kysely } from 'kysely'

/** When the deletion of an account was asked for, when it is erased, and what it was before. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const users = db.schema.alterTable('users')
  await users.addColumn('deletion_asked_at', 'bigint').execute()
  await users.addColumn('erase_after', 'bigint').execute()
  await users.addColumn('status_before_deletion', 'text').execute()
}
