import { sql, type Kysely } from 'kysely'

/**
 * Approvals of more than resets; who is a second person; notices that wait to be sent. Approvals live for hours, so
 * their table is made anew: SQLite cannot let a column be null that was not.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('users').addColumn('handed_over_at', 'bigint').execute()

  await schema.dropIndex('approvals_by_target').execute()
  await schema.alterTable('approvals').renameTo('old_approvals').execute()
  await schema
    .createTable('approvals')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('target_user_id', 'text')
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'bigint')
    .execute()
  await sql`
    insert into approvals (id, subject, target_user_id, requested_by, requested_at, expires_at, status, decided_by, decided_at)
    select id, '{"kind":"reset-factors","userId":"' || target_user_id || '"}', target_user_id, requested_by, requested_at,
      expires_at, status, case when decided_by is null then null else 'user:' || decided_by end, decided_at
    from old_approvals`.execute(db)
  await schema.dropTable('old_approvals').execute()
  await schema.createIndex('approvals_by_subject').on('approvals').columns(['subject', 'status']).execute()

  await schema
    .createTable('account_notices')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('notice', 'text', (c) => c.notNull())
    .addColumn('due_at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .execute()
  await schema.createIndex('account_notices_by_due').on('account_notices').column('due_at').execute()
}
