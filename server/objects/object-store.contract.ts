import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { errorCodeOf } from './error-code.fixture.ts'
import type { ByteRange, ExpectedObject, ObjectStore } from './object-store.ts'

/** Every ObjectStore, real or fake, obeys this. A new implementation adds one line, not new tests. */
export function objectStoreContract(name: string, create: () => Promise<ObjectStore>): void {
  describe(`${name} as an object store`, () => {
    it('gives back what was put, with its size', async () => {
      const store = await create()
      const bytes = randomBytes(3_000_000)
      expect(await store.put('rep_a/data/ab/abcd', pieces(bytes), expectedOf(bytes))).toBe('stored')
      expect(await read(store, 'rep_a/data/ab/abcd')).toEqual(bytes)
      expect(await store.size('rep_a/data/ab/abcd')).toBe(bytes.length)
    })

    it('keeps an empty object', async () => {
      const store = await create()
      const bytes = Buffer.alloc(0)
      expect(await store.put('rep_a/index/e', pieces(bytes), expectedOf(bytes))).toBe('stored')
      expect(await read(store, 'rep_a/index/e')).toEqual(bytes)
      expect(await store.size('rep_a/index/e')).toBe(0)
    })

    it('takes an object without a hash by its length alone', async () => {
      const store = await create()
      const bytes = randomBytes(155)
      expect(await store.put('rep_a/config', pieces(bytes), { sizeBytes: 155, sha256: null })).toBe('stored')
      expect(await read(store, 'rep_a/config')).toEqual(bytes)
    })

    it('tells "missing" apart from everything else', async () => {
      const store = await create()
      expect(await store.open('rep_a/data/ab/none')).toEqual({ kind: 'missing' })
      expect(await store.size('rep_a/data/ab/none')).toBeNull()
      expect(await keysOf(store, 'rep_none/')).toEqual([])
    })

    it.each<[string, (bytes: Buffer) => Readable, (bytes: Buffer) => ExpectedObject]>([
      ['another hash', pieces, (bytes) => ({ ...expectedOf(bytes), sha256: 'a'.repeat(64) })],
      ['a truncated body', (bytes) => pieces(bytes.subarray(0, -1)), expectedOf],
      ['an empty body', () => pieces(Buffer.alloc(0)), expectedOf],
      ['a body that is too long', (bytes) => pieces(Buffer.concat([bytes, bytes])), expectedOf],
      ['a longer body with a matching start', pieces, (bytes) => ({ ...expectedOf(bytes), sizeBytes: 5 })],
    ])('refuses %s and keeps nothing of it', async (_case, bodyOf, expected) => {
      const store = await create()
      const bytes = randomBytes(2_500_000)
      expect(await errorCodeOf(store.put('rep_a/data/x', bodyOf(bytes), expected(bytes)))).toBe(
        'INPUT_INVALID',
      )
      expect(await store.size('rep_a/data/x')).toBeNull()
      expect(await keysOf(store, 'rep_a/')).toEqual([])
      expect(await store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))).toBe('stored')
    })

    it('keeps nothing of a body that breaks off', async () => {
      const store = await create()
      const bytes = randomBytes(2_500_000)
      const body = Readable.from(
        (async function* () {
          yield bytes.subarray(0, 2_000_000)
          await nextTurn()
          throw new Error('connection reset')
        })(),
      )
      expect(await errorCodeOf(store.put('rep_a/data/x', body, expectedOf(bytes)))).toBe('CANCELLED')
      expect(await store.size('rep_a/data/x')).toBeNull()
    })

    it('stops at the signal, midway and before the start, and keeps nothing', async () => {
      const store = await create()
      const bytes = randomBytes(2_500_000)
      const stop = new AbortController()
      const body = new Readable({ read: () => undefined })
      const put = store.put('rep_a/data/x', body, expectedOf(bytes), stop.signal)
      body.push(bytes.subarray(0, 2_000_000))
      await nextTurn()
      stop.abort()
      expect(await errorCodeOf(put)).toBe('CANCELLED')
      expect(
        await errorCodeOf(store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes), stop.signal)),
      ).toBe('CANCELLED')
      expect(await store.size('rep_a/data/x')).toBeNull()
    })

    it('never overwrites', async () => {
      const store = await create()
      const [first, second] = [randomBytes(1000), randomBytes(2000)]
      await store.put('rep_a/config', pieces(first), { sizeBytes: 1000, sha256: null })
      expect(await store.put('rep_a/config', pieces(second), { sizeBytes: 2000, sha256: null })).toBe(
        'exists',
      )
      expect(await read(store, 'rep_a/config')).toEqual(first)
    })

    it('checks a body also where the object exists already', async () => {
      const store = await create()
      const bytes = randomBytes(1000)
      await store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))
      const wrong = store.put('rep_a/data/x', pieces(randomBytes(1000)), expectedOf(bytes))
      expect(await errorCodeOf(wrong)).toBe('INPUT_INVALID')
    })

    it('stores exactly one of many puts of one key at once', async () => {
      const store = await create()
      const bodies = Array.from({ length: 20 }, () => randomBytes(200_000))
      const results = await Promise.all(
        bodies.map((bytes) =>
          store.put('rep_a/config', pieces(bytes), { sizeBytes: bytes.length, sha256: null }),
        ),
      )
      expect(results.filter((result) => result === 'stored')).toHaveLength(1)
      expect(await read(store, 'rep_a/config')).toEqual(bodies[results.indexOf('stored')])
    })

    it.each<[string, ByteRange]>([
      ['the first byte', { first: 0, last: 0 }],
      ['the last byte', { first: 2_499_999, last: 2_499_999 }],
      ['the middle', { first: 1_000_000, last: 2_100_000 }],
      ['everything', { first: 0, last: 2_499_999 }],
    ])('reads a range: %s', async (_case, range) => {
      const store = await create()
      const bytes = randomBytes(2_500_000)
      await store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))
      expect(await read(store, 'rep_a/data/x', range)).toEqual(bytes.subarray(range.first, range.last + 1))
    })

    it('lists 10,000 objects of one repository with their sizes, and no others', async () => {
      const store = await create()
      const bytes = Buffer.from('tiny')
      const keys = Array.from({ length: 10_000 }, (_, number) => {
        const name = createHash('sha256').update(String(number)).digest('hex')
        return `rep_a/data/${name.slice(0, 2)}/${name}`
      })
      for (let start = 0; start < keys.length; start += 50)
        await Promise.all(
          keys.slice(start, start + 50).map((key) => store.put(key, pieces(bytes), expectedOf(bytes))),
        )
      await store.put('rep_ab/data/aa/other', pieces(bytes), expectedOf(bytes))
      const listed = []
      for await (const each of store.list('rep_a/')) listed.push(each)
      expect(listed.map((each) => each.key).toSorted()).toEqual(keys.toSorted())
      expect(listed.every((each) => each.sizeBytes === 4)).toBe(true)
      expect(await keysOf(store, 'rep_ab/data/')).toEqual(['rep_ab/data/aa/other'])
    })

    it('removes, and removing twice is no error', async () => {
      const store = await create()
      const bytes = randomBytes(10)
      await store.put('rep_a/locks/l', pieces(bytes), expectedOf(bytes))
      await store.remove('rep_a/locks/l')
      await store.remove('rep_a/locks/l')
      await store.remove('rep_b/locks/l')
      expect(await store.open('rep_a/locks/l')).toEqual({ kind: 'missing' })
      expect(await store.put('rep_a/locks/l', pieces(bytes), expectedOf(bytes))).toBe('stored')
    })
  })
}

export function expectedOf(bytes: Buffer): ExpectedObject {
  return { sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** A body in pieces of the size that a socket delivers. */
export function pieces(bytes: Buffer): Readable {
  return Readable.from(
    (function* () {
      for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536)
    })(),
  )
}

export async function read(store: ObjectStore, key: string, range?: ByteRange): Promise<Buffer> {
  const opened = await store.open(key, range)
  if (opened.kind === 'missing') throw new Error(`${key} is missing.`)
  return await buffer(opened.body)
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys = []
  for await (const { key } of store.list(prefix)) keys.push(key)
  return keys
}
