import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAppError } from '../../shared/errors.ts'
import type { Approval } from '../../shared/model/approval.ts'
import type { GroupId } from '../../shared/model/ids.ts'
import type { CallOf, RouteName } from '../../shared/routes.ts'
import { makeAccount, makeSet, stepUp, type Account } from '../fixtures/account.ts'
import { makePeople, phone, withId, type People } from '../fixtures/administration.ts'
import { callApi, codeOf, type Authorization } from '../fixtures/http-api.ts'
import { startInsideServer, type InsideServer } from '../harness/inside-server.ts'

let inside: InsideServer
let people: People
let colleague: Account
let group: GroupId

beforeAll(async () => {
  inside = await startInsideServer()
  const roomy = ['freshMinutes=30', 'sendsPerNumberPer10Minutes=10', 'sendsPerNumberPerDay=50']
  const settings = roomy.flatMap((setting) => ['--set', `limits.${setting}`])
  await inside.command('group', 'set-policy', 'Default', ...settings)
  people = await makePeople(inside)
  colleague = await makeAccount(inside, 'colleague', phone(20), 'admin')
  const made = (await inside.command(
    'group',
    'add',
    'strict',
    '--set',
    'recovery.twoAdministrators=true',
  )) as {
    group: { id: GroupId }
  }
  group = made.group.id
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

async function ask(subject: Approval['subject'], as = people.admin.session): Promise<Approval> {
  const grantToken = await grant(as, { kind: 'request-approval', subject })
  return (await call('adminRequestApproval', { subject, grantToken }, as)).approval
}

async function loosen(as: Authorization): Promise<string> {
  const { groups } = await call('adminGroups', {}, as)
  const strict = groups.find(({ id }) => id === group)
  if (strict === undefined) throw new Error('The group is gone.')
  const recovery = { ...strict.policy.recovery, twoAdministrators: false }
  const change = { groupId: group, version: strict.version, policy: { ...strict.policy, recovery } }
  return await codeOf(call('adminUpdateGroup', change, as))
}

describe('a stolen session of an administrator', () => {
  it('neither switches the rule of two off, nor asks for it without a second factor', async () => {
    const as = people.admin.session
    expect(await loosen(as)).toBe('NOT_ALLOWED')
    const subject = {
      kind: 'loosen-policy' as const,
      groupId: group,
      settings: ['recovery.twoAdministrators' as const],
    }
    const before = inside.dump()
    expect(await codeOf(call('adminRequestApproval', { subject }, as))).toBe('STEP_UP_REQUIRED')
    expect(inside.dump()['approvals']).toEqual(before['approvals'])
  })

  it('asks for nothing else than its grant was for', async () => {
    const as = people.admin.session
    const asked = {
      kind: 'loosen-policy' as const,
      groupId: group,
      settings: ['recovery.twoAdministrators' as const],
    }
    const grantToken = await grant(as, { kind: 'request-approval', subject: { kind: 'switch-to-mobile' } })
    expect(await codeOf(call('adminRequestApproval', { subject: asked, grantToken }, as))).toBe(
      'STEP_UP_REQUIRED',
    )
  })

  it('does not erase all telephones while any group demands two administrators', async () => {
    const as = people.admin.session
    const { settings, version } = await call('adminSettings', {}, as)
    const grantToken = await grant(as, { kind: 'change-mode', mode: 'mobile' })
    const change = { settings: { ...settings, mode: 'mobile' as const }, version, grantToken }
    expect(await codeOf(call('adminChangeSettings', change, as))).toBe('NOT_ALLOWED')
    expect((await call('adminModeSwitch', {}, as)).isPossible).toBe(true)
  })

  it('does nothing at all from another network', async () => {
    const { approvals } = await call('adminApprovals', {}, people.admin.session)
    const answer = await inside.app.inject({
      method: 'POST',
      url: '/api/v1/admin/approvals',
      headers: { authorization: people.admin.session ?? '' },
      remoteAddress: '203.0.113.7',
      payload: { subject: { kind: 'switch-to-mobile' } },
    })
    expect(answer.json()).toMatchObject({ code: 'STEP_UP_REQUIRED' })
    expect((await call('adminApprovals', {}, people.admin.session)).approvals).toEqual(approvals)
  })
})

describe('two administrators', () => {
  it('switch the rule off together: one asks, another agrees, and who asked does it', async () => {
    const asked = await ask({
      kind: 'loosen-policy',
      groupId: group,
      settings: ['recovery.twoAdministrators' as const],
    })
    expect(asked).toMatchObject({ status: 'waiting', about: 'strict', requestedBy: 'the-admin' })
    const about = { approvalId: asked.id }
    expect((await call('adminApproval', about, people['read-only-admin'].session)).approval).toEqual(asked)
    const own = await grant(people.admin.session, { kind: 'approve', ...about })
    expect(await codeOf(call('adminApprove', { ...about, grantToken: own }, people.admin.session))).toBe(
      'NOT_ALLOWED',
    )
    expect(await codeOf(call('adminApprove', about, colleague.session))).toBe('STEP_UP_REQUIRED')
    const grantToken = await grant(colleague.session, { kind: 'approve', ...about })
    await call('adminApprove', { ...about, grantToken }, colleague.session)
    expect(await loosen(people.admin.session)).toBe('done')
    await inside.command('group', 'set-policy', 'strict', '--set', 'recovery.twoAdministrators=true')
  })

  it('are not two where one of them made the other’s account', async () => {
    const as = people.admin.session
    const grantToken = await grant(as, { kind: 'make-system-user', loginName: 'puppet' })
    const made = await call('adminCreateUser', { loginName: 'puppet', role: 'admin', grantToken }, as)
    await inside.command('user', 'suspend', 'colleague')
    await inside.command('user', 'suspend', 'admin')
    const subject = { kind: 'switch-to-mobile' } as const
    const asking = await grant(as, { kind: 'request-approval', subject })
    const problem = await call('adminRequestApproval', { subject, grantToken: asking }, as).catch(
      (error: unknown) => error,
    )
    expect(isAppError(problem) ? problem.details : null).toEqual({ reason: 'no-second-administrator' })
    expect(made.account.role).toBe('admin')
    await inside.command('user', 'enable', 'colleague')
    await inside.command('user', 'enable', 'admin')
  })
})

describe('a sub-administrator', () => {
  it('sees and decides what is about own users, and nothing else exists', async () => {
    const reseller = people['sub-admin']
    const own = await withId(inside, await makeAccount(inside, 'own', phone(21)))
    const foreign = await withId(inside, await makeAccount(inside, 'foreign', phone(22)))
    await inside.command('user', 'set', 'own', '--owner', 'the-sub-admin')
    const about = await ask({ kind: 'reset-factors', userId: own.userId })
    const other = await ask({ kind: 'reset-factors', userId: foreign.userId })
    const { approvals } = await call('adminApprovals', {}, reseller.session)
    expect(approvals.map(({ id }) => id)).toEqual([about.id])
    const grantToken = await grant(reseller.session, { kind: 'approve', approvalId: other.id })
    const deciding = { approvalId: other.id, grantToken }
    expect(await codeOf(call('adminApprove', deciding, reseller.session))).toBe('NOT_FOUND')
    expect(await codeOf(call('adminApproval', { approvalId: other.id }, reseller.session))).toBe('NOT_FOUND')
    expect(await codeOf(call('adminCancelApproval', { approvalId: other.id }, reseller.session))).toBe(
      'NOT_FOUND',
    )
    expect(await codeOf(call('adminCancelApproval', { approvalId: about.id }, reseller.session))).toBe('done')
  })
})

describe('erasing a trash early', () => {
  it('takes a grant for exactly this repository and an approval, whatever policy says, and reach', async () => {
    const as = people.admin.session
    const owner = await withId(inside, await makeAccount(inside, 'trash-owner', phone(23)))
    const { repositoryId } = await makeSet(inside, owner, { name: 'Documents', sources: ['/home'] })
    const other = await makeSet(inside, owner, { name: 'Other', sources: ['/home'] })
    expect(await codeOf(call('adminPurgeTrash', { repositoryId }, as))).toBe('STEP_UP_REQUIRED')
    const wrong = await grant(as, { kind: 'purge-trash', repositoryId: other.repositoryId })
    expect(await codeOf(call('adminPurgeTrash', { repositoryId, grantToken: wrong }, as))).toBe(
      'STEP_UP_REQUIRED',
    )
    const alone = await grant(as, { kind: 'purge-trash', repositoryId })
    expect(await codeOf(call('adminPurgeTrash', { repositoryId, grantToken: alone }, as))).toBe('NOT_ALLOWED')
    const reseller = people['sub-admin'].session
    const foreign = await grant(reseller, { kind: 'purge-trash', repositoryId })
    expect(await codeOf(call('adminPurgeTrash', { repositoryId, grantToken: foreign }, reseller))).toBe(
      'NOT_FOUND',
    )
    const subject = { kind: 'purge-trash' as const, userId: owner.userId, repositoryId }
    const asking = await grant(reseller, { kind: 'request-approval', subject })
    expect(await codeOf(call('adminRequestApproval', { subject, grantToken: asking }, reseller))).toBe(
      'NOT_FOUND',
    )
    const asked = await ask(subject)
    expect(asked).toMatchObject({ about: 'trash-owner', status: 'waiting' })
    await inside.command('approval', 'approve', asked.id)
    // Nothing is in it yet, so the approval is not used up either.
    const both = await grant(as, { kind: 'purge-trash', repositoryId })
    expect(await codeOf(call('adminPurgeTrash', { repositoryId, grantToken: both }, as))).toBe('CONFLICT')
    expect(await inside.command('approval', 'show', asked.id)).toMatchObject({
      approval: { status: 'approved' },
    })
  })
})

describe('holdfast-server approval', () => {
  it('lists what waits, shows one, approves and refuses it in its own name', async () => {
    const asked = await ask({ kind: 'switch-to-mobile' })
    const listed = (await inside.command('approval', 'list')) as { approvals: Approval[] }
    expect(listed.approvals.map(({ id }) => id)).toContain(asked.id)
    expect(await inside.command('approval', 'show', asked.id)).toMatchObject({
      approval: { id: asked.id, about: null, requestedBy: 'the-admin', status: 'waiting' },
    })
    expect(await inside.command('approval', 'approve', asked.id)).toMatchObject({
      approval: { status: 'approved', decidedBy: 'command:test' },
    })
    expect(await inside.command('approval', 'refuse', asked.id)).toMatchObject({
      approval: { status: 'cancelled', decidedBy: 'command:test' },
    })
    const left = (await inside.command('approval', 'list')) as { approvals: Approval[] }
    expect(left.approvals.map(({ id }) => id)).not.toContain(asked.id)
    const all = (await inside.command('approval', 'list', '--all')) as { approvals: Approval[] }
    expect(all.approvals.map(({ id }) => id)).toContain(asked.id)
    await expect(inside.command('approval', 'approve', asked.id)).rejects.toThrow('CONFLICT')
    expect(await inside.command('audit', 'search', '--action', 'approval.', '--limit', '2')).toMatchObject({
      entries: [
        { action: 'approval.cancelled', actor: 'command:test', target: asked.id },
        { action: 'approval.approved', actor: 'command:test', target: asked.id },
      ],
    })
  })

  it.each(['show', 'approve', 'refuse'])('%s says that there is no such request', async (name) => {
    for (const id of ['apr_AAAAAAAAAAAAAAAAAAAAAA', 'nonsense']) {
      await expect(inside.command('approval', name, id)).rejects.toThrow('NOT_FOUND')
    }
  })
})

describe('holdfast-server user add', () => {
  it('takes an end, a subscription, an audience and a mail address', async () => {
    const end = '2031-01-31T00:00:00.000Z'
    const options = ['--subscription', 'trial', '--audience', 'internal', '--email', 'guest@example.org']
    await inside.command('user', 'add', 'guest', '--expires', end, ...options)
    expect(await inside.command('user', 'show', 'guest')).toMatchObject({
      user: { expiresAt: end, subscription: 'trial', audience: 'internal', email: 'guest@example.org' },
    })
    await inside.command('user', 'set', 'guest', '--expires', 'none', '--subscription', 'paid')
    expect(await inside.command('user', 'show', 'guest')).toMatchObject({
      user: { expiresAt: null, subscription: 'paid' },
    })
  })

  it.each([
    ['an end that is no time', '--expires', 'tomorrow'],
    ['a subscription that there is none of', '--subscription', 'gold'],
    ['an audience that there is none of', '--audience', 'everybody'],
  ])('refuses %s and makes nobody', async (_what, option, value) => {
    await expect(inside.command('user', 'add', 'nobody', option, value)).rejects.toThrow('INPUT_INVALID')
    await expect(inside.command('user', 'show', 'nobody')).rejects.toThrow('NOT_FOUND')
  })
})
