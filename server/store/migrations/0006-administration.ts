import type { Kysely } from 'kysely'

/** Administration over HTTP: versions of accounts, API tokens, and limits of requests. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .alterTable('users')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute()

  await schema
    .createTable('api_tokens')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('user_id', 'text', (c) => c.notNull().references('users.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('networks', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .addColumn('last_address', 'text')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await schema
    .createTable('request_buckets')
    .addColumn('requester', 'text', (c) => c.primaryKey().notNull())
    .addColumn('full_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('api_tokens_by_user').on('api_tokens').column('user_id').execute()
}
