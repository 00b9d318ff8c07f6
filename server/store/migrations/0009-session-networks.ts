import type { Kysely } from 'kysely'

/** Which networks a session was used from. Sessions from before have none, and prove themselves again. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('sessions')
    .addColumn('networks', 'text', (c) => c.notNull().defaultTo('[]'))
    .execute()
}
