import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultPolicy } from '../../shared/model/policy.ts'
import { listAudit } from '../audit/audit.ts'
import { codeOf, openTestAuth, problemOf, stepOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { createGroup, ensureDefaultGroup, findGroup, listGroups, updateGroupPolicy } from './groups.ts'
import { policyOfUser } from './policies.ts'
import { addPhone, resetFactors } from './user-factors.ts'
import { createUser, enableUser, ensureFirstAdministrator, findUser, suspendUser } from './users.ts'
import { moveUser } from './update-user.ts'
import { listUsers } from './user-list.ts'

let auth: TestAuth
beforeEach(async () => {
  auth = await openTestAuth()
})
afterEach(() => auth.store.close())

const by = 'command:root'

describe('the first start', () => {
  it('makes one administrator with a one-time password, and no second at the next start', async () => {
    expect(auth.administrator).toMatchObject({ loginName: 'admin', expiresAt: '2026-01-08T08:00:00.000Z' })
    expect(await ensureFirstAdministrator(auth.deps)).toBeNull()
    expect(await listUsers(auth.deps)).toHaveLength(1)
  })

  it('makes the built-in group once, with second factors on', async () => {
    await ensureDefaultGroup(auth.deps)
    const groups = await listGroups(auth.deps)
    expect(groups.map((group) => [group.name, group.policy.secondFactor])).toEqual([['Default', 'required']])
  })
})

describe('a user', () => {
  it('is made with a one-time password that is stored only as a hash', async () => {
    const made = await createUser(auth.deps, { loginName: 'Anna', kind: 'backup' }, by)
    const row = await findUser(auth.deps, 'ANNA')
    expect(row).toMatchObject({ id: made.userId, loginName: 'Anna', mustChangePassword: 1, role: null })
    expect(JSON.stringify(row)).not.toContain(made.oneTimePassword)
    expect((await listAudit(auth.store.db, { limit: 1 }))[0]).toMatchObject({
      actor: by,
      action: 'user.created',
      target: made.userId,
    })
  })

  it('has a name that nobody else has, in any spelling', async () => {
    await createUser(auth.deps, { loginName: 'Anna', kind: 'backup' }, by)
    for (const loginName of ['anna', 'ANNA', 'Ａｎｎａ']) {
      expect(await codeOf(createUser(auth.deps, { loginName, kind: 'backup' }, by))).toBe('CONFLICT')
    }
  })

  it('made twenty times at once is there once', async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, () =>
        codeOf(createUser(auth.deps, { loginName: 'anna', kind: 'backup' }, by)),
      ),
    )
    expect(codes.filter((code) => code === 'done')).toHaveLength(1)
  })

  it.each([
    [{ loginName: '', kind: 'backup' }, 'INPUT_INVALID'],
    [{ loginName: ' x', kind: 'backup' }, 'INPUT_INVALID'],
    [{ loginName: 'a\u202Eb', kind: 'backup' }, 'INPUT_INVALID'],
    [{ loginName: 'x', kind: 'system' }, 'INPUT_INVALID'],
    [{ loginName: 'x', kind: 'backup', role: 'admin' }, 'INPUT_INVALID'],
    [{ loginName: 'x', kind: 'backup', groupName: 'nowhere' }, 'NOT_FOUND'],
  ] as const)('%j is not made: %s', async (input, code) => {
    expect(await codeOf(createUser(auth.deps, input, by))).toBe(code)
    expect(await listUsers(auth.deps)).toHaveLength(1)
  })

  it('that is suspended loses its sessions at once, and gets none back when enabled', async () => {
    const user = await auth.newUser('demo.user')
    const totp = await user.addTotp()
    const started = await auth.signIn('demo.user')
    await started.choose(totp.id)
    const end = stepOf(await started.prove(auth.totp(totp.secret)), 'signed-in')
    await suspendUser(auth.deps, user.userId, by)
    expect(await codeOf(auth.inSession(end.sessionToken).me())).toBe('SESSION_ENDED')
    await enableUser(auth.deps, user.userId, by)
    expect(await codeOf(auth.inSession(end.sessionToken).me())).toBe('SESSION_ENDED')
    expect(await codeOf(auth.signIn('demo.user'))).toBe('done')
  })

  it('shows in the list which methods it has and which nobody has proven', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    auth.clock.advance(1000)
    expect(await addPhone(auth.deps, user.userId, { number: '+49 151 12345678' }, by)).toBe('+4••••••••5678')
    expect(await codeOf(addPhone(auth.deps, user.userId, { number: '+4915112345678' }, by))).toBe('CONFLICT')
    const summary = (await listUsers(auth.deps)).find((each) => each.loginName === 'demo.user')
    expect(summary).toMatchObject({
      methods: [
        { method: 'totp', isProven: true },
        { method: 'sms', isProven: false },
      ],
      isPaused: false,
    })
  })

  it('whose factors were reset has none, and the others keep theirs', async () => {
    const user = await auth.newUser('demo.user')
    await user.addTotp()
    const other = await auth.newUser('other')
    await other.addTotp()
    await resetFactors(auth.deps, user.userId, by)
    const methods = (await listUsers(auth.deps)).map((each) => [
      each.loginName,
      each.methods.map(({ method }) => method),
    ])
    expect(methods).toEqual([
      ['admin', []],
      ['demo.user', []],
      ['other', ['totp']],
    ])
  })

  it('that does not exist cannot be administered', async () => {
    const nobody = 'usr_AAAAAAAAAAAAAAAAAAAAAA' as never
    expect(await codeOf(findUser(auth.deps, 'nobody'))).toBe('NOT_FOUND')
    expect(await codeOf(suspendUser(auth.deps, nobody, by))).toBe('NOT_FOUND')
    expect(await codeOf(resetFactors(auth.deps, nobody, by))).toBe('NOT_FOUND')
  })
})

describe('a group', () => {
  it('gives its policy to its users', async () => {
    const user = await auth.newUser('demo.user')
    await createGroup(auth.deps, 'Strict', { ...defaultPolicy, methods: ['totp'] }, by)
    await moveUser(auth.deps, user.userId, (await findGroup(auth.deps, 'Strict')).id, by)
    expect((await policyOfUser(auth.store.db, user.userId)).methods).toEqual(['totp'])
    expect(await codeOf(createGroup(auth.deps, 'Strict', defaultPolicy, by))).toBe('CONFLICT')
  })

  it('cannot leave the hard bounds, and keeps its policy when it tries', async () => {
    const group = await findGroup(auth.deps, 'Default')
    const limits = { ...group.policy.limits, failuresHardStop: 101 }
    const change = { groupId: group.id, policy: { ...group.policy, limits }, version: group.version }
    const problem = await problemOf(updateGroupPolicy(auth.deps, change, by))
    expect([problem?.code, problem?.details]).toEqual([
      'INPUT_INVALID',
      { paths: ['policy.limits.failuresHardStop'] },
    ])
    expect(await findGroup(auth.deps, 'Default')).toEqual(group)
  })

  it('takes a change only from who saw the newest version', async () => {
    const group = await findGroup(auth.deps, 'Default')
    const change = { groupId: group.id, policy: group.policy, version: group.version }
    expect(await codeOf(updateGroupPolicy(auth.deps, change, by))).toBe('done')
    expect(await codeOf(updateGroupPolicy(auth.deps, change, by))).toBe('VERSION_CONFLICT')
  })
})
