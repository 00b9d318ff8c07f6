import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { errorCodeOf } from './error-code.fixture.ts'
import { openLocalObjects } from './local-objects.ts'
import { expectedOf, objectStoreContract, pieces, read } from './object-store.contract.ts'

const base = mkdtempSync(join(tmpdir(), 'holdfast-objects-'))
afterAll(() => {
  rmSync(base, { recursive: true, force: true })
})
const newRoot = (): string => mkdtempSync(join(base, 'root-'))

objectStoreContract('local disk', () => openLocalObjects(newRoot()))

describe('objects on the local disk', () => {
  it('lie where stock restic looks for them', async () => {
    const root = newRoot()
    const store = await openLocalObjects(root)
    const bytes = randomBytes(10)
    await store.put('rep_a/data/ab/abcd', pieces(bytes), expectedOf(bytes))
    expect(statSync(join(root, 'rep_a', 'data', 'ab', 'abcd')).size).toBe(10)
  })

  it('are readable by the owner only, folders too', async () => {
    const root = newRoot()
    const store = await openLocalObjects(root)
    const bytes = randomBytes(10)
    await store.put('rep_a/data/ab/abcd', pieces(bytes), expectedOf(bytes))
    const modeOf = (...parts: string[]): number => statSync(join(root, ...parts)).mode & 0o777
    expect(modeOf('rep_a', 'data', 'ab', 'abcd')).toBe(0o600)
    for (const folder of [['rep_a'], ['rep_a', 'data'], ['rep_a', 'data', 'ab'], ['.incoming']])
      expect(modeOf(...folder)).toBe(0o700)
  })

  it('leave no temporary file behind, whatever happened', async () => {
    const root = newRoot()
    const store = await openLocalObjects(root)
    const bytes = randomBytes(2_000_000)
    await store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))
    await store.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))
    await errorCodeOf(store.put('rep_a/data/y', pieces(bytes.subarray(1)), expectedOf(bytes)))
    expect(readdirSync(join(root, '.incoming'))).toEqual([])
  })

  it('are invisible until they are whole: a crash leaves only what opening sweeps', async () => {
    const root = newRoot()
    const store = await openLocalObjects(root)
    const bytes = randomBytes(2_000_000)
    const body = new Readable({ read: () => undefined })
    const stop = new AbortController()
    const put = store.put('rep_a/data/x', body, expectedOf(bytes), stop.signal)
    body.push(bytes.subarray(0, 1_900_000))
    while (readdirSync(join(root, '.incoming')).length === 0) await wait(1)
    expect(await store.size('rep_a/data/x')).toBeNull()
    stop.abort()
    await errorCodeOf(put)

    writeFileSync(join(root, '.incoming', 'left-by-a-crash'), bytes)
    const reopened = await openLocalObjects(root)
    expect(readdirSync(join(root, '.incoming'))).toEqual([])
    expect(await reopened.put('rep_a/data/x', pieces(bytes), expectedOf(bytes))).toBe('stored')
  })

  it.each([
    '../outside',
    'rep_a/../../x',
    '/etc/passwd',
    'rep_a//x',
    '.incoming/x',
    'rep_a/a\0b',
    'rep_a/ü',
    '',
  ])('have no key like %j', async (key) => {
    const store = await openLocalObjects(newRoot())
    await expect(store.size(key)).rejects.toThrow('Not a key')
    await expect(store.put(key, pieces(randomBytes(1)), { sizeBytes: 1, sha256: null })).rejects.toThrow(
      'Not a key',
    )
  })

  it('know how much space is left', async () => {
    const store = await openLocalObjects(newRoot())
    expect(await store.freeBytes()).toBeGreaterThan(0)
  })
})

describe('a full disk', () => {
  const tmpfs = mountSmallDisk()
  afterAll(() => {
    if (tmpfs !== null) execFileSync('umount', [tmpfs])
  })
  it.skipIf(tmpfs === null)(
    'is told as DISK_FULL, keeps nothing partial and what was there before',
    async () => {
      const folder = tmpfs ?? ''
      const store = await openLocalObjects(folder)
      const [small, large] = [randomBytes(1_000_000), randomBytes(6_000_000)]
      await store.put('rep_a/data/small', pieces(small), expectedOf(small))
      expect(await errorCodeOf(store.put('rep_a/data/large', pieces(large), expectedOf(large)))).toBe(
        'DISK_FULL',
      )
      expect(await store.size('rep_a/data/large')).toBeNull()
      expect(readdirSync(join(folder, '.incoming'))).toEqual([])
      expect(await read(store, 'rep_a/data/small')).toEqual(small)
    },
  )
})

/** A disk of 4 MB; null, with the reason printed, where this account may not mount one. */
function mountSmallDisk(): string | null {
  const folder = join(base, 'small-disk')
  mkdirSync(folder)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'pipe' })
    return folder
  } catch (error) {
    process.stdout.write(`No small disk to fill up: ${error instanceof Error ? error.message : 'unknown'}\n`)
    return null
  }
}
