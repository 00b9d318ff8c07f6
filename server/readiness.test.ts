import { describe, expect, it } from 'vitest'
import { FakeClock } from '../shared/clock.ts'
import { memoryObjects } from './objects/memory-objects.ts'
import { readinessOf } from './readiness.ts'
import { sqliteEngine } from './store/sqlite.ts'
import { openStore } from './store/store.ts'

describe('readiness', () => {
  it('writes at most once in five seconds, however often it is asked', async () => {
    const real = memoryObjects()
    let puts = 0
    let isBroken = false
    const clock = new FakeClock()
    const objects = {
      ...real,
      put: async (...args: Parameters<typeof real.put>) => {
        puts += 1
        if (isBroken) throw new Error('read-only')
        return await real.put(...args)
      },
    }
    const store = openStore(sqliteEngine(':memory:'))
    const checks = readinessOf({ store, objects, clock })
    await Promise.all([checks.objects(), checks.objects(), checks.objects()])
    expect(puts).toBe(1)
    isBroken = true
    await checks.objects()
    clock.advance(5000)
    await expect(checks.objects()).rejects.toThrow('read-only')
    expect(puts).toBe(2)
    for await (const { key } of real.list('probe/')) throw new Error(`left behind: ${key}`)
  })

  it('fails when the database has no schema, and passes when it has', async () => {
    const store = openStore(sqliteEngine(':memory:'))
    const checks = readinessOf({ store, objects: memoryObjects(), clock: new FakeClock() })
    await expect(checks.store()).rejects.toThrow('no such table')
    await store.migrate()
    await expect(checks.store()).resolves.toBeUndefined()
    await store.close()
  })
})
