import type { Kysely } from 'kysely'

/** Requests that paired phones approve. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema
    .createTable('phone_requests')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('transaction_id', 'text', (c) => c.notNull())
    .addColumn('challenge_id', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('factor_id', 'text')
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('pair_token_hash', 'text')
    .addColumn('key_id', 'text')
    .addColumn('public_key', 'text')
    .addColumn('label', 'text')
    .addColumn('number_mac', 'text', (c) => c.notNull())
    .addColumn('approved_at', 'bigint')
    .addColumn('ended', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('polled_at', 'bigint')
    .execute()
  for (const name of ['pair_token_hash', 'key_id'] as const) {
    await schema.createIndex(`phone_requests_by_${name}`).on('phone_requests').column(name).unique().execute()
  }
  for (const name of ['user_id', 'transaction_id'] as const) {
    await schema.createIndex(`phone_requests_by_${name}`).on('phone_requests').column(name).execute()
  }
}
