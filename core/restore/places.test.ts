import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { finalPathFor, originalPlaces, snapshotPathOf, targetPlace } from './places.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
})
afterEach(() => rm(folder, { recursive: true }))

it.each<[string | null, NodeJS.Platform, string, string]>([
  [null, 'linux', '/home/ann/a', '/home/ann/a'],
  ['/out', 'linux', '/home/ann/a', '/out/home/ann/a'],
  [null, 'win32', '/C/Users/ann', 'C:\\Users\\ann'],
  ['D:\\out', 'win32', '/C/Users/ann', 'D:\\out\\C\\Users\\ann'],
])('with target %j on %s, %s comes to %s', (target, platform, path, final) => {
  expect(finalPathFor(target, platform)(path)).toBe(final)
})

it.each([
  ['C:\\Users\\ann', '/C/Users/ann'],
  ['D:\\', '/D/'],
])('the Windows path %s stands in a snapshot as %s', (own, snapshotPath) => {
  expect(snapshotPathOf(own, 'win32')).toBe(snapshotPath)
})

describe('a target folder', () => {
  it('may be new', async () => {
    const target = join(folder, 'new')
    expect(await targetPlace(target, [], 'linux')).toMatchObject({ finalFolder: target })
  })

  it('that is a file is refused', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(targetPlace(join(folder, 'file'), [], 'linux')).rejects.toMatchObject({
      code: 'TARGET_UNUSABLE',
    })
  })

  it('that is not absolute is refused by its field', async () => {
    await expect(targetPlace('out', [], 'linux')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      details: { paths: ['targetFolder'] },
    })
  })
})

describe('the original places', () => {
  it('are staged beside where the files go, in the nearest folder that is there', async () => {
    await mkdir(join(folder, 'docs'))
    const [place, ...more] = await originalPlaces(
      [join(folder, 'docs', 'gone', 'deep'), join(folder, 'docs', 'other')],
      'linux',
    )
    expect(more).toEqual([])
    expect(place).toEqual({
      paths: [join(folder, 'docs', 'gone', 'deep'), join(folder, 'docs', 'other')],
      stagingParent: join(folder, 'docs'),
      stagedFolder: '',
      finalFolder: '/',
    })
  })

  it('on several file systems are staged on each', async () => {
    const places = await originalPlaces([join(folder, 'a'), '/dev/shm/holdfast-b'], 'linux')
    expect(places.map(({ stagingParent }) => stagingParent)).toEqual([folder, '/dev/shm'])
  })
})
