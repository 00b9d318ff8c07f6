import type { Kysely } from 'kysely'

/** Mailed codes of people who register, and what one account may store. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('users').addColumn('quota_bytes', 'bigint').execute()
  await db.schema
    .createTable('registrations')
    .addColumn('address_mac', 'text', (c) => c.primaryKey().notNull())
    .addColumn('code_hash', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
}
