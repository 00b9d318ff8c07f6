import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '../core-deps.ts'
import { openProfile } from './open-profile.ts'

let parent: string
let folder: string
let warnings: object[]
const log: Log = { info: () => undefined, warn: (fields) => warnings.push(fields), error: () => undefined }

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'holdfast-profile-'))
  folder = join(parent, 'deep', 'profile')
  warnings = []
})
afterEach(() => rm(parent, { recursive: true, force: true }))

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8)
}

describe('a profile', () => {
  it('is made on first use, for its owner only', async () => {
    const profile = await openProfile(folder, log)
    expect(profile.settings()).toMatchObject({ server: null, device: null, key: null, secretStore: 'system' })
    expect([await modeOf(folder), await modeOf(profile.cacheFolder)]).toEqual(['700', '700'])
    expect(await modeOf(join(folder, 'settings.json'))).toBe('600')
    expect(warnings).toEqual([])
  })

  it('keeps what was changed, also for the next process', async () => {
    const profile = await openProfile(folder, log)
    await profile.update({ loginName: 'ann' })
    expect(profile.settings().loginName).toBe('ann')
    expect((await openProfile(folder, log)).settings()).toEqual(profile.settings())
    expect(await modeOf(join(folder, 'settings.json'))).toBe('600')
  })

  it('of a new person shows the first steps, and of somebody from before them does not', async () => {
    expect((await openProfile(folder, log)).settings().showsFirstSteps).toBe(true)
    const file = join(folder, 'settings.json')
    const { showsFirstSteps: _, ...before } = JSON.parse(await readFile(file, 'utf8')) as Record<
      string,
      unknown
    >
    await writeFile(file, JSON.stringify(before))
    expect((await openProfile(folder, log)).settings().showsFirstSteps).toBe(false)
  })

  it('applies changes that race one after the other and loses none', async () => {
    const profile = await openProfile(folder, log)
    const server = { address: 'https://cbs.example', allowInsecure: false, caFile: null }
    await Promise.all([
      profile.update({ loginName: 'ann' }),
      profile.update({ server }),
      profile.update({ secretStore: 'file' }),
    ])
    expect((await openProfile(folder, log)).settings()).toMatchObject({
      loginName: 'ann',
      server,
      secretStore: 'file',
    })
    expect((await readdir(folder)).sort()).toEqual(['cache', 'settings.json'])
  })

  it('puts looser permissions right and says so', async () => {
    await openProfile(folder, log)
    await chmod(folder, 0o755)
    await chmod(join(folder, 'settings.json'), 0o644)
    await openProfile(folder, log)
    expect([await modeOf(folder), await modeOf(join(folder, 'settings.json'))]).toEqual(['700', '600'])
    expect(warnings).toEqual([
      { path: folder, mode: '755' },
      { path: join(folder, 'settings.json'), mode: '644' },
    ])
  })

  it.each([
    ['not JSON', '{"formatVersion":1,'],
    ['empty', ''],
    ['of another format', '{"formatVersion":2}'],
    ['with a field nobody knows', (text: string) => text.replace('{', '{ "extra": 1,')],
    ['with a wrong type', (text: string) => text.replace('"loginName": null', '"loginName": 7')],
  ])('whose settings are %s is refused by path and not written over', async (_what, change) => {
    const path = join(folder, 'settings.json')
    await openProfile(folder, log)
    const bad = typeof change === 'string' ? change : change(await readFile(path, 'utf8'))
    await writeFile(path, bad)
    await expect(openProfile(folder, log)).rejects.toMatchObject({
      code: 'PROFILE_DAMAGED',
      details: { path },
      message: expect.stringContaining(path) as string,
    })
    expect(await readFile(path, 'utf8')).toBe(bad)
  })

  it('that is damaged while open is not written over by the next change', async () => {
    const profile = await openProfile(folder, log)
    const path = join(folder, 'settings.json')
    await writeFile(path, 'damaged')
    await expect(profile.update({ loginName: 'ann' })).rejects.toMatchObject({ code: 'PROFILE_DAMAGED' })
    expect(await readFile(path, 'utf8')).toBe('damaged')
    expect(profile.settings().loginName).toBeNull()
  })

  it('takes the next change after one that failed', async () => {
    const profile = await openProfile(folder, log)
    const path = join(folder, 'settings.json')
    const good = await readFile(path, 'utf8')
    await writeFile(path, 'damaged')
    await expect(profile.update({ loginName: 'ann' })).rejects.toMatchObject({ code: 'PROFILE_DAMAGED' })
    await writeFile(path, good)
    await profile.update({ loginName: 'bob' })
    expect(profile.settings().loginName).toBe('bob')
  })

  it('is refused where a file has the folder’s name', async () => {
    await writeFile(join(parent, 'deep'), '')
    await expect(openProfile(folder, log)).rejects.toMatchObject({ code: 'PROFILE_DAMAGED' })
  })

  it('is refused when its settings are a symbolic link to somewhere else', async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(parent, 'elsewhere'), '{}')
    await symlink(join(parent, 'elsewhere'), join(folder, 'settings.json'))
    await expect(openProfile(folder, log)).rejects.toMatchObject({ code: 'PROFILE_DAMAGED' })
    expect(await readFile(join(parent, 'elsewhere'), 'utf8')).toBe('{}')
  })
})
