import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Approval } from '../../shared/model/approval.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { CallOf, RouteName } from '../../shared/routes.ts'
import { deviceLease, makeAccount, makeSet, stepUp, type Account } from '../fixtures/account.ts'
import { makePeople, makeToken, phone, withId, type People } from '../fixtures/administration.ts'
import { callApi, codeOf, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

const dayMs = 86_400_000
let inside: InsideServer
let people: People
let colleague: Account

beforeAll(async () => {
  inside = await startInsideServer()
  const roomy = ['freshMinutes=30', 'sendsPerNumberPer10Minutes=10', 'sendsPerNumberPerDay=50']
  const settings = roomy.flatMap((setting) => ['--set', `limits.${setting}`])
  await inside.command('group', 'set-policy', 'Default', ...settings)
  await inside.command('group', 'add', 'careful', '--set', 'protection.twoAdministrators=true')
  people = await makePeople(inside)
  colleague = await makeAccount(inside, 'colleague', phone(30), 'admin')
}, 120_000)

afterAll(async () => {
  await inside.dispose()
})

async function call<N extends RouteName>(name: N, input: CallOf<N>, as: Authorization) {
  return await callApi(inside.address, name, input, as)
}

/** Numbers get a message only so often. */
async function grant(as: Authorization, operation: Parameters<typeof stepUp>[2]): Promise<string> {
  inside.clock.advance(60_000)
  return await stepUp(inside, as, operation)
}

let made = 40
async function newUser(loginName: string) {
  made += 1
  return await withId(inside, await makeAccount(inside, loginName, phone(made)))
}

async function deleteAs(as: Authorization, userId: UserId): Promise<string> {
  const grantToken = await grant(as, { kind: 'delete-user', userId })
  return await codeOf(call('adminDeleteUser', { userId, grantToken }, as))
}
const stateOf = async (userId: UserId) =>
  (await call('adminUser', { userId }, people['read-only-admin'].session)).account

describe('a stolen session of an administrator', () => {
  it('deletes no account without a second factor, nor with a grant for another one', async () => {
    const as = people.admin.session
    const [anna, other] = [await newUser('anna'), await newUser('other')]
    expect(await codeOf(call('adminDeleteUser', { userId: anna.userId }, as))).toBe('STEP_UP_REQUIRED')
    const grantToken = await grant(as, { kind: 'delete-user', userId: other.userId })
    expect(await codeOf(call('adminDeleteUser', { userId: anna.userId, grantToken }, as))).toBe(
      'STEP_UP_REQUIRED',
    )
    const token = await makeToken(inside)
    expect(await codeOf(call('adminDeleteUser', { userId: anna.userId }, token.authorization))).toBe(
      'NOT_ALLOWED',
    )
    expect((await stateOf(anna.userId)).eraseAfter).toBeNull()
    expect(await codeOf(call('me', {}, anna.session))).toBe('done')
  })

  it('does nothing of it from another network', async () => {
    const victim = await newUser('victim')
    const answer = await inside.app.inject({
      method: 'POST',
      url: `/api/v1/admin/users/${victim.userId}/delete`,
      headers: { authorization: people.admin.session ?? '' },
      remoteAddress: '203.0.113.7',
      payload: {},
    })
    expect(answer.json()).toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect((await stateOf(victim.userId)).eraseAfter).toBeNull()
  })
})

describe('an administrator', () => {
  it('deletes an account, which closes at once and comes back whole', async () => {
    const ben = await newUser('ben')
    const set = await makeSet(inside, ben, { name: 'Documents', sources: ['/home'] })
    expect(await deleteAs(people.admin.session, ben.userId)).toBe('done')
    const closed = await stateOf(ben.userId)
    expect(Date.parse(closed.eraseAfter ?? '') - inside.clock.nowMs()).toBe(30 * dayMs)
    expect(await codeOf(call('me', {}, ben.session))).toBe('SESSION_ENDED')
    expect(await codeOf(deviceLease(inside, ben, set.id))).toBe('ACCOUNT_SUSPENDED')
    const client = { name: 'Holdfast tests', version: '0.0.0', platform: 'linux', hostName: 'h' }
    const { password } = ben
    expect(await codeOf(call('signInStart', { loginName: 'ben', password, client }, null))).toBe(
      'SIGN_IN_FAILED',
    )
    await call('adminUndeleteUser', { userId: ben.userId }, people.admin.session)
    expect(await stateOf(ben.userId)).toMatchObject({
      status: 'enabled',
      eraseAfter: null,
      factorState: 'proven',
    })
    expect(await codeOf(deviceLease(inside, ben, set.id))).toBe('done')
    expect(await codeOf(call('signInStart', { loginName: 'ben', password, client }, null))).toBe('done')
  })

  it('deletes neither the own account nor that of a sub-administrator who has users', async () => {
    const as = people.admin.session
    expect(await deleteAs(as, people.admin.userId)).toBe('NOT_ALLOWED')
    const owned = await newUser('owned')
    await inside.command('user', 'set', 'owned', '--owner', 'the-sub-admin')
    expect(await deleteAs(as, people['sub-admin'].userId)).toBe('CONFLICT')
    expect((await stateOf(owned.userId)).eraseAfter).toBeNull()
  })

  it('does so alone nowhere that policy wants two', async () => {
    const as = people.admin.session
    const carla = await newUser('carla')
    const userId = carla.userId
    await inside.command('group', 'move', 'carla', 'careful')
    expect(await deleteAs(as, userId)).toBe('NOT_ALLOWED')
    const subject = { kind: 'delete-user', userId } as const
    const asking = await grant(as, { kind: 'request-approval', subject })
    const { approval } = await call('adminRequestApproval', { subject, grantToken: asking }, as)
    const agreeing = { approvalId: approval.id }
    const grantToken = await grant(colleague.session, { kind: 'approve', ...agreeing })
    await call('adminApprove', { ...agreeing, grantToken }, colleague.session)
    expect(await deleteAs(as, userId)).toBe('done')
    expect((await stateOf(userId)).eraseAfter).not.toBeNull()
    const { approvals } = await call('adminApprovals', {}, as)
    expect(approvals.find(({ id }: Approval) => id === approval.id)?.status).toBe('carried-out')
  })
})

describe('a sub-administrator', () => {
  it('deletes and keeps own users, and to others does nothing', async () => {
    const { session } = people['sub-admin']
    const [own, foreign] = [await newUser('own'), await newUser('foreign')]
    await inside.command('user', 'set', 'own', '--owner', 'the-sub-admin')
    expect(await deleteAs(session, foreign.userId)).toBe('NOT_FOUND')
    expect(await deleteAs(session, own.userId)).toBe('done')
    expect(await codeOf(call('adminUndeleteUser', { userId: own.userId }, session))).toBe('done')
    await inside.command('user', 'delete', 'foreign')
    expect(await codeOf(call('adminUndeleteUser', { userId: foreign.userId }, session))).toBe('NOT_FOUND')
  })
})

describe('holdfast-server user', () => {
  it('delete says when it will be erased, and undelete takes it back', async () => {
    const dora = await newUser('dora')
    const told = (await inside.command('user', 'delete', 'dora')) as { eraseAfter: string }
    expect(told.eraseAfter).toBe((await stateOf(dora.userId)).eraseAfter)
    await expect(inside.command('user', 'delete', 'dora')).rejects.toThrow('CONFLICT')
    await expect(inside.command('user', 'enable', 'dora')).rejects.toThrow('CONFLICT')
    await expect(inside.command('user', 'add', 'dora')).rejects.toThrow('CONFLICT')
    await inside.command('user', 'undelete', 'dora')
    expect((await stateOf(dora.userId)).eraseAfter).toBeNull()
    await expect(inside.command('user', 'undelete', 'dora')).rejects.toThrow('CONFLICT')
  })
})

describe('what was erased', () => {
  it('stands in no table but the audit log, and its name is free again', async () => {
    const emil = await newUser('emil.unmistakable')
    const number = phone(made)
    await inside.command('user', 'set', 'emil.unmistakable', '--email', 'emil@unmistakable.example')
    await makeSet(inside, emil, { name: 'Documents', sources: ['/home/emil'] })
    const grantToken = await grant(emil.session, { kind: 'change-password' })
    expect(grantToken).not.toBe('')
    await inside.command('user', 'delete', 'emil.unmistakable')
    const namesOf = (): string[] =>
      Object.entries(inside.dump())
        .filter(([, rows]) => {
          const text = JSON.stringify(rows)
          const traces = [emil.userId, emil.deviceId, 'unmistakable', number]
          return traces.some((trace) => text.includes(trace))
        })
        .map(([name]) => name)
    expect(namesOf()).toContain('users')
    inside.clock.advance(30 * dayMs)
    await inside.command('trash', 'purge')
    // Numbers that were registered are counted for a while, whoever’s they are; that is what finds fraud.
    const counts = ['number_registrations', 'throttles', 'used_nonces']
    expect(namesOf().filter((name) => !counts.includes(name))).toEqual(['audit'])
    await expect(inside.command('user', 'show', 'emil.unmistakable')).rejects.toThrow('NOT_FOUND')
    expect(await inside.command('audit', 'verify')).toMatchObject({ kind: 'intact' })
    expect(await inside.command('audit', 'search', '--action', 'user.erased')).toMatchObject({
      entries: expect.arrayContaining([expect.objectContaining({ target: emil.userId })]) as unknown,
    })
    const again = (await inside.command('user', 'add', 'emil.unmistakable')) as { userId: UserId }
    expect(again.userId).not.toBe(emil.userId)
  })
})
