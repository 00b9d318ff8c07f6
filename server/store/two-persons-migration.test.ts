import { CamelCasePlugin, Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, it } from 'vitest'
import { subjectOf } from '../approvals/approval-view.ts'
import { describeOnEveryStore } from './every-store.fixture.ts'
import type { ApprovalRow } from './recovery-tables.ts'
import { migrations } from './store.ts'

describeOnEveryStore('a request for an approval from before', (fresh) => {
  it('is the reset of the same user afterwards, with who asked and who decided', async () => {
    const database = await fresh()
    const db = new Kysely<{ approvals: ApprovalRow }>({
      dialect: database.engine().dialect,
      plugins: [new CamelCasePlugin()],
    })
    const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
    const before = await migrator.migrateTo('0009-session-networks')
    expect(before.error).toBeUndefined()
    const old = {
      targetUserId: 'usr_AAAAAAAAAAAAAAAAAAAAAA',
      requestedBy: 'usr_BBBBBBBBBBBBBBBBBBBBBB',
      requestedAt: 1,
      expiresAt: 2,
    }
    await db
      .insertInto('approvals')
      .values([
        { ...old, id: 'apr_1', status: 'waiting', decidedBy: null, decidedAt: null },
        { ...old, id: 'apr_2', status: 'approved', decidedBy: 'usr_C', decidedAt: 3 },
      ] as never)
      .execute()
    const after = await migrator.migrateToLatest()
    expect(after.error).toBeUndefined()
    const rows = await db.selectFrom('approvals').selectAll().orderBy('id').execute()
    await db.destroy()
    expect(rows).toMatchObject([
      { ...old, id: 'apr_1', status: 'waiting', decidedBy: null, decidedAt: null },
      { ...old, id: 'apr_2', status: 'approved', decidedBy: 'user:usr_C', decidedAt: 3 },
    ])
    for (const row of rows)
      expect(subjectOf(row)).toEqual({ kind: 'reset-factors', userId: old.targetUserId })
  })
})
