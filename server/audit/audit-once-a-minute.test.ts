import { beforeEach, expect, it } from 'vitest'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import type { Store } from '../store/store.ts'
import { listAudit, verifyAudit } from './audit.ts'
import { auditOnceAMinuteAlone } from './audit-once-a-minute.ts'

describeOnEveryStore('an entry that anybody can repeat', (fresh) => {
  let store: Store
  beforeEach(async () => {
    store = await (await fresh()).open()
  })
  const record = async (at: number, key = 'a') => {
    const entry = { at, actor: 'unknown', action: 'test.refused', outcome: 'refused', target: key } as const
    await auditOnceAMinuteAlone({ store }, key, entry)
  }
  const recorded = async () =>
    (await listAudit(store.db, { limit: 100 }))
      .map(({ at, target, details }) => [at, target, details])
      .reverse()

  it('is there once a minute, and the next names how many there were between', async () => {
    for (const at of [100_000, 100_001, 159_999, 160_000, 160_001, 240_000, 300_000]) await record(at)
    expect(await recorded()).toEqual([
      [100_000, 'a', undefined],
      [160_000, 'a', { unrecorded: 2 }],
      [240_000, 'a', { unrecorded: 1 }],
      [300_000, 'a', undefined],
    ])
    expect(await verifyAudit(store)).toMatchObject({ kind: 'intact' })
  })

  it('of another key is not silenced by it', async () => {
    await record(100_000, 'a')
    await record(100_000, 'b')
    expect(await recorded()).toHaveLength(2)
  })

  it('is not silenced by a clock that is set back', async () => {
    await record(100_000)
    await record(50_000)
    expect(await recorded()).toHaveLength(2)
  })

  it('is there once, and all others counted, when twenty requests race', async () => {
    await Promise.all(Array.from({ length: 20 }, () => record(100_000)))
    expect(await recorded()).toHaveLength(1)
    await record(160_000)
    expect((await recorded())[1]).toEqual([160_000, 'a', { unrecorded: 19 }])
  })
})
