import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../shared/clock.ts'
import { isAppError } from '../../shared/errors.ts'
import type { Selection } from '../../shared/model/preview.ts'
import { measureSelection, type MeasureDeps } from './measure-selection.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-measure-'))
  await mkdir(join(folder, 'docs', 'Cache', 'deep'), { recursive: true })
  await writeFile(join(folder, 'docs', 'letter'), '12345')
  await writeFile(join(folder, 'docs', 'note.tmp'), '123')
  await writeFile(join(folder, 'docs', 'Cache', 'one'), '1')
  await writeFile(join(folder, 'docs', 'Cache', 'deep', 'two'), '22')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const measure = (
  sources: readonly string[],
  exclusions: readonly string[] = [],
  deps: Partial<MeasureDeps> = {},
  stop = new AbortController().signal,
): Promise<Selection> =>
  measureSelection(
    { clock: new FakeClock(), ...deps },
    { sources: sources.map((source) => join(folder, source)), exclusions, stop },
  )

describe('the size of a selection', () => {
  it('counts files and bytes, and tells what exclusions leave out and by which of them', async () => {
    const selection = await measure(['docs'], ['*.tmp', 'Cache', 'never'])
    expect(selection).toMatchObject({ fileCount: 1, folderCount: 1, sizeBytes: 5, isWhole: true })
    expect(selection).toMatchObject({ excludedCount: 2, excludedFileCount: 3, excludedSizeBytes: 6 })
    expect(selection.excluded.sort((a, b) => a.pattern.localeCompare(b.pattern))).toEqual([
      { path: join(folder, 'docs', 'note.tmp'), kind: 'file', pattern: '*.tmp', fileCount: 1, sizeBytes: 3 },
      { path: join(folder, 'docs', 'Cache'), kind: 'folder', pattern: 'Cache', fileCount: 2, sizeBytes: 3 },
    ])
  })

  it('counts what lies in two sources once', async () => {
    expect(await measure(['docs', 'docs/Cache', 'docs'])).toMatchObject({ fileCount: 4, sizeBytes: 11 })
  })

  it('names a source that is not there', async () => {
    expect((await measure(['docs', 'gone'])).missing).toEqual([join(folder, 'gone')])
  })

  it('counts a sparse file by its length and each name of a file with several, as restic does', async () => {
    await writeFile(join(folder, 'docs', 'sparse'), '')
    await truncate(join(folder, 'docs', 'sparse'), 1_000_000)
    await link(join(folder, 'docs', 'letter'), join(folder, 'docs', 'again'))
    expect(await measure(['docs'], ['Cache', '*.tmp'])).toMatchObject({ fileCount: 3, sizeBytes: 1_000_010 })
  })

  it('follows no link, also when a source is one', async () => {
    await symlink('/', join(folder, 'docs', 'everything'))
    await symlink(join(folder, 'docs'), join(folder, 'link'))
    expect(await measure(['docs', 'link'])).toMatchObject({ fileCount: 4 })
  })

  it('takes names that are no text', async () => {
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'docs', 'b')), Buffer.from([0xff])]), '1')
    expect(await measure(['docs'], ['Cache', '*.tmp'])).toMatchObject({ fileCount: 2, unreadableCount: 0 })
  })

  it('names what cannot be read, and does not count it', async () => {
    const isReadable = (path: Buffer) => Promise.resolve(!path.toString().endsWith('letter'))
    const selection = await measure(['docs'], ['Cache', '*.tmp'], { isReadable })
    expect(selection).toMatchObject({ fileCount: 0, unreadableCount: 1 })
    expect(selection.unreadable[0]?.path).toBe(join(folder, 'docs', 'letter'))
  })

  it('stops when it is asked to', async () => {
    const stop = new AbortController()
    stop.abort()
    const failure = await measure(['docs'], [], {}, stop.signal).catch((error: unknown) => error)
    expect(isAppError(failure, 'CANCELLED')).toBe(true)
  })

  it('gives up after minutes with what it has, and says so', async () => {
    const clock = new FakeClock()
    const onFile = () => clock.advance(200_000)
    expect(await measure(['docs'], [], { clock, onFile })).toMatchObject({ isWhole: false })
  })

  it('tells how far it is, but not all the time', async () => {
    const told: number[] = []
    const clock = new FakeClock()
    const onFile = () => clock.advance(150)
    await measure(['docs'], [], { clock, onFile, onProgress: ({ fileCount }) => void told.push(fileCount) })
    expect(told.length).toBeGreaterThan(0)
    expect(told.length).toBeLessThan(4)
  })
})
