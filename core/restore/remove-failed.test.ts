import { lstat, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeFailed } from './remove-failed.ts'

let folder = ''
let staging = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  staging = join(folder, 'staging')
  await mkdir(join(staging, 'home'), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true }))

const failed = (path: string, isUsable = false) => ({ path, reason: 'broken', isUsable })

describe('what could not be restored whole', () => {
  it('is removed before it gets its final name, and nothing else', async () => {
    for (const name of ['broken', 'whole', 'usable']) await writeFile(join(staging, 'home', name), name)
    await removeFailed(staging, [failed('/home/broken'), failed('/home/usable', true)])
    expect((await readdir(join(staging, 'home'))).sort()).toEqual(['usable', 'whole'])
  })

  it('is never looked for through a link that was restored, which leads out of the staging folder', async () => {
    await mkdir(join(folder, 'outside'))
    await writeFile(join(folder, 'outside', 'precious'), 'mine')
    await symlink(join(folder, 'outside'), join(staging, 'home', 'link'))
    await removeFailed(staging, [failed('/home/link/precious'), failed('/home/../../outside/precious')])
    expect(await readdir(join(folder, 'outside'))).toEqual(['precious'])
  })

  it('is removed itself where it is a link, and what it points to stays', async () => {
    await writeFile(join(folder, 'precious'), 'mine')
    await symlink(join(folder, 'precious'), join(staging, 'home', 'link'))
    await removeFailed(staging, [failed('/home/link')])
    await expect(lstat(join(staging, 'home', 'link'))).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await lstat(join(folder, 'precious'))).isFile()).toBe(true)
  })
})
