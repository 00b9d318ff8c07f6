import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import type { CallOf, RouteName } from '../../shared/routes.ts'
import {
  deviceLease,
  makeAccount,
  makeSet,
  resticEnvironment,
  stepUp,
  type Account,
} from '../fixtures/account.ts'
import { makePeople, makeToken, withId, type People } from '../fixtures/administration.ts'
import { callApi, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { UserId } from '../../shared/model/ids.ts'

let inside: InsideServer
let people: People
let own: Account & { readonly userId: UserId }
let foreign: Account & { readonly userId: UserId }
let foreignSet: BackupSet

beforeAll(async () => {
  inside = await startInsideServer()
  people = await makePeople(inside)
  own = await withId(inside, await makeAccount(inside, 'own', '+4915123456701'))
  foreign = await withId(inside, await makeAccount(inside, 'foreign', '+4915123456702'))
  foreignSet = await makeSet(inside, foreign, { name: 'Documents', sources: ['/home'] })
  const { account } = await call('adminUser', { userId: own.userId }, people.admin.session)
  const handOver = { userId: own.userId, version: account.version, ownerId: people['sub-admin'].userId }
  await call('adminUpdateUser', handOver, people.admin.session)
}, 120_000)

afterAll(async () => {
  await inside.dispose()
})

async function call<N extends RouteName>(name: N, input: CallOf<N>, as: Authorization) {
  return await callApi(inside.address, name, input, as)
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (isAppError(error)) return error.code
    throw error
  }
}

describe('policy groups', () => {
  it('are made, changed and deleted, each change under its version', async () => {
    const { session } = people.admin
    const { group } = await call('adminCreateGroup', { name: 'Staff', policy: defaultPolicy }, session)
    const policy = { ...defaultPolicy, limits: { ...defaultPolicy.limits, freshMinutes: 5 } }
    const change = { groupId: group.id, policy, version: group.version }
    expect((await call('adminUpdateGroup', change, session)).group.policy.limits.freshMinutes).toBe(5)
    expect(await codeOf(call('adminUpdateGroup', change, session))).toBe('VERSION_CONFLICT')
    const tooFar = { ...change, policy: { ...policy, limits: { ...policy.limits, triesPerChallenge: 99 } } }
    expect(await codeOf(call('adminUpdateGroup', tooFar, session))).toBe('INPUT_INVALID')
    expect(await codeOf(call('adminDeleteGroup', { groupId: group.id }, session))).toBe('done')
  })

  it('are shown to a sub-administrator only where own users may be', async () => {
    const { session } = people.admin
    await call('adminCreateGroup', { name: 'A customer of somebody else', policy: defaultPolicy }, session)
    const seen = await call('adminGroups', {}, people['sub-admin'].session)
    expect(seen.groups.map(({ name, userCount }) => [name, userCount])).toEqual([['Default', 1]])
  })
})

describe('the settings of the server', () => {
  it('change under their version', async () => {
    const { session } = people.admin
    const { settings, version } = await call('adminSettings', {}, session)
    const next = { settings: { ...settings, allowedCountries: ['DE', 'CH'] }, version }
    expect((await call('adminChangeSettings', next, session)).settings.allowedCountries).toEqual(['DE', 'CH'])
    expect(await codeOf(call('adminChangeSettings', next, session))).toBe('VERSION_CONFLICT')
  })

  it('change their mode only with a grant for this very mode, and never by a token', async () => {
    const { session } = people.admin
    const { settings, version } = await call('adminSettings', {}, session)
    const to = (mode: 'sms' | 'mobile', grantToken?: string) => ({
      settings: { ...settings, mode },
      version,
      ...(grantToken === undefined ? {} : { grantToken }),
    })
    const token = await makeToken(inside, { scopes: ['policy'] })
    expect(await codeOf(call('adminChangeSettings', to('sms'), token.authorization))).toBe('NOT_ALLOWED')
    expect(await codeOf(call('adminChangeSettings', to('sms'), session))).toBe('STEP_UP_REQUIRED')
    const grantToken = await stepUp(inside, session, { kind: 'change-mode', mode: 'sms' })
    expect(await codeOf(call('adminChangeSettings', to('mobile', grantToken), session))).toBe(
      'STEP_UP_REQUIRED',
    )
    expect((await call('adminSettings', {}, session)).settings.mode).toBe('any')
  })

  it('come with schemas that say what each field is, its default and its bounds', async () => {
    const { schemas } = await call('adminSchemas', {}, people['read-only-admin'].session)
    expect(Object.keys(schemas)).toEqual([
      'policy',
      'settings',
      'account',
      'newAccount',
      'apiToken',
      'sender',
      'importRow',
    ])
    const text = JSON.stringify(schemas['policy'])
    expect(text).toContain('"minimum":5')
    expect(text).toContain('Wrong codes until the challenge ends')
  })
})

describe('the audit log', () => {
  it('is searched and read as a chain that another program can check', async () => {
    const { session } = people['read-only-admin']
    const found = await call('adminAudit', { target: own.userId, action: 'user.changed' }, session)
    expect(found.entries).toHaveLength(1)
    expect(found.entries[0]).toMatchObject({ actor: `user:${people.admin.userId}`, outcome: 'ok' })
    let previous = ''
    let after = 0
    for (;;) {
      const page = await call('adminExportAudit', { after, limit: 7 }, session)
      for (const { sequence, entry, previousHash, hash } of page.entries) {
        expect(previousHash).toBe(previous)
        previous = createHash('sha256').update(`${previousHash}\n${sequence}\n${entry}`).digest('hex')
        expect(hash).toBe(previous)
      }
      if (page.next === null) break
      after = page.next
    }
    const verdict = await call('adminVerifyAudit', {}, session)
    expect(verdict).toMatchObject({ kind: 'intact', head: { hash: previous } })
    const forged = { sequence: 3, hash: 'f'.repeat(64) }
    expect(await call('adminVerifyAudit', forged, session)).toMatchObject({ kind: 'broken', sequence: 3 })
  })

  it('names whom the roles refused', async () => {
    const asked = call('adminTokens', {}, people['sub-admin'].session)
    expect(await codeOf(asked)).toBe('NOT_ALLOWED')
    const refused = { action: 'admin.adminTokens', outcome: 'refused' } as const
    await expect
      .poll(async () => (await call('adminAudit', refused, people.admin.session)).entries.length)
      .toBe(1)
  })
})

describe('backups', () => {
  it('of others do not exist for a sub-administrator: sets, runs, trash, brake and figures', async () => {
    const { session } = people['sub-admin']
    const { id: backupSetId, repositoryId } = foreignSet
    expect(await codeOf(call('adminUserBackupSets', { userId: foreign.userId }, session))).toBe('NOT_FOUND')
    expect(await codeOf(call('adminRuns', { backupSetId }, session))).toBe('NOT_FOUND')
    expect(await codeOf(call('adminTrash', { userId: foreign.userId }, session))).toBe('NOT_FOUND')
    expect(await codeOf(call('adminUndoTrash', { repositoryId }, session))).toBe('NOT_FOUND')
    expect(await codeOf(call('adminResumeBrake', { backupSetId }, session))).toBe('NOT_FOUND')
    expect((await call('adminOverview', {}, session)).overview).toMatchObject({
      users: { total: 1 },
      storage: { backupSets: 0 },
    })
    expect((await call('adminTrash', {}, session)).trash).toEqual([])
  })

  it('come out of the trash by an administrator, whom the log names', async () => {
    const lease = await deviceLease(inside, foreign, foreignSet.id, 'maintenance')
    const environment = resticEnvironment(inside.address, lease, 'x', '/tmp/none')
    const repository = new URL((environment['RESTIC_REPOSITORY'] ?? '').replace('rest:', ''))
    const authorization = `Basic ${Buffer.from(`${lease.id}:${lease.secret}`).toString('base64')}`
    const base = `${repository.origin}${repository.pathname}`
    const content = randomBytes(64)
    const object = `${base}data/${createHash('sha256').update(content).digest('hex')}`
    const ask = (method: string, url: string, body?: Uint8Array) =>
      fetch(url, { method, headers: { authorization }, ...(body === undefined ? {} : { body }) })
    await ask('POST', `${base}?create=true`)
    expect((await ask('POST', object, new Uint8Array(content))).status).toBe(200)
    expect((await ask('DELETE', object)).status).toBe(200)
    const { session } = people.admin
    const { trash } = await call('adminTrash', { userId: foreign.userId }, session)
    expect(trash).toMatchObject([{ repositoryId: foreignSet.repositoryId, objectCount: 1 }])
    const { repositoryId } = foreignSet
    expect(await call('adminUndoTrash', { repositoryId }, session)).toEqual({ objectCount: 1 })
    expect((await call('adminTrash', {}, session)).trash).toEqual([])
    const { entries } = await call('adminAudit', { action: 'storage.undo' }, session)
    expect(entries[0]).toMatchObject({ actor: `user:${people.admin.userId}`, target: repositoryId })
  })
})

describe('who sends passcodes', () => {
  it('is decided by a person for this one sender, and no secret comes back', async () => {
    const { session } = people.admin
    const settings = {
      provider: 'webhook',
      url: 'https://sms.example.com/send',
      key: 'a key that nobody else knows, and long',
    } as const
    const sender = { name: 'Ours', channels: ['sms' as const], settings }
    expect(await codeOf(call('adminAddSender', { sender }, session))).toBe('STEP_UP_REQUIRED')
    const adding = await stepUp(inside, session, { kind: 'change-sender', senderId: null })
    const made = await call('adminAddSender', { sender, grantToken: adding }, session)
    expect(JSON.stringify(made)).not.toContain(settings.key)
    expect(JSON.stringify(await call('adminSenders', {}, session))).not.toContain(settings.key)
    expect((await call('adminAlerts', { openOnly: 'true' }, session)).alerts).toMatchObject([
      { kind: 'senders-changed' },
    ])
    const id = made.sender.id
    if (id === 'configuration-file') throw new Error('the wrong sender')
    expect(await codeOf(call('adminRemoveSender', { senderId: id, grantToken: adding }, session))).toBe(
      'STEP_UP_REQUIRED',
    )
    const removing = await stepUp(inside, session, { kind: 'remove-sender', senderId: id })
    expect(await codeOf(call('adminRemoveSender', { senderId: id, grantToken: removing }, session))).toBe(
      'done',
    )
    const { entries } = await call('adminAudit', { action: 'sender.' }, session)
    expect(entries.map(({ action }) => action)).toEqual(['sender.removed', 'sender.added'])
  })
  it('is tried by a code that arrives and is typed back, once; a wrong one is refused', async () => {
    const { session } = people.admin
    const ofFile = { senderId: 'configuration-file', channel: 'sms', to: '+49 1512 3456789' } as const
    const { test } = await call('adminStartSenderTest', ofFile, session)
    expect(test).toMatchObject({ maskedDestination: '+4••••••••6789', isReal: false })
    const wrong = { testId: test.testId, code: '000000' }
    expect(await codeOf(call('adminFinishSenderTest', wrong, session))).toBe('PASSCODE_WRONG')
    const prefix = test.prefix ?? ''
    const right = { testId: test.testId, code: `${prefix}-${await inside.passcode(prefix)}` }
    expect(await codeOf(call('adminFinishSenderTest', right, session))).toBe('done')
    expect(await codeOf(call('adminFinishSenderTest', right, session))).toBe('PASSCODE_EXPIRED')
    const { entries } = await call('adminAudit', { action: 'sender.' }, session)
    expect(entries.slice(0, 3).map(({ action, outcome }) => [action, outcome])).toEqual([
      ['sender.test-completed', 'ok'],
      ['sender.test-completed', 'failed'],
      ['sender.test-started', 'ok'],
    ])
  })
})
