import { sql, type Kysely } from 'kysely'

/** Days of grace, pairing again after a change of mode, and an absolute end of trust in a computer. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db
  await schema.alterTable('users').addColumn('enrol_asked_at', 'bigint').execute()
  await schema
    .alterTable('users')
    .addColumn('must_pair', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await schema.alterTable('devices').addColumn('trusted_since', 'bigint').execute()
  // Computers that are trusted already: nothing earlier is known than that they were enrolled.
  await sql`update devices set trusted_since = enrolled_at where trusted_until is not null`.execute(db)
}
