import type { Kysely } from 'kysely'

/** What every second factor, the kinds of accounts and the settings of the whole server need. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db

  await schema
    .createTable('settings')
    .addColumn('name', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute()

  const text = ['second_factor', 'email', 'owner_id', 'legacy_version'] as const
  for (const name of text) await schema.alterTable('users').addColumn(name, 'text').execute()
  const times = ['email_proven_at', 'expires_at', 'legacy_imported_at', 'legacy_until'] as const
  for (const name of times) await schema.alterTable('users').addColumn(name, 'bigint').execute()
  await schema
    .alterTable('users')
    .addColumn('audience', 'text', (c) => c.notNull().defaultTo('external'))
    .execute()
  await schema
    .alterTable('users')
    .addColumn('subscription', 'text', (c) => c.notNull().defaultTo('paid'))
    .execute()
  await schema.createIndex('users_by_owner').on('users').column('owner_id').execute()

  for (const name of ['email_address', 'credential_id', 'credential'] as const) {
    await schema.alterTable('factors').addColumn(name, 'text').execute()
  }
  await schema.createIndex('factors_by_credential').on('factors').column('credential_id').unique().execute()
}
