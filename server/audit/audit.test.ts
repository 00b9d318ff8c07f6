import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteEngine } from '../store/sqlite.ts'
import { openStore, type Store } from '../store/store.ts'
import { appendAudit, listAudit, verifyAudit, type AuditEntry } from './audit.ts'
import { canonicalJson } from './canonical-json.ts'

let store: Store
beforeEach(async () => {
  store = openStore(sqliteEngine(':memory:'))
  await store.migrate()
})
afterEach(() => store.close())

const entry = (number: number): AuditEntry => ({
  at: 1000 + number,
  actor: 'user:usr_x',
  action: 'test.happened',
  outcome: 'ok',
  details: { number },
})

async function append(...numbers: number[]): Promise<void> {
  for (const number of numbers) await store.transact(['audit'], (tx) => appendAudit(tx, entry(number)))
}

describe('the audit log', () => {
  it('is whole when it is empty and when entries were appended', async () => {
    expect(await verifyAudit(store)).toEqual({ kind: 'intact', head: { sequence: 0, hash: '' } })
    await append(1, 2, 3)
    expect(await verifyAudit(store)).toMatchObject({ kind: 'intact', head: { sequence: 3 } })
  })

  it('is whole beyond a page of reading', async () => {
    await store.transact(['audit'], async (tx) => {
      for (let number = 0; number < 1001; number += 1) await appendAudit(tx, entry(number))
    })
    expect(await verifyAudit(store)).toMatchObject({ kind: 'intact', head: { sequence: 1001 } })
  })

  it('keeps its order when twenty append at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, number) => append(number)))
    expect(await verifyAudit(store)).toMatchObject({ kind: 'intact', head: { sequence: 20 } })
  })

  it('lists the newest first, in pages', async () => {
    await append(1, 2, 3, 4)
    const page = await listAudit(store.db, { limit: 2 })
    expect(page.map((each) => each.sequence)).toEqual([4, 3])
    const next = await listAudit(store.db, { limit: 2, before: 3 })
    expect(next.map((each) => each.details?.['number'])).toEqual([2, 1])
  })

  it.each([
    [
      'an edited entry',
      'update audit set entry = replace(entry, \'"number":2\', \'"number":7\') where sequence = 2',
      2,
    ],
    ['an edited time', 'update audit set at = at + 1 where sequence = 2', 2],
    ['an edited hash', "update audit set hash = 'x' where sequence = 2", 2],
    ['a deleted entry', 'delete from audit where sequence = 2', 2],
    ['a deleted first entry', 'delete from audit where sequence = 1', 1],
    [
      'an inserted entry',
      `insert into audit select 5, at, entry, hash, 'made-up' from audit where sequence = 4`,
      5,
    ],
    [
      'entries in another order',
      'update audit set sequence = case sequence when 2 then 3 else 2 end + 10 where sequence in (2, 3); ',
      2,
    ],
  ])('shows %s, and where', async (_name, statement, sequence) => {
    await append(1, 2, 3, 4)
    await sql.raw(statement).execute(store.db)
    if (statement.includes('+ 10')) {
      await sql.raw('update audit set sequence = sequence - 10 where sequence > 10').execute(store.db)
    }
    expect(await verifyAudit(store)).toMatchObject({ kind: 'broken', sequence })
  })

  it('shows entries cut off the end to who noted its head', async () => {
    await append(1, 2, 3)
    const verdict = await verifyAudit(store)
    if (verdict.kind !== 'intact') throw new Error('broken')
    await sql`delete from audit where sequence = 3`.execute(store.db)
    expect(await verifyAudit(store)).toMatchObject({ kind: 'intact' })
    expect(await verifyAudit(store, verdict.head)).toMatchObject({ kind: 'broken', sequence: 3 })
    await append(9)
    expect(await verifyAudit(store, verdict.head)).toMatchObject({ kind: 'broken', sequence: 3 })
  })
})

describe('canonical JSON', () => {
  it('is the same for the same facts in any order, at any depth', () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: undefined, c: null })).toBe(
      canonicalJson({ c: null, b: [{ a: 2, z: 1 }] }),
    )
    expect(canonicalJson({ b: 1, a: { d: 1, c: 2 } })).toBe('{"a":{"c":2,"d":1},"b":1}')
  })
})
