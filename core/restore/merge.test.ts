import {
  chmod,
  lchown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConflictChoice } from '../../shared/client-api.ts'
import { mergeFolder, type Merged } from './merge.ts'

let folder = ''
let staged = ''
let final = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  staged = join(folder, 'staged')
  final = join(folder, 'final')
  await mkdir(staged)
  await mkdir(final)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const at = new Date(2026, 10, 23, 18, 5)

function merge(
  onConflict: ConflictChoice,
  stop: AbortSignal = new AbortController().signal,
): Promise<Merged> {
  const choices = { isChosen: () => true, isLinkFollowed: () => false }
  return mergeFolder({ onConflict, at, stop, ...choices }, Buffer.from(staged), Buffer.from(final))
}

/** Path (relative) to content; folders end in a slash, links show where they lead. */
async function treeOf(root: string, prefix = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {}
  for (const name of await readdir(join(root, prefix))) {
    const path = join(prefix, name)
    const found = await lstat(join(root, path))
    if (found.isDirectory()) Object.assign(tree, { [`${path}/`]: '' }, await treeOf(root, path))
    else if (found.isSymbolicLink()) tree[path] = `-> ${await readlink(join(root, path))}`
    else tree[path] = await readFile(join(root, path), 'utf8')
  }
  return tree
}

async function make(root: string, tree: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    const full = join(root, path)
    if (path.endsWith('/')) await mkdir(full, { recursive: true })
    else if (content.startsWith('-> ')) await symlink(content.slice(3), full)
    else await writeFile(full, content)
  }
}

const copy = (name: string, extension = ''): string => `${name} (restored 2026-11-23 18.05)${extension}`

describe('restored files', () => {
  it('come to their names, and what is there beside them stays', async () => {
    await make(staged, {
      'docs/': '',
      'docs/a.txt': 'restored',
      'new/': '',
      'new/b': 'restored',
      link: '-> a',
    })
    await make(final, { 'docs/': '', 'docs/own.txt': 'mine' })
    expect(await merge('keep-both')).toEqual({ restoredCount: 3, restoredBytes: 16, keptCount: 0 })
    expect(await treeOf(final)).toEqual({
      'docs/': '',
      'docs/a.txt': 'restored',
      'docs/own.txt': 'mine',
      'new/': '',
      'new/b': 'restored',
      link: '-> a',
    })
  })

  it.each<[ConflictChoice, Record<string, string>, Merged]>([
    [
      'keep-both',
      { 'a.txt': 'mine', [copy('a', '.txt')]: 'restored' },
      { restoredCount: 1, restoredBytes: 8, keptCount: 0 },
    ],
    ['keep-existing', { 'a.txt': 'mine' }, { restoredCount: 0, restoredBytes: 0, keptCount: 1 }],
    ['overwrite', { 'a.txt': 'restored' }, { restoredCount: 1, restoredBytes: 8, keptCount: 0 }],
  ])('that meet another file: %s', async (choice, expected, merged) => {
    await make(staged, { 'a.txt': 'restored' })
    await make(final, { 'a.txt': 'mine' })
    expect(await merge(choice)).toEqual(merged)
    expect(await treeOf(final)).toEqual(expected)
  })

  it('that are the same already make no second copy', async () => {
    await make(staged, { a: 'same', link: '-> x' })
    await make(final, { a: 'same', link: '-> x' })
    expect(await merge('keep-both')).toMatchObject({ restoredCount: 0, keptCount: 2 })
    expect(await treeOf(final)).toEqual({ a: 'same', link: '-> x' })
  })

  it('of the same length with other bytes are not the same', async () => {
    await make(staged, { a: 'good' })
    await make(final, { a: 'evil' })
    await merge('keep-both')
    expect(await treeOf(final)).toEqual({ a: 'evil', [copy('a')]: 'good' })
  })

  it.each<[ConflictChoice, Record<string, string>]>([
    ['keep-both', { 'a/': '', 'a/mine': 'mine', [copy('a')]: 'restored' }],
    ['keep-existing', { 'a/': '', 'a/mine': 'mine' }],
    // A whole folder is never removed for a file.
    ['overwrite', { 'a/': '', 'a/mine': 'mine', [copy('a')]: 'restored' }],
  ])('whose name is a folder now: %s', async (choice, expected) => {
    await make(staged, { a: 'restored' })
    await make(final, { 'a/': '', 'a/mine': 'mine' })
    await merge(choice)
    expect(await treeOf(final)).toEqual(expected)
  })

  it.each<[ConflictChoice, Record<string, string>]>([
    ['keep-both', { a: 'mine', [`${copy('a')}/`]: '', [`${copy('a')}/b`]: 'restored' }],
    ['keep-existing', { a: 'mine' }],
    ['overwrite', { 'a/': '', 'a/b': 'restored' }],
  ])('whose folder is a file now: %s', async (choice, expected) => {
    await make(staged, { 'a/': '', 'a/b': 'restored' })
    await make(final, { a: 'mine' })
    await merge(choice)
    expect(await treeOf(final)).toEqual(expected)
  })

  it.each<ConflictChoice>(['keep-both', 'keep-existing', 'overwrite'])(
    'never go through a link that stands where a folder was (%s)',
    async (choice) => {
      const elsewhere = join(folder, 'elsewhere')
      await mkdir(elsewhere)
      await make(staged, { 'a/': '', 'a/b': 'restored' })
      await symlink(elsewhere, join(final, 'a'))
      await merge(choice)
      expect(await readdir(elsewhere)).toEqual([])
    },
  )

  it('keep mode, time and hard links', async () => {
    await make(staged, { 'd/': '', 'd/a': 'x' })
    await link(join(staged, 'd', 'a'), join(staged, 'd', 'b'))
    await chmod(join(staged, 'd', 'a'), 0o640)
    await utimes(join(staged, 'd', 'a'), 1, 1_000_000)
    await chmod(join(staged, 'd'), 0o751)
    await utimes(join(staged, 'd'), 1, 2_000_000)
    await merge('overwrite')
    const [d, a, b] = await Promise.all(['d', 'd/a', 'd/b'].map((path) => stat(join(final, path))))
    expect([d?.mode, a?.mode].map((mode) => (mode ?? 0) & 0o777)).toEqual([0o751, 0o640])
    expect([d?.mtimeMs, a?.mtimeMs]).toEqual([2_000_000_000, 1_000_000_000])
    expect(a?.ino).toBe(b?.ino)
  })

  it('give an existing folder its old mode and time back only when overwriting', async () => {
    for (const root of [staged, final]) await make(root, { 'd/': '' })
    await make(staged, { 'd/a': 'x' })
    await chmod(join(staged, 'd'), 0o700)
    await utimes(join(staged, 'd'), 1, 2_000_000)
    await chmod(join(final, 'd'), 0o755)
    await merge('keep-both')
    expect((await stat(join(final, 'd'))).mode & 0o777).toBe(0o755)
    await make(staged, { 'd/a': 'y' })
    await utimes(join(staged, 'd'), 1, 2_000_000)
    await merge('overwrite')
    const restored = await stat(join(final, 'd'))
    expect([restored.mode & 0o777, restored.mtimeMs]).toEqual([0o700, 2_000_000_000])
  })

  it('may have names that are no UTF-8', async () => {
    const name = Buffer.from([0x61, 0xff, 0x62])
    const at = (root: string): Buffer => Buffer.concat([Buffer.from(`${root}/`), name])
    await writeFile(at(staged), 'restored')
    await writeFile(at(final), 'mine')
    await merge('overwrite')
    expect(await readFile(at(final), 'utf8')).toBe('restored')
  })

  it('may have names of 255 bytes, also as a copy', async () => {
    const name = 'n'.repeat(255)
    await make(staged, { [name]: 'restored' })
    await make(final, { [name]: 'mine' })
    await merge('keep-both')
    expect(Object.values(await treeOf(final)).sort()).toEqual(['mine', 'restored'])
  })

  it('stop between two files when somebody cancels', async () => {
    await make(staged, { a: 'restored' })
    await expect(merge('overwrite', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await treeOf(final)).toEqual({})
  })

  it('come whole to another file system', async () => {
    const shm = await mkdtemp('/dev/shm/holdfast-test-')
    final = join(shm, 'final')
    await mkdir(final)
    await make(staged, { 'd/': '', 'd/a': 'x', 'd/l': '-> a', b: 'y' })
    await chmod(join(staged, 'd', 'a'), 0o640)
    await utimes(join(staged, 'd'), 1, 2_000_000)
    await merge('overwrite')
    expect(await treeOf(final)).toEqual({ 'd/': '', 'd/a': 'x', 'd/l': '-> a', b: 'y' })
    const [d, a] = await Promise.all(['d', 'd/a'].map((path) => stat(join(final, path))))
    expect([d?.mtimeMs, (a?.mode ?? 0) & 0o777]).toEqual([2_000_000_000, 0o640])
    await rm(shm, { recursive: true })
  })
})

describe('a link in the place of a folder on the way to what was chosen', () => {
  const choices = ['keep-existing', 'keep-both', 'overwrite'] as const
  const options = {
    at,
    stop: new AbortController().signal,
    isChosen: () => false,
    isLinkFollowed: () => true,
  }

  beforeEach(async () => {
    await make(staged, { 'home/': '', 'home/docs/': '', 'home/docs/a': 'back' })
    await make(folder, { 'disk/': '' })
    await symlink(join(folder, 'disk'), join(final, 'home'))
  })

  it.each(choices)('is followed and stays (%s): the files come from there', async (onConflict) => {
    await mergeFolder({ ...options, onConflict }, Buffer.from(staged), Buffer.from(final))
    expect((await lstat(join(final, 'home'))).isSymbolicLink()).toBe(true)
    expect(await treeOf(join(folder, 'disk'))).toEqual({ 'docs/': '', 'docs/a': 'back' })
  })

  it.skipIf(process.getuid?.() !== 0)('is not followed when it is another user’s', async () => {
    await lchown(join(final, 'home'), 65534, 65534)
    const onConflict = 'overwrite'
    await mergeFolder({ ...options, onConflict }, Buffer.from(staged), Buffer.from(final))
    expect(await treeOf(join(folder, 'disk'))).toEqual({})
  })
})
