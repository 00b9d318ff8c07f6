import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fileSecretStore } from './file-secret-store.ts'
import { memorySecretStore } from './memory-secret-store.ts'
import { secretStoreContract } from './secret-store.contract.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-secrets-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

secretStoreContract('the memory fake', async () => {
  const store = memorySecretStore()
  return { store, reopen: () => store }
})

secretStoreContract('the file store', async () => ({
  store: fileSecretStore(folder),
  reopen: () => fileSecretStore(folder),
}))

describe('the memory fake', () => {
  it('fails once, on demand, and only the operation asked for', async () => {
    const store = memorySecretStore()
    store.failNext('write', 'SECRET_STORE_LOCKED')
    expect(await store.read('session')).toBeUndefined()
    await expect(store.write('session', 'x')).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
    await store.write('session', 'x')
    expect(await store.read('session')).toBe('x')
  })
})

describe('the file store', () => {
  const path = (): string => join(folder, 'secrets.json')

  it('is readable for its owner only, after every change', async () => {
    const store = fileSecretStore(folder)
    await store.write('session', 'a')
    await store.write('device-key', 'b')
    await store.erase('session')
    expect(((await stat(path())).mode & 0o777).toString(8)).toBe('600')
    expect(((await stat(folder)).mode & 0o777).toString(8)).toBe('700')
    expect(await readdir(folder)).toEqual(['secrets.json'])
  })

  it('refuses a file that others can read, without reading, changing or repairing it', async () => {
    const store = fileSecretStore(folder)
    await store.write('session', 'a')
    await chmod(path(), 0o640)
    const refused = { code: 'SECRET_STORE_UNAVAILABLE', details: { path: path() } }
    await expect(store.read('session')).rejects.toMatchObject(refused)
    await expect(store.write('session', 'b')).rejects.toMatchObject(refused)
    await expect(store.erase('session')).rejects.toMatchObject(refused)
    expect(((await stat(path())).mode & 0o777).toString(8)).toBe('640')
    expect(await readFile(path(), 'utf8')).toContain('"a"')
  })

  it('refuses a symbolic link in its place', async () => {
    await writeFile(join(folder, 'elsewhere'), '{}', { mode: 0o600 })
    await symlink(join(folder, 'elsewhere'), path())
    await expect(fileSecretStore(folder).read('session')).rejects.toMatchObject({
      code: 'SECRET_STORE_UNAVAILABLE',
    })
  })

  it.each([
    ['cut off', '{"formatVersion":1,"secrets":{"session":"tell-nobody'],
    ['of another version', '{"formatVersion":2,"secrets":{}}'],
    ['of another shape', '{"formatVersion":1,"secrets":{"session":{"tell-nobody":1}}}'],
  ])('refuses a file that is %s, leaves it alone and quotes nothing of it', async (_what, text) => {
    await writeFile(path(), text, { mode: 0o600 })
    const store = fileSecretStore(folder)
    const failure: unknown = await store.write('device-key', 'b').catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'SECRET_STORE_UNAVAILABLE' })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('tell-nobody')
    expect(await readFile(path(), 'utf8')).toBe(text)
  })
})
