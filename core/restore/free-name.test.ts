import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { freePathBeside, restoredName } from './free-name.ts'

const at = new Date(2026, 10, 23, 18, 5)

it.each([
  ['letter.txt', 'letter (restored 2026-11-23 18.05).txt'],
  ['archive.tar.gz', 'archive.tar (restored 2026-11-23 18.05).gz'],
  ['Makefile', 'Makefile (restored 2026-11-23 18.05)'],
  ['.bashrc', '.bashrc (restored 2026-11-23 18.05)'],
  ['v1.this is no extension at all', 'v1.this is no extension at all (restored 2026-11-23 18.05)'],
])('a copy of %s is named %s', (name, copy) => {
  expect(restoredName(Buffer.from(name), at, 1).toString()).toBe(copy)
})

it('keeps the bytes of a name that is no UTF-8', () => {
  const name = Buffer.from([0x61, 0xff, 0x2e, 0x62])
  expect(restoredName(name, at, 1).subarray(0, 2)).toEqual(Buffer.from([0x61, 0xff]))
})

it.each([
  ['of 255 bytes', 'x'.repeat(251) + '.txt'],
  ['of characters of four bytes', '🎉'.repeat(63) + '.t'],
])('a name %s stays within what file systems take, and whole characters', (_what, name) => {
  const copy = restoredName(Buffer.from(name), at, 12)
  expect(copy.length).toBeLessThanOrEqual(255)
  expect(copy.toString()).not.toContain('\ufffd')
  expect(copy.toString()).toMatch(/ \(restored 2026-11-23 18\.05 12\)\.t/)
})

it('counts on where a copy of that minute is there already', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  await writeFile(join(folder, 'a (restored 2026-11-23 18.05).txt'), '')
  const free = await freePathBeside(Buffer.from(join(folder, 'a.txt')), at)
  expect(free.toString()).toBe(join(folder, 'a (restored 2026-11-23 18.05 2).txt'))
  await rm(folder, { recursive: true })
})
