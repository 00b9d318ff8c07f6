import type { Kysely } from 'kysely'

/** When a legacy client made its first backup. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('legacy_ended_at', 'bigint').execute()
}
