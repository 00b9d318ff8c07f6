import type { Kysely } from 'kysely'

/** Hand-offs of passkeys to a browser. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  const text = ['token_hash', 'page_key_hash', 'user_code_mac', 'state', 'web_authn_challenge'] as const
  let table = schema
    .createTable('hand_offs')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('transaction_id', 'text', (c) => c.notNull())
    .addColumn('challenge_id', 'text', (c) => c.notNull())
    .addColumn('way', 'text', (c) => c.notNull())
    .addColumn('code_challenge', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('polled_at', 'bigint')
    .addColumn('ended', 'text')
    .addColumn('port', 'integer')
    .addColumn('proof', 'text')
    .addColumn('code_hash', 'text')
  for (const name of text) table = table.addColumn(name, 'text')
  await table.execute()
  for (const name of ['token_hash', 'page_key_hash', 'user_code_mac'] as const) {
    await schema.createIndex(`hand_offs_by_${name}`).on('hand_offs').column(name).unique().execute()
  }
  await schema.createIndex('hand_offs_by_transaction').on('hand_offs').column('transaction_id').execute()
}
