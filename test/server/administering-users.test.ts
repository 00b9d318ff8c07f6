import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isAppError } from '../../shared/errors.ts'
import type { Account as AccountView } from '../../shared/model/administration.ts'
import type { UserId } from '../../shared/model/ids.ts'
import { routes, type CallOf, type RouteName } from '../../shared/routes.ts'
import { deviceLease, makeAccount, makeSet, stepUp, type Account } from '../fixtures/account.ts'
import { makePeople, makeToken, withId, type People } from '../fixtures/administration.ts'
import { callApi, codeOf, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let people: People
/** A user of the sub-administrator, and one of the server's administrators. */
let own: Account & { readonly userId: UserId }
let foreign: Account & { readonly userId: UserId }

beforeAll(async () => {
  inside = await startInsideServer()
  people = await makePeople(inside)
  own = await withId(inside, await makeAccount(inside, 'own', '+4915123456701'))
  foreign = await withId(inside, await makeAccount(inside, 'foreign', '+4915123456702'))
  const { version } = await account(own.userId)
  const handOver = { userId: own.userId, version, ownerId: people['sub-admin'].userId }
  await callApi(inside.address, 'adminUpdateUser', handOver, people.admin.session)
}, 120_000)

afterAll(async () => {
  await inside.dispose()
})

async function call<N extends RouteName>(name: N, input: CallOf<N>, as: Authorization) {
  return await callApi(inside.address, name, input, as)
}

async function account(userId: UserId): Promise<AccountView> {
  return (await callApi(inside.address, 'adminUser', { userId }, people.admin.session)).account
}

const entriesSchema = z.object({
  entries: z.array(
    z.object({
      actor: z.string(),
      action: z.string(),
      outcome: z.string(),
      target: z.string().optional(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
})

async function lastAudit(action: string) {
  const { entries } = entriesSchema.parse(await inside.command('audit', 'list', '--limit', '200'))
  return entries.find((entry) => entry.action === action)
}

/** What a route needs beside the user or computer that it is about. */
const inputs: Partial<Record<RouteName, object>> = {
  adminUpdateUser: { version: 1, displayName: 'Taken over' },
  adminAddPhone: { phoneNumber: '+49 1512 3456799' },
  adminPermitLegacy: { until: null },
  adminResetFactors: {},
}
const aboutUser = Object.entries(routes).flatMap(([name, { path, permission }]) =>
  permission.endsWith('-users') && /:(userId|deviceId)/.test(path) ? [name as RouteName] : [],
)

describe('a sub-administrator', () => {
  it('sees own users, and of others neither name nor number', async () => {
    const seen = await call('adminUsers', {}, people['sub-admin'].session)
    expect(seen.accounts.map(({ loginName }) => loginName)).toEqual(['own'])
    expect(seen.totalCount).toBe(1)
    expect((await call('adminUsers', { search: 'foreign' }, people['sub-admin'].session)).totalCount).toBe(0)
  })

  it.each(aboutUser.map((name) => [name] as const))(
    'is told by %s the same of a foreign user as of one that never was, and changes nothing',
    async (name) => {
      const as = people['sub-admin'].session
      const nobody = 'usr_AAAAAAAAAAAAAAAAAAAAAA' as UserId
      const before = inside.dump()
      const ask = async (userId: UserId, deviceId: string): Promise<string> => {
        const input = { ...inputs[name], userId, deviceId } as CallOf<typeof name>
        try {
          await call(name, input, as)
          return 'done'
        } catch (error) {
          return isAppError(error) ? `${error.code} ${error.message}` : 'unknown'
        }
      }
      const ofForeign = await ask(foreign.userId, foreign.deviceId)
      expect(ofForeign).toBe(await ask(nobody, 'dev_AAAAAAAAAAAAAAAAAAAAAA'))
      expect(ofForeign).toMatch(/^NOT_FOUND /)
      expect(await ask(people.admin.userId, people.admin.deviceId)).toBe(ofForeign)
      expect(inside.dump()).toEqual(before)
    },
  )

  it('changes nothing of foreign users in bulk, and own ones beside them', async () => {
    const { results } = await call(
      'adminChangeUsers',
      { userIds: [foreign.userId, own.userId], change: { kind: 'second-factor', rule: 'required' } },
      people['sub-admin'].session,
    )
    expect(results.map(({ problem }) => problem?.code ?? 'done')).toEqual(['NOT_FOUND', 'done'])
    expect((await account(foreign.userId)).secondFactor).toBeNull()
    expect((await account(own.userId)).secondFactor).toBe('required')
  })

  it('makes users that are its own, whatever it says, and no system users', async () => {
    const as = people['sub-admin'].session
    const made = await call('adminCreateUser', { loginName: 'new.own', ownerId: null }, as)
    expect(made.account.ownerId).toBe(people['sub-admin'].userId)
    expect(await codeOf(call('adminCreateUser', { loginName: 'boss', role: 'admin' }, as))).toBe(
      'NOT_ALLOWED',
    )
  })

  it('gives no user away, and cannot put one into a group that it knows only by its id', async () => {
    const as = people['sub-admin'].session
    const made = (await inside.command('group', 'add', 'Another customer')) as { group: { id: string } }
    const { version } = await account(own.userId)
    const change = (fields: object) =>
      codeOf(call('adminUpdateUser', { userId: own.userId, version, ...fields }, as))
    expect(await change({ ownerId: null })).toBe('NOT_ALLOWED')
    expect(await change({ groupId: made.group.id })).toBe('NOT_FOUND')
  })
})

describe('nobody', () => {
  it('administers their own account: not its role, its factors, its password or its state', async () => {
    const { session, userId } = people.admin
    const before = await account(userId)
    const { version } = before
    const grant = (operation: Parameters<typeof stepUp>[2]) => stepUp(inside, session, operation)
    const role = 'sub-admin' as const
    const roleGrant = await grant({ kind: 'change-role', userId, role })
    expect(
      await codeOf(call('adminChangeRole', { userId, role, version, grantToken: roleGrant }, session)),
    ).toBe('NOT_ALLOWED')
    const resetGrant = await grant({ kind: 'reset-factors', userId })
    expect(await codeOf(call('adminResetFactors', { userId, grantToken: resetGrant }, session))).toBe(
      'NOT_ALLOWED',
    )
    expect(await codeOf(call('adminIssuePassword', { userId }, session))).toBe('NOT_ALLOWED')
    expect(await codeOf(call('adminUpdateUser', { userId, version, secondFactor: null }, session))).toBe(
      'NOT_ALLOWED',
    )
    expect({ ...(await account(userId)), lastSignIn: null }).toEqual({ ...before, lastSignIn: null })
  })

  it('becomes more by naming fields that are not there to be changed', async () => {
    const { version } = await account(own.userId)
    const smuggled = {
      role: 'admin',
      kind: 'system',
      status: 'suspended',
      passwordHash: 'x',
      loginName: 'root',
    }
    const input = { userId: own.userId, version, displayName: 'Own', ...smuggled }
    await call('adminUpdateUser', input, people.admin.session)
    const made = { loginName: 'plain', kind: 'system', id: 'usr_AAAAAAAAAAAAAAAAAAAAAA' }
    await call('adminCreateUser', made, people.admin.session)
    const { accounts } = await call('adminUsers', {}, people.admin.session)
    const of = (name: string) => accounts.find(({ loginName }) => loginName === name)
    expect(of('own')).toMatchObject({ kind: 'backup', role: null, status: 'enabled', displayName: 'Own' })
    expect(of('plain')).toMatchObject({ kind: 'backup', role: null })
    expect(of('root')).toBeUndefined()
  })
})

describe('the last administrator', () => {
  it('is neither suspended nor demoted, from the host either', async () => {
    await inside.command('user', 'suspend', 'admin')
    await expect(inside.command('user', 'suspend', 'the-admin')).rejects.toThrow('CONFLICT')
    await inside.command('user', 'enable', 'admin')
  })
})

describe('what gives power or cannot be taken back', () => {
  it('needs a grant for exactly this, and uses it up', async () => {
    const { session } = people.admin
    const target = foreign.userId
    const { version } = await account(people['sub-admin'].userId)
    expect(await codeOf(call('adminSuspendUsers', { userIds: [target] }, session))).toBe('STEP_UP_REQUIRED')
    expect(await codeOf(call('adminCreateUser', { loginName: 'boss', role: 'admin' }, session))).toBe(
      'STEP_UP_REQUIRED',
    )
    inside.clock.advance(60_000)
    const grantToken = await stepUp(inside, session, { kind: 'suspend-users', userIds: [target] })
    expect(await codeOf(call('adminSuspendUsers', { userIds: [own.userId], grantToken }, session))).toBe(
      'STEP_UP_REQUIRED',
    )
    expect(await codeOf(call('adminResetFactors', { userId: target, grantToken }, session))).toBe(
      'STEP_UP_REQUIRED',
    )
    const role = 'read-only-admin' as const
    const about = { userId: people['sub-admin'].userId, role, version }
    expect(await codeOf(call('adminChangeRole', { ...about, grantToken }, session))).toBe('STEP_UP_REQUIRED')
    const { results } = await call('adminSuspendUsers', { userIds: [target], grantToken }, session)
    expect(results).toEqual([{ userId: target, problem: null }])
    expect(await codeOf(call('adminSuspendUsers', { userIds: [target], grantToken }, session))).toBe(
      'STEP_UP_REQUIRED',
    )
    expect(await codeOf(call('me', {}, foreign.session))).toBe('SESSION_ENDED')
    expect(await lastAudit('user.suspended')).toMatchObject({
      actor: `user:${people.admin.userId}`,
      target,
      outcome: 'ok',
    })
    await call('adminEnableUser', { userId: target }, session)
  })

  it('includes a phone that an administrator enters, which would be a second factor of theirs', async () => {
    const { session } = people.admin
    const phoneNumber = '+49 1512 3456798'
    const about = { userId: own.userId, phoneNumber }
    expect(await codeOf(call('adminAddPhone', about, session))).toBe('STEP_UP_REQUIRED')
    inside.clock.advance(10 * 60_000)
    const other = { kind: 'add-phone', userId: own.userId, phoneNumber: '+49 1512 3456797' } as const
    const grantToken = await stepUp(inside, session, other)
    expect(await codeOf(call('adminAddPhone', { ...about, grantToken }, session))).toBe('STEP_UP_REQUIRED')
    const token = await makeToken(inside, { scopes: ['users'] })
    expect(await codeOf(call('adminAddPhone', about, token.authorization))).toBe('NOT_ALLOWED')
    const fresh = await call('adminCreateUser', { loginName: 'no.phone' }, token.authorization)
    const first = { userId: fresh.account.id, phoneNumber }
    expect(await codeOf(call('adminAddPhone', first, token.authorization))).toBe('done')
    const right = await stepUp(inside, session, { kind: 'add-phone', ...about })
    expect(await call('adminAddPhone', { ...about, grantToken: right }, session)).toEqual({
      maskedDestination: '+4••••••••6798',
    })
    await stepUp(inside, session, { kind: 'change-settings' })
  })

  it('is not done with the grant of another session', async () => {
    const operation = { kind: 'reset-factors', userId: own.userId } as const
    const grantToken = await stepUp(inside, people['read-only-admin'].session, operation)
    const asked = call('adminResetFactors', { userId: own.userId, grantToken }, people.admin.session)
    expect(await codeOf(asked)).toBe('STEP_UP_REQUIRED')
  })
})

it('an administrator signs somebody out everywhere, whose backups go on', async () => {
  const out = await withId(inside, await makeAccount(inside, 'signed-out', '+4915123456703'))
  const set = await makeSet(inside, out, { name: 'Documents', sources: ['/home'] })
  await call('adminEndSessions', { userId: out.userId }, people.admin.session)
  expect(await codeOf(call('me', {}, out.session))).toBe('SESSION_ENDED')
  expect(await codeOf(call('me', {}, own.session))).toBe('done')
  expect(await codeOf(deviceLease(inside, out, set.id))).toBe('done')
})

describe('a change', () => {
  it('of an account that somebody changed meanwhile is refused, and says so', async () => {
    const { session } = people.admin
    const { version } = await account(own.userId)
    await call('adminUpdateUser', { userId: own.userId, version, displayName: 'First' }, session)
    const late = { userId: own.userId, version, displayName: 'Second' }
    expect(await codeOf(call('adminUpdateUser', late, session))).toBe('VERSION_CONFLICT')
    expect((await account(own.userId)).displayName).toBe('First')
  })

  it('is in the audit log with before and after, and who did it from where', async () => {
    const { version } = await account(own.userId)
    const change = { userId: own.userId, version, email: 'own@example.com' }
    await call('adminUpdateUser', change, people.admin.session)
    const entry = await lastAudit('user.changed')
    expect(entry).toMatchObject({ actor: `user:${people.admin.userId}`, target: own.userId })
    expect(entry?.details).toEqual({ before: '{"email":null}', after: '{"email":"own@example.com"}' })
  })

  it('needs a second factor that is minutes old', async () => {
    inside.clock.advance(11 * 60_000)
    const { version } = await account(own.userId)
    const change = { userId: own.userId, version, displayName: 'Third' }
    expect(await codeOf(call('adminUpdateUser', change, people.admin.session))).toBe('STEP_UP_REQUIRED')
    expect((await lastAudit('user.changed'))?.details).not.toMatchObject({ after: '{"displayName":"Third"}' })
    await stepUp(inside, people.admin.session, { kind: 'change-settings' })
    expect(await codeOf(call('adminUpdateUser', change, people.admin.session))).toBe('done')
  })
})

describe('an API token', () => {
  it('acts within its scopes, under its own name', async () => {
    const token = await makeToken(inside, { scopes: ['users'] })
    const made = await call('adminCreateUser', { loginName: 'by.token' }, token.authorization)
    expect(await lastAudit('user.created')).toMatchObject({
      actor: `token:${token.id}`,
      target: made.account.id,
    })
    const { results } = await call(
      'adminSuspendUsers',
      { userIds: [made.account.id, people['read-only-admin'].userId] },
      token.authorization,
    )
    expect(results.map(({ problem }) => problem?.code ?? 'done')).toEqual(['done', 'NOT_ALLOWED'])
    const boss = call('adminCreateUser', { loginName: 'boss', role: 'admin' }, token.authorization)
    expect(await codeOf(boss)).toBe('NOT_ALLOWED')
  })

  it('opens nothing outside administration: no session, no lease, no personal route', async () => {
    const { authorization } = await makeToken(inside)
    expect(await codeOf(call('me', {}, authorization))).toBe('SESSION_ENDED')
    expect(await codeOf(call('stepUp', { operation: { kind: 'export-key' } }, authorization))).toBe(
      'SESSION_ENDED',
    )
  })

  it('is over when it is revoked, when its days are over, and when its user is suspended', async () => {
    const revoked = await makeToken(inside)
    const short = await makeToken(inside, { days: 1 })
    const suspended = await makeToken(inside, { user: 'the-read-only-api', scopes: ['read'] })
    const states = async () =>
      await Promise.all(
        [revoked, short, suspended].map(({ authorization }) => codeOf(call('adminUsers', {}, authorization))),
      )
    expect(await states()).toEqual(['done', 'done', 'done'])
    await inside.command('token', 'revoke', revoked.id)
    await inside.command('user', 'suspend', 'the-read-only-api')
    expect(await states()).toEqual(['SESSION_ENDED', 'done', 'SESSION_ENDED'])
    inside.clock.advance(24 * 3_600_000)
    expect(await states()).toEqual(['SESSION_ENDED', 'SESSION_ENDED', 'SESSION_ENDED'])
  })

  it('stands in the database only as a hash, and in lists and logs not at all', async () => {
    const { authorization } = await makeToken(inside, { scopes: ['read'] })
    await call('adminUsers', {}, authorization)
    const secret = String(authorization).replace('Bearer ', '')
    expect(JSON.stringify(inside.dump())).not.toContain(secret)
    expect(JSON.stringify(await inside.command('token', 'list'))).not.toContain(secret)
    expect(inside.log()).not.toContain(secret)
  })
})
