import type { Kysely } from 'kysely'

/** By which method a computer’s trust was earned. Trust from before does not count where only passkeys do. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('devices').addColumn('trusted_by', 'text').execute()
}
