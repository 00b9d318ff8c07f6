import type { Kysely } from 'kysely'

/** In which language the server writes to a user; null = the server's default. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('language', 'text').execute()
}
