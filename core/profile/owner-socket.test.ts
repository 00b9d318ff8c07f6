import { chmod, chown, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownerSocketPath } from './owner-socket.ts'

let parent: string
const made: string[] = []

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'holdfast-socket-'))
})
afterEach(async () => {
  await Promise.all([parent, ...made.splice(0)].map((path) => rm(path, { recursive: true, force: true })))
})

async function longPath(): Promise<string> {
  const path = await ownerSocketPath(join(parent, 'x'.repeat(120)))
  made.push(dirname(path))
  return path
}

describe.skipIf(process.platform === 'win32')('the owner’s socket', () => {
  it('is inside the profile', async () => {
    expect(await ownerSocketPath(join(parent, 'p'))).toBe(join(parent, 'p', 'owner.sock'))
  })

  it('is the same by whatever path the folder is named', async () => {
    await mkdir(join(parent, 'p'))
    await symlink(join(parent, 'p'), join(parent, 'link'))
    expect(await ownerSocketPath(join(parent, 'link'))).toBe(await ownerSocketPath(join(parent, 'p')))
  })

  it('of a path too long for a socket is in a folder that only this user can enter, and can be listened on', async () => {
    const path = await longPath()
    expect(((await stat(dirname(path))).mode & 0o777).toString(8)).toBe('700')
    const server = createServer().listen(path)
    await once(server, 'listening')
    server.close()
    expect(await longPath()).toBe(path)
  })

  it('is made private again where others could enter', async () => {
    const path = await longPath()
    await chmod(dirname(path), 0o777)
    await longPath()
    expect(((await stat(dirname(path))).mode & 0o777).toString(8)).toBe('700')
  })

  it('is refused where somebody laid a symbolic link in its place', async () => {
    const path = await longPath()
    await rm(dirname(path), { recursive: true })
    await symlink(parent, dirname(path))
    await expect(longPath()).rejects.toMatchObject({ code: 'PROFILE_DAMAGED' })
  })

  it.runIf(process.getuid?.() === 0)('is refused where another user made the folder', async () => {
    const path = await longPath()
    await chown(dirname(path), 12345, 12345)
    await expect(longPath()).rejects.toMatchObject({ code: 'PROFILE_DAMAGED' })
  })
})
