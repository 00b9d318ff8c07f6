import { describe, expect, it } from 'vitest'
import { problemOf } from '../sign-in/auth.fixture.ts'
import { createHashPool } from './hash-pool.ts'

const cheap = { memoryKib: 64, passes: 1, concurrency: 2, maxWaiting: 3 }

describe('the hash pool', () => {
  it('makes argon2id hashes with the configured cost, and checks them', async () => {
    const pool = createHashPool({ ...cheap, memoryKib: 19_456, passes: 2 })
    const hash = await pool.hash('secret')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await pool.verify(hash, 'secret')).toBe(true)
    expect(await pool.verify(hash, 'Secret')).toBe(false)
    expect(await pool.hash('secret')).not.toBe(hash)
  })

  it('does the work also where there is no hash to check against, and says no', async () => {
    expect(await createHashPool(cheap).verify(null, '')).toBe(false)
  })

  it('says busy, and when to come back, instead of queueing without end', async () => {
    const pool = createHashPool(cheap)
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => problemOf(pool.hash('secret'))))
    const busy = outcomes.filter((each) => each !== null)
    // Two at work and three waiting.
    expect(busy.map((each) => [each.code, each.details])).toEqual(
      Array.from({ length: 3 }, () => ['SERVER_BUSY', { retryAfterSeconds: 1 }]),
    )
    expect(await problemOf(pool.hash('secret'))).toBeNull()
  })

  it('goes on after a hash that failed', async () => {
    const pool = createHashPool({ ...cheap, concurrency: 1 })
    await expect(pool.verify('not a hash', 'secret')).rejects.toThrow(/decoding failed/i)
    await expect(pool.verify('not a hash', 'secret')).rejects.toThrow(/decoding failed/i)
    expect(await pool.hash('secret')).toContain('$argon2id$')
  })

  it('derives the same from the same value and salt, and one place does a whole list', async () => {
    const pool = createHashPool({ ...cheap, concurrency: 1, maxWaiting: 1 })
    const salt = Buffer.alloc(16, 1)
    const both = await Promise.all([pool.derive(['a', 'b', 'c'], salt), pool.derive(['b'], salt)])
    expect(both[0][1]).toBe(both[1][0])
    expect(new Set(both[0]).size).toBe(3)
    expect(await pool.derive(['a'], Buffer.alloc(16, 2))).not.toEqual([both[0][0]])
  })
})
