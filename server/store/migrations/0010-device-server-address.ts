import type { Kysely } from 'kysely'

/** Which server a computer's proofs are for. Computers from before name it with their next proof. Only adds. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('devices').addColumn('server_address', 'text').execute()
}
