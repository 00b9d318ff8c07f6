import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keyIdSchema } from '../../shared/model/ids.ts'
import type { Log } from '../core-deps.ts'
import { systemClock } from '../ports/system-clock.ts'
import { openProfile } from '../profile/open-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { fileSecretStore } from './file-secret-store.ts'
import { openSecrets, type Secrets } from './open-secrets.ts'

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url))
const workingKeytar = fixture('memory-keytar.cjs')
const missingKeytar = '/nonexistent/keytar'
const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const keyId = keyIdSchema.parse(`key_${'a'.repeat(22)}`)
const importedKeyId = keyIdSchema.parse(`key_${'b'.repeat(22)}`)

let folder: string
let profile: Profile
let secrets: Secrets | undefined

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-open-secrets-'))
  profile = await openProfile(folder, silent)
})
afterEach(async () => {
  secrets?.close()
  await rm(folder, { recursive: true, force: true })
})

function open(keytarPath: string): Secrets {
  secrets = openSecrets(profile, systemClock, () => keytarPath)
  return secrets
}

describe('the secrets of a profile', () => {
  it('are in the system’s store unless somebody chose otherwise, and nowhere else when it is missing', async () => {
    const store = open(missingKeytar)
    expect(store.kind).toBe('system')
    expect(await store.state()).toBe('unavailable')
    await expect(store.write('session', 'x')).rejects.toMatchObject({ code: 'SECRET_STORE_UNAVAILABLE' })
    expect(await fileSecretStore(folder).read('session')).toBeUndefined()
  })

  it('go to the file store by choice, on a computer that never had another one', async () => {
    const store = open(missingKeytar)
    await store.choose('file')
    expect([store.kind, await store.state(), profile.settings().secretStore]).toEqual([
      'file',
      'ready',
      'file',
    ])
    await store.write('session', 'x')
    expect(await fileSecretStore(folder).read('session')).toBe('x')
  })

  it('move with the choice, and nothing stays behind', async () => {
    await profile.update({
      loginName: 'ann',
      key: { keyId, isKitConfirmed: true },
      importedKeyIds: [importedKeyId],
    })
    const store = open(workingKeytar)
    const names = [
      'session',
      'device-key',
      `repository-key/${keyId}`,
      `repository-key/${importedKeyId}`,
    ] as const
    for (const name of names) await store.write(name, `secret of ${name}`)
    await store.choose('file')
    for (const name of names) expect(await fileSecretStore(folder).read(name)).toBe(`secret of ${name}`)
    await store.choose('system')
    for (const name of names) {
      expect(await store.read(name)).toBe(`secret of ${name}`)
      expect(await fileSecretStore(folder).read(name)).toBeUndefined()
    }
  })

  it('stay where they are when the old store cannot be read', async () => {
    await profile.update({ loginName: 'ann' })
    const store = open(missingKeytar)
    await expect(store.choose('file')).rejects.toMatchObject({ code: 'SECRET_STORE_UNAVAILABLE' })
    expect(profile.settings().secretStore).toBe('system')
  })

  it('stay where they are when the new store cannot be used', async () => {
    await profile.update({ loginName: 'ann', secretStore: 'file' })
    const store = open(missingKeytar)
    await store.write('session', 'x')
    await expect(store.choose('system')).rejects.toMatchObject({ code: 'SECRET_STORE_UNAVAILABLE' })
    expect([profile.settings().secretStore, await store.read('session')]).toEqual(['file', 'x'])
  })
})

describe('a process whose keyring never answers', () => {
  it('says that it is locked, and ends', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [fixture('use-stuck-keytar.ts')], {
      timeout: 20_000,
    })
    expect(stdout).toBe('SECRET_STORE_LOCKED')
  })
})
