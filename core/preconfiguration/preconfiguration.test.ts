import { chmod, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { preconfigurationPath, readPreconfiguration } from './preconfiguration.ts'

let folder: string
let path: string
const own = process.getuid?.()

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-preconfiguration-'))
  path = join(folder, 'preconfiguration.json')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function put(content: unknown): Promise<void> {
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o644 })
  await chmod(path, 0o644)
}

const valid = { formatVersion: 1, server: { address: 'https://backup.example.com' }, edition: 'ACB' }

describe('the preconfiguration', () => {
  it('is followed when only the administrator could have written it', async () => {
    await put(valid)
    expect(await readPreconfiguration(path, own)).toEqual({
      kind: 'read',
      preconfiguration: {
        formatVersion: 1,
        server: { address: 'https://backup.example.com', allowInsecure: false, caFile: null, isFixed: true },
        edition: 'ACB',
        policy: { startAtSignIn: false },
        interface: {},
      },
    })
  })

  it('may be absent', async () => {
    expect(await readPreconfiguration(path, own)).toEqual({ kind: 'none' })
  })

  it.skipIf(own === undefined)('of another user is refused', async () => {
    await put(valid)
    expect(await readPreconfiguration(path, (own ?? 0) + 1)).toMatchObject({ kind: 'refused' })
  })

  it.skipIf(own === undefined).each([0o664, 0o646])('that others may write (%o) is refused', async (mode) => {
    await put(valid)
    await chmod(path, mode)
    expect(await readPreconfiguration(path, own)).toMatchObject({ kind: 'refused' })
  })

  it('behind a symbolic link is refused', async () => {
    await writeFile(join(folder, 'other.json'), JSON.stringify(valid))
    await symlink(join(folder, 'other.json'), path)
    expect(await readPreconfiguration(path, own)).toMatchObject({ kind: 'refused' })
  })

  it.each([
    ['no JSON', '{'],
    ['an unknown format', { ...valid, formatVersion: 2 }],
    ['an unknown field', { ...valid, servers: [] }],
    ['an address that is none', { ...valid, server: { address: 'file:///etc' } }],
    ['a proxy that is none', { ...valid, proxy: { address: 'socks5://proxy.example' } }],
    ['a password of a proxy', { ...valid, proxy: { address: 'http://ann:pw@proxy.example' } }],
    ['a language that there is not', { ...valid, interface: { language: 'tlh' } }],
    ['updates without TLS', { ...valid, policy: { updateAddress: 'http://updates.example.com/' } }],
  ])('with %s is refused as a whole', async (_what, content) => {
    await put(content)
    expect(await readPreconfiguration(path, own)).toMatchObject({ kind: 'refused' })
  })

  it('is read where only administrators can write', () => {
    expect(preconfigurationPath({ platform: 'linux', env: {} })).toBe('/etc/holdfast/preconfiguration.json')
    expect(preconfigurationPath({ platform: 'darwin', env: {} })).toBe(
      '/Library/Application Support/Holdfast/preconfiguration.json',
    )
    expect(preconfigurationPath({ platform: 'win32', env: {} })).toBe(
      'C:\\Program Files\\Common Files\\Holdfast\\preconfiguration.json',
    )
  })
})
