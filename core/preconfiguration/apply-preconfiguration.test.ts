import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '../core-deps.ts'
import { openProfile } from '../profile/open-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { plainInstallation } from '../../shared/model/installation.ts'
import { AppError } from '../../shared/errors.ts'
import { FakeClock } from '../../shared/clock.ts'
import { openSecrets, type Secrets } from '../secrets/open-secrets.ts'
import { applyPreconfiguration, type AppliedPreconfiguration } from './apply-preconfiguration.ts'

let folder: string
let path: string
let profile: Profile
let forgotten: number
let warnings: string[]
let secrets: Secrets

const log: Log = {
  info: () => undefined,
  warn: (_fields, message) => void warnings.push(message),
  error: () => undefined,
}
const own = process.getuid?.()
const other = { address: 'https://other.example.com', allowInsecure: false, caFile: null }
const prepared = { address: 'https://backup.example.com', allowInsecure: false, caFile: null }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-apply-'))
  path = join(folder, 'preconfiguration.json')
  profile = await openProfile(join(folder, 'profile'), log)
  secrets = openSecrets(profile, new FakeClock(), () => {
    throw new AppError('SECRET_STORE_UNAVAILABLE', 'There is none.')
  })
  forgotten = 0
  warnings = []
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function applyAll(content: object, mode = 0o644): Promise<AppliedPreconfiguration> {
  await writeFile(path, JSON.stringify({ formatVersion: 1, ...content }))
  await chmod(path, mode)
  const session = {
    forget: () => {
      forgotten += 1
      return Promise.resolve()
    },
  }
  return applyPreconfiguration({
    profile,
    session,
    secrets,
    log,
    path,
    ...(own === undefined ? {} : { trustedUid: own }),
  })
}

async function apply(isFixed: boolean | undefined, mode?: number): Promise<string | undefined> {
  const server = { address: prepared.address, ...(isFixed === undefined ? {} : { isFixed }) }
  return (await applyAll({ server }, mode)).server?.address
}

describe('an administrator’s server', () => {
  it('is that of a new profile', async () => {
    expect(await apply(undefined)).toBe(prepared.address)
    expect(profile.settings().server).toEqual(prepared)
    expect(forgotten).toBe(0)
  })

  it('replaces another where it is fixed, and ends the session that the other one gave', async () => {
    await profile.update({ server: other })
    expect(await apply(true)).toBe(prepared.address)
    expect(profile.settings().server).toEqual(prepared)
    expect(forgotten).toBe(1)
  })

  it('is a suggestion where it is not fixed', async () => {
    await profile.update({ server: other })
    expect(await apply(false)).toBeUndefined()
    expect(profile.settings().server).toEqual(other)
    expect(forgotten).toBe(0)
  })

  it('changes nothing when it is set already', async () => {
    await apply(true)
    await apply(true)
    expect(forgotten).toBe(0)
  })

  it.skipIf(own === undefined)(
    'is not followed from a file that others can write, and the log says so',
    async () => {
      expect(await apply(true, 0o666)).toBeUndefined()
      expect(profile.settings().server).toBeNull()
      expect(warnings).toHaveLength(1)
    },
  )
})

describe('an administrator’s proxy', () => {
  const proxy = { address: 'proxy.example.com:3128', loginName: 'office', exceptions: ['intranet'] }
  const settings = { ...proxy, kind: 'manual', address: 'http://proxy.example.com:3128' }

  it('is that of a new profile, which people may change', async () => {
    expect((await applyAll({ proxy })).proxy).toBeNull()
    expect(profile.settings().proxy).toEqual(settings)
    await profile.update({ proxy: { kind: 'none' } })
    await applyAll({ proxy })
    expect(profile.settings().proxy).toEqual({ kind: 'none' })
  })

  it('replaces another where it is fixed', async () => {
    await profile.update({ proxy: { kind: 'none' } })
    const { proxy: only, installation } = await applyAll({ proxy: { ...proxy, isFixed: true } })
    expect(only).toEqual(settings)
    expect(installation.isProxyFixed).toBe(true)
    expect(profile.settings().proxy).toEqual(settings)
  })

  it.each(['system', 'none'])('may be %s', async (address) => {
    await applyAll({ proxy: { address, isFixed: true } })
    expect(profile.settings().proxy).toEqual({ kind: address })
  })
})

describe('an administrator’s secret store', () => {
  it('is that of a new profile', async () => {
    const { installation } = await applyAll({ secretStore: { kind: 'file' } })
    expect(profile.settings().secretStore).toBe('file')
    expect(installation.isSecretStoreFixed).toBe(true)
  })

  it('that is not fixed leaves a profile in use alone', async () => {
    await profile.update({ loginName: 'ann' })
    await applyAll({ secretStore: { kind: 'file', isFixed: false } })
    expect(profile.settings().secretStore).toBe('system')
  })

  it('that cannot be used is told to the log, and nothing is lost', async () => {
    await profile.update({ secretStore: 'file' })
    await secrets.write('session', 'kept')
    await profile.update({ loginName: 'ann' })
    await applyAll({ secretStore: { kind: 'system' } })
    expect(profile.settings().secretStore).toBe('file')
    expect(await secrets.read('session')).toBe('kept')
    expect(warnings).toEqual(['The prepared secret store cannot be used'])
  })
})

describe('what an installation is', () => {
  it('is OBM with nothing decided where nobody prepared it', async () => {
    const none = { profile, session: { forget: () => Promise.resolve() }, secrets, log }
    expect((await applyPreconfiguration({ ...none, path: join(folder, 'none.json') })).installation).toEqual(
      plainInstallation,
    )
  })

  it('is what the administrator prepared', async () => {
    const { installation } = await applyAll({
      edition: 'ACB',
      policy: { startAtSignIn: true },
      interface: { language: 'de', theme: 'dark' },
    })
    expect(installation).toEqual({
      ...plainInstallation,
      edition: 'ACB',
      startsAtSignIn: true,
      language: 'de',
      theme: 'dark',
    })
  })

  it.skipIf(own === undefined)('of a refused preconfiguration says why, and follows none of it', async () => {
    const { installation } = await applyAll({ edition: 'ACB' }, 0o666)
    expect(installation).toEqual({
      ...plainInstallation,
      refusal: expect.stringContaining('can be written by others') as string,
    })
  })
})
