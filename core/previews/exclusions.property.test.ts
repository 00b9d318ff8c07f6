import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { excludeFileText } from '../backup/exclude-file.ts'
import { folderRepository, type FolderRepository } from '../backup/folder-repository.fixture.ts'
import { exclusionsOf, partsOf } from './exclusions.ts'
import { measureSelection } from './measure-selection.ts'
import { systemClock } from '../ports/system-clock.ts'

const names = ['a', 'b.tmp', 'Cache', 'x y', 'a[1]', '#c', '$HOME', 'été', 'B.TMP', '.dot', 'a*b', '-n']
let place: FolderRepository
let source = ''

beforeAll(async () => {
  place = await folderRepository()
  source = join(place.folder, 'source')
  for (const one of names) {
    for (const two of ['a', 'b.tmp', 'Cache', 'deep/a/Cache']) {
      const file = join(source, one, two, 'f.txt')
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, one)
    }
    await writeFile(join(source, `${one}.file`), 'content')
  }
})
afterAll(() => place.remove())

/** What restic would back up below the source, by its own dry run. */
async function byRestic(patterns: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-exclude-'))
  const file = join(folder, 'exclude')
  await writeFile(file, excludeFileText(patterns))
  const output = place.restic('backup', '--dry-run', '-vv', '--json', '--exclude-file', file, source)
  await rm(folder, { recursive: true })
  return output
    .split('\n')
    .filter((line) => line.includes('"action":"new"'))
    .map((line) => (JSON.parse(line) as { item: string }).item)
    .filter((item) => item.startsWith(`${source}/`) && !item.endsWith('/'))
    .sort()
}

async function byUs(patterns: readonly string[]): Promise<{ files: string[]; fileCount: number }> {
  const files: string[] = []
  const selection = await measureSelection(
    { clock: systemClock, onFile: (path) => files.push(path) },
    { sources: [source], exclusions: patterns, stop: new AbortController().signal },
  )
  return { files: files.sort(), fileCount: selection.fileCount }
}

describe('exclusions', () => {
  const piece = fc.constantFrom(
    '*',
    '?',
    '**',
    'a',
    'b',
    '.tmp',
    'Cache',
    '[a-c]',
    '[^x]',
    'f.txt',
    '\\*',
    ' ',
    '#',
    '$',
  )
  const name = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''))
  const pattern = fc
    .tuple(
      fc.constantFrom('', '', '', '!'),
      fc.constantFrom('', '', '/', 'SOURCE/', '**/'),
      fc.array(fc.oneof(name, fc.constantFrom(...names, '..', '.')), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '/'),
    )
    .map(([negation, start, parts, end]) => `${negation}${start}${parts.join('/')}${end}`)

  it('mean what they mean to restic', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pattern, { minLength: 1, maxLength: 4 }), async (drawn) => {
        const patterns = drawn.map((each) => each.replace('SOURCE', source))
        const ours = await byUs(patterns)
        expect(ours.files).toEqual(await byRestic(patterns))
        expect(ours.fileCount).toBe(ours.files.length)
      }),
      { numRuns: 15 },
    )
  }, 120_000)

  it.each([
    [['*.tmp']],
    [['Cache', '!Cache']],
    [['a/**/Cache']],
    [['SOURCE/a']],
    [['/source/a']],
    [['a/Cache/']],
    [['a\\[1\\]']],
    [['[^a-z]*']],
    [['*', '!*.file']],
    [['#c', '$HOME', 'x y', '-n']],
    [['**']],
    [['SOURCE/**/f.txt']],
    [['.']],
    [['']],
  ])('%j means what it means to restic', async (given) => {
    const patterns = given.map((each) => each.replace('SOURCE', source)).filter((each) => each !== '')
    expect((await byUs(patterns)).files).toEqual(await byRestic(patterns))
  })

  it('are the same for whoever names the folder above them', () => {
    const excludedBy = exclusionsOf(['.cache'], 'linux')
    expect(excludedBy(partsOf('/home/anna/.cache/x', 'linux'))).toBe('.cache')
  })

  it('on Windows take either slash and no escapes', () => {
    const excludedBy = exclusionsOf(['C:\\Users\\*\\AppData', 'a[b]c'], 'win32')
    expect(excludedBy(partsOf('C:\\Users\\anna\\AppData\\x', 'win32'))).toBe('C:\\Users\\*\\AppData')
    expect(excludedBy(partsOf('C:\\abc', 'win32'))).toBe('a[b]c')
  })

  it.each(['[', 'a[', '[]a]', '[a-]', 'a\\'])('refuse what restic refuses: %s', (bad) => {
    expect(() => exclusionsOf([bad], 'linux')).toThrow('no valid pattern')
  })
})
