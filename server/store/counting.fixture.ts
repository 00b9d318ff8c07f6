import { postgresEngine } from './postgres.ts'
import { sqliteEngine } from './sqlite.ts'
import { openStore } from './store.ts'

/**
 * A process that raises one counter by one, several times, under one lock:
 * `node counting.fixture.ts <location> <times>`.
 */
const [location = '', times = '0'] = process.argv.slice(2)
const store = openStore(location.startsWith('postgres:') ? postgresEngine(location) : sqliteEngine(location))
await store.migrate()
for (let done = 0; done < Number(times); done += 1) {
  await store.transact(['throttle:shared'], async (tx) => {
    const row = await tx
      .selectFrom('throttles')
      .select('count')
      .where('key', '=', 'shared')
      .executeTakeFirstOrThrow()
    await new Promise((resolve) => setTimeout(resolve, 1))
    await tx
      .updateTable('throttles')
      .set({ count: row.count + 1 })
      .where('key', '=', 'shared')
      .execute()
  })
}
await store.close()
