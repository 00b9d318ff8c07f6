import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Log } from '../core-deps.ts'
import { openProfile } from '../profile/open-profile.ts'
import type { Profile } from '../profile/profile.ts'
import { applyPreconfiguration } from './apply-preconfiguration.ts'

let folder: string
let path: string
let profile: Profile
let forgotten: number
let warnings: string[]

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
  forgotten = 0
  warnings = []
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function apply(isFixed: boolean | undefined, mode = 0o644): Promise<string | undefined> {
  const server = { address: prepared.address, ...(isFixed === undefined ? {} : { isFixed }) }
  await writeFile(path, JSON.stringify({ formatVersion: 1, server }))
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
    log,
    path,
    ...(own === undefined ? {} : { trustedUid: own }),
  })
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
