import type { Kysely } from 'kysely'

/** Recovery by phone, forgotten passwords, and what two administrators decide together. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db

  await schema
    .createTable('recovery_phones')
    .addColumn('user_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('phone_number', 'text', (c) => c.notNull())
    .addColumn('added_at', 'bigint', (c) => c.notNull())
    .execute()

  await schema
    .createTable('recoveries')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('phone_number', 'text', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('told_at', 'bigint')
    .addColumn('ready_at', 'bigint', (c) => c.notNull())
    .addColumn('ends_at', 'bigint', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('client_name', 'text', (c) => c.notNull())
    .execute()
  await schema
    .createIndex('recoveries_by_user')
    .on('recoveries')
    .columns(['user_id', 'status', 'started_at'])
    .execute()

  await schema
    .createTable('recovery_notices')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('recovery_id', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('sent_at', 'bigint')
    .execute()
  await schema
    .createIndex('recovery_notices_by_due')
    .on('recovery_notices')
    .columns(['sent_at', 'due_at'])
    .execute()

  await schema
    .createTable('recovery_cancel_tokens')
    .addColumn('token_hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('recovery_id', 'text', (c) => c.notNull())
    .execute()

  await schema
    .createTable('password_resets')
    .addColumn('code_hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await schema.createIndex('password_resets_by_user').on('password_resets').column('user_id').execute()

  await schema
    .createTable('approvals')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('target_user_id', 'text', (c) => c.notNull())
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'bigint')
    .execute()
  await schema
    .createIndex('approvals_by_target')
    .on('approvals')
    .columns(['target_user_id', 'status'])
    .execute()
}
