import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { errorCodeOf } from './error-code.fixture.ts'
import { memoryObjects } from './memory-objects.ts'
import { expectedOf, objectStoreContract, pieces, read } from './object-store.contract.ts'

objectStoreContract('memory', () => Promise.resolve(memoryObjects()))

describe('the memory fake', () => {
  it('fails once when asked to, and keeps nothing of a failed put', async () => {
    const store = memoryObjects()
    const bytes = randomBytes(100)
    store.failNext('put', 'DISK_FULL')
    expect(await errorCodeOf(store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes)))).toBe('DISK_FULL')
    expect(await store.size('rep_a/data/x')).toBeNull()
    expect(await store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))).toBe('stored')
    store.failNext('open', 'UNEXPECTED')
    expect(await errorCodeOf(store.open('rep_a/data/x'))).toBe('UNEXPECTED')
    expect(await read(store, 'rep_a/data/x')).toEqual(bytes)
  })
})
