import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { coreParts, type CoreParts } from '../session/core.fixture.ts'
import { kitHandlers } from './kit-handlers.ts'
import { groupsOf, keyIdOf, newRepositoryKey } from './repository-key.ts'

let core: CoreParts
let handlers: ReturnType<typeof kitHandlers>
beforeEach(async () => {
  core = await coreParts()
  handlers = kitHandlers(core)
  await core.profile.update({ loginName: 'ann' })
})
afterEach(() => core.remove())

async function ownKey(): Promise<string> {
  const keyId = core.profile.settings().key?.keyId
  return keyId === undefined ? '' : core.keys.read(keyId)
}

/** Makes the kit and types back what it asks for. */
async function confirm(change: (group: string) => string = (group) => group): Promise<void> {
  const { kit } = await handlers['kit.create']({})
  const right = groupsOf(await ownKey())
  await handlers['kit.confirm']({ groups: kit.confirmGroups.map((group) => change(right[group - 1] ?? '')) })
}

describe('the recovery kit', () => {
  it('is made with a key of its own the first time, and shows the same one until it is confirmed', async () => {
    const { kit } = await handlers['kit.create']({})
    const key = await ownKey()
    expect(kit.keyId).toBe(keyIdOf(key))
    for (const shown of [kit.text, kit.html]) {
      expect(shown).toContain(key)
      expect(shown).toContain('https://cbs.example')
    }
    expect(kit.text).toContain('2026-01-05')
    expect((await handlers['kit.create']({})).kit.text).toBe(kit.text)
    expect(core.logged.join()).not.toContain(key)
  })

  it('is not made before there is a server and a name to print on it', async () => {
    await core.profile.update({ loginName: null })
    await expect(handlers['kit.create']({})).rejects.toMatchObject({ code: 'NOT_SET_UP' })
    expect(core.secrets.names()).toEqual([])
  })

  it('asks for two different groups, chosen anew each time', async () => {
    const asked = new Set<string>()
    for (let round = 0; round < 40; round += 1) {
      const { kit } = await handlers['kit.create']({})
      const [first = 0, second = 0, ...more] = kit.confirmGroups
      expect(more).toEqual([])
      expect(first).toBeLessThan(second)
      expect([first >= 1, second <= 8]).toEqual([true, true])
      asked.add(kit.confirmGroups.join())
    }
    expect(asked.size).toBeGreaterThan(5)
  })

  it('permits sets only after it was confirmed', async () => {
    const notYet = expect.objectContaining({ code: 'KIT_NOT_CONFIRMED' }) as Error
    expect(() => core.keys.forNewSets()).toThrow(notYet)
    await handlers['kit.create']({})
    expect(() => core.keys.forNewSets()).toThrow(notYet)
    await confirm()
    expect(core.keys.forNewSets()).toBe(core.profile.settings().key?.keyId)
  })

  it('is confirmed in small letters too', async () => {
    await confirm((group) => ` ${group.toLowerCase()} `)
    expect(core.profile.settings().key?.isKitConfirmed).toBe(true)
  })

  it('is not confirmed by wrong groups, by one alone, by none, or in the wrong order', async () => {
    const { kit } = await handlers['kit.create']({})
    const right = groupsOf(await ownKey())
    const typed = kit.confirmGroups.map((group) => right[group - 1] ?? '')
    const wrongTries = [
      ['0000', '0000'],
      typed.slice(0, 1),
      [typed[0] ?? '', '????'],
      typed.toReversed(),
      [...typed, 'ABCD'],
    ]
    for (const groups of wrongTries) {
      await expect(handlers['kit.confirm']({ groups })).rejects.toMatchObject({ code: 'KIT_INVALID' })
    }
    expect(core.profile.settings().key?.isKitConfirmed).toBe(false)
    await handlers['kit.confirm']({ groups: typed })
  })

  it('cannot be confirmed without having been shown', async () => {
    await handlers['kit.create']({})
    const groups = groupsOf(await ownKey()).slice(0, 2)
    const otherProcess = kitHandlers(core)
    await expect(otherProcess['kit.confirm']({ groups })).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('is made anew when its key was lost before anything relied on it', async () => {
    const { kit } = await handlers['kit.create']({})
    await core.secrets.erase(`repository-key/${kit.keyId}`)
    expect((await handlers['kit.create']({})).kit.keyId).not.toBe(kit.keyId)
  })

  it('is not made anew because the store is locked', async () => {
    const { kit } = await handlers['kit.create']({})
    core.secrets.failNext('read', 'SECRET_STORE_LOCKED')
    await expect(handlers['kit.create']({})).rejects.toMatchObject({ code: 'SECRET_STORE_LOCKED' })
    expect(core.profile.settings().key?.keyId).toBe(kit.keyId)
  })
})

describe('a kit that was confirmed', () => {
  beforeEach(async () => {
    await confirm()
    await core.session.keep({
      address: core.server().address,
      token: 't',
      scope: 'full',
      expiresAt: '2026-01-05T20:00:00.000Z',
    })
    core.server().script.consumeExportGrant = () => ({ done: true })
  })

  it('is not shown again by making it', async () => {
    await expect(handlers['kit.create']({})).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('is not shown without a step-up, and the server is not even asked', async () => {
    await expect(handlers['kit.export']({})).rejects.toMatchObject({
      code: 'STEP_UP_REQUIRED',
      details: { operation: 'export-key' },
    })
    expect(core.server().calls).toEqual([])
  })

  it('is shown once for a step-up that the server accepted', async () => {
    core.session.holdGrant({ kind: 'export-key' }, 'grant-1')
    const { kit } = await handlers['kit.export']({})
    expect(kit.text).toContain(await ownKey())
    await expect(handlers['kit.export']({})).rejects.toMatchObject({ code: 'STEP_UP_REQUIRED' })
  })

  it.each(['STEP_UP_REQUIRED', 'SERVER_UNREACHABLE', 'SESSION_ENDED'] as const)(
    'is not shown when the server answers %s',
    async (code) => {
      core.session.holdGrant({ kind: 'export-key' }, 'grant-1')
      core.server().script.consumeExportGrant = () => Promise.reject(new AppError(code, 'Refused.'))
      await expect(handlers['kit.export']({})).rejects.toMatchObject({ code })
    },
  )

  it('does not use up the step-up when the key is not on this computer', async () => {
    core.session.holdGrant({ kind: 'export-key' }, 'grant-1')
    await core.secrets.erase(`repository-key/${core.profile.settings().key?.keyId ?? ''}`)
    await expect(handlers['kit.export']({})).rejects.toMatchObject({ code: 'KEY_MISSING' })
    expect(core.session.hasGrant({ kind: 'export-key' })).toBe(true)
  })
})

describe('a kit from another computer', () => {
  const key = newRepositoryKey()
  const keyId = keyIdOf(key)

  it('gives an empty profile its key, as one whose kit is safe', async () => {
    expect(await handlers['kit.import']({ kitText: key })).toEqual({
      keyId,
      serverAddress: null,
      loginName: null,
    })
    expect(core.profile.settings().key).toEqual({ keyId, isKitConfirmed: true })
    expect(await core.keys.read(keyId)).toBe(key)
    expect(core.keys.forNewSets()).toBe(keyId)
  })

  it('stands beside the own key and does not take its place', async () => {
    await confirm()
    const own = core.profile.settings().key
    await handlers['kit.import']({ kitText: key })
    expect(core.profile.settings()).toMatchObject({ key: own, importedKeyIds: [keyId] })
    expect(await core.keys.read(keyId)).toBe(key)
    await handlers['kit.import']({ kitText: key })
    expect(core.profile.settings().importedKeyIds).toEqual([keyId])
  })

  it('confirms the own key when it is the own kit', async () => {
    const { kit } = await handlers['kit.create']({})
    await handlers['kit.import']({ kitText: kit.text })
    expect(core.profile.settings().key).toEqual({ keyId: kit.keyId, isKitConfirmed: true })
  })

  it('that is wrong changes nothing', async () => {
    const before = core.profile.settings()
    await expect(handlers['kit.import']({ kitText: key.slice(0, -1) })).rejects.toMatchObject({
      code: 'KIT_INVALID',
    })
    expect([core.profile.settings(), core.secrets.names()]).toEqual([before, []])
  })

  it('is needed for sets that name its key', async () => {
    await expect(core.keys.read(keyId)).rejects.toMatchObject({ code: 'KEY_MISSING', details: { keyId } })
  })
})
