import { beforeEach, expect, it } from 'vitest'
import { defaultPolicy, type Policy } from '../../shared/model/policy.ts'
import type { GroupId, UserId } from '../../shared/model/ids.ts'
import type { Acting } from '../accounts/acting.ts'
import { createGroup, findGroup, updateGroupPolicy } from '../accounts/groups.ts'
import { changeRole, moveUser, updateUser } from '../accounts/update-user.ts'
import { resetFactors } from '../accounts/user-factors.ts'
import { createUser, enableUser, findUser, issueOneTimePassword, suspendUser } from '../accounts/users.ts'
import { textsIn } from '../texts/texts.ts'
import { alertText } from '../alerts/alert-words.ts'
import { listAlerts } from '../alerts/alerts.ts'
import { deliverAlerts } from '../alerts/deliver-alerts.ts'
import { searchAudit } from '../audit/search.ts'
import { codeOf, openTestAuth, problemOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { actingAs, administratorOf } from './approvals.fixture.ts'
import { approve, cancelApproval, requestApproval } from './approvals.ts'

const hourMs = 3_600_000
const strict: Policy = { ...defaultPolicy, recovery: { ...defaultPolicy.recovery, twoAdministrators: true } }

describeOnEveryStore('a rule that takes two administrators', (fresh) => {
  let auth: TestAuth
  let rogue: UserId
  let colleague: UserId
  let one: Acting
  let other: Acting
  let strictGroup: GroupId
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
    rogue = await administratorOf(auth, 'rogue')
    colleague = await administratorOf(auth, 'colleague')
    one = actingAs(rogue)
    other = actingAs(colleague)
    strictGroup = (await createGroup(auth.deps, 'strict', strict, 'command:root')).id
  })

  const loosen = { kind: 'loosen-policy' as const, settings: ['recovery.twoAdministrators' as const] }
  const setPolicy = async (policy: Policy, by: Acting | string) => {
    const { version } = await findGroup(auth.deps, 'strict')
    return await updateGroupPolicy(auth.deps, { groupId: strictGroup, policy, version }, by)
  }
  const isStrict = async () => (await findGroup(auth.deps, 'strict')).policy.recovery.twoAdministrators
  const alertsOf = async (kind: string) =>
    (await listAlerts(auth.store.db, { limit: 50 })).filter((alert) => alert.kind === kind)

  it('is switched off by one alone neither with a change of policy nor with a program’s token', async () => {
    const problem = await problemOf(setPolicy(defaultPolicy, one))
    expect([problem?.code, problem?.details]).toEqual(['NOT_ALLOWED', { reason: 'approval-needed' }])
    const program = { ...one, actor: 'token:tok_AAAAAAAAAAAAAAAAAAAAAA' }
    expect(await codeOf(setPolicy(defaultPolicy, program))).toBe('NOT_ALLOWED')
    expect(await isStrict()).toBe(true)
  })

  it('leaves every other change, and being stricter, to one', async () => {
    const milder = { ...strict, limits: { ...strict.limits, lockMinutes: 5 } }
    expect(await codeOf(setPolicy(milder, one))).toBe('done')
    const plain = (await createGroup(auth.deps, 'plain', defaultPolicy, one)).id
    expect(
      await codeOf(updateGroupPolicy(auth.deps, { groupId: plain, policy: strict, version: 1 }, one)),
    ).toBe('done')
  })

  it('is switched off once by who asked after another one agreed, and all are alerted', async () => {
    const { id } = await requestApproval(auth.deps, { ...loosen, groupId: strictGroup }, one)
    expect(await codeOf(setPolicy(defaultPolicy, one))).toBe('NOT_ALLOWED')
    await approve(auth.deps, id, other)
    expect(await codeOf(setPolicy(defaultPolicy, other))).toBe('NOT_ALLOWED')
    expect(await codeOf(setPolicy(defaultPolicy, one))).toBe('done')
    expect(await isStrict()).toBe(false)
    expect((await alertsOf('two-administrators-off')).map(({ details }) => details)).toEqual([
      { by: 'rogue', group: 'strict', settings: 'recovery.twoAdministrators' },
    ])
    await setPolicy(strict, one)
    expect(await codeOf(setPolicy(defaultPolicy, one))).toBe('NOT_ALLOWED')
  })

  it('is not switched off in one group by an approval for another', async () => {
    const second = (await createGroup(auth.deps, 'strict too', strict, one)).id
    await approve(
      auth.deps,
      (await requestApproval(auth.deps, { ...loosen, groupId: second }, one)).id,
      other,
    )
    expect(await codeOf(setPolicy(defaultPolicy, one))).toBe('NOT_ALLOWED')
  })

  it('is switched off for one thing by an approval for exactly that, and not for another', async () => {
    const both = { ...strict, protection: { ...strict.protection, twoAdministrators: true } }
    await setPolicy(both, one)
    await approve(
      auth.deps,
      (await requestApproval(auth.deps, { ...loosen, groupId: strictGroup }, one)).id,
      other,
    )
    expect(await codeOf(setPolicy(strict, one))).toBe('NOT_ALLOWED')
    expect(await codeOf(setPolicy(defaultPolicy, one))).toBe('NOT_ALLOWED')
    const recovery = defaultPolicy.recovery
    expect(await codeOf(setPolicy({ ...both, recovery }, one))).toBe('done')
  })

  it('is left to the command on the host, which is audited and tells all administrators', async () => {
    await setPolicy(defaultPolicy, 'command:root')
    expect((await alertsOf('two-administrators-off')).map(({ details }) => details['by'])).toEqual([
      'command:root',
    ])
    const { entries } = await searchAudit(auth.store.db, { action: 'group.policy-changed' }, { limit: 1 })
    expect(entries).toMatchObject([{ actor: 'command:root', target: strictGroup }])
  })

  it('is not got around by moving the user to another group, alone or among many', async () => {
    const { userId } = await auth.newUser('anna')
    await moveUser(auth.deps, userId, strictGroup, one)
    const { id: milder } = await findGroup(auth.deps, 'Default')
    expect(await codeOf(moveUser(auth.deps, userId, milder, one))).toBe('NOT_ALLOWED')
    const { version } = await findUser(auth.deps, 'anna')
    expect(await codeOf(updateUser(auth.deps, userId, { version, groupId: milder }, one))).toBe('NOT_ALLOWED')
    const { id } = await requestApproval(auth.deps, { kind: 'move-user', userId, groupId: milder }, one)
    await approve(auth.deps, id, other)
    expect(await codeOf(moveUser(auth.deps, userId, milder, one))).toBe('done')
  })

  it('is approved by nobody whom one of them made, promoted or let in, for three days', async () => {
    const { userId: made } = await createUser(
      auth.deps,
      { loginName: 'puppet', kind: 'system', role: 'admin' },
      one,
    )
    const promoted = await administratorOf(auth, 'promoted', 'read-only-admin')
    await changeRole(auth.deps, promoted, { role: 'admin', version: 1 }, one)
    const reset = await administratorOf(auth, 'reset')
    await resetFactors(auth.deps, reset, one)
    const renewed = await administratorOf(auth, 'renewed')
    await issueOneTimePassword(auth.deps, renewed, one)
    const enabled = await administratorOf(auth, 'enabled')
    await suspendUser(auth.deps, enabled, one)
    await enableUser(auth.deps, enabled, one)
    const prolonged = await administratorOf(auth, 'prolonged')
    await auth.store.db
      .updateTable('users')
      .set({ expiresAt: auth.clock.nowMs() - hourMs })
      .where('id', '=', prolonged)
      .execute()
    await updateUser(auth.deps, prolonged, { expiresAt: null, version: 1 }, one)
    for (const userId of [made, reset]) await addFactorOf(userId)
    const { id } = await requestApproval(auth.deps, { ...loosen, groupId: strictGroup }, one)
    for (const userId of [made, promoted, reset, renewed, enabled, prolonged]) {
      const problem = await problemOf(approve(auth.deps, id, actingAs(userId)))
      expect([problem?.code, problem?.details]).toEqual(['NOT_ALLOWED', { reason: 'new-administrator' }])
    }
    const told = (await alertsOf('administrator-changed')).map(({ details }) => details['what'])
    expect(new Set(told)).toEqual(new Set(['created', 'factors', 'password', 'role', 'reopened']))
    await cancelApproval(auth.deps, id, other)
    auth.clock.advance(72 * hourMs)
    const again = await requestApproval(auth.deps, { ...loosen, groupId: strictGroup }, one)
    expect(await codeOf(approve(auth.deps, again.id, actingAs(made)))).toBe('done')
  })

  it('says plainly that there is nobody to ask, and the host decides then', async () => {
    await suspendUser(auth.deps, colleague, 'command:root')
    await createUser(auth.deps, { loginName: 'puppet', kind: 'system', role: 'admin' }, one)
    const problem = await problemOf(requestApproval(auth.deps, { ...loosen, groupId: strictGroup }, one))
    expect([problem?.code, problem?.details]).toEqual(['CONFLICT', { reason: 'no-second-administrator' }])
    expect(problem?.message).toContain('no other administrator')
    await createUser(auth.deps, { loginName: 'hired', kind: 'system', role: 'admin' }, 'command:root')
    await addFactorOf((await findUser(auth.deps, 'hired')).id)
    expect(await codeOf(requestApproval(auth.deps, { ...loosen, groupId: strictGroup }, one))).toBe('done')
  })

  it('is asked for in the hearing of all administrators, and of the sub-administrator whose user it is', async () => {
    const reseller = await administratorOf(auth, 'reseller', 'sub-admin')
    await administratorOf(auth, 'stranger', 'sub-admin')
    const { userId } = await auth.newUser('anna')
    await auth.store.db.updateTable('users').set({ ownerId: reseller }).where('id', '=', userId).execute()
    await deliverAlerts(auth.deps)
    auth.messages.length = 0
    const asked = await requestApproval(auth.deps, { kind: 'reset-factors', userId }, one)
    await deliverAlerts(auth.deps)
    const mails = auth.messages.filter(({ channel }) => channel === 'email')
    expect(mails).toHaveLength(3)
    expect(new Set(mails.map(({ to }) => to))).toEqual(
      new Set(['colleague@example.org', 'reseller@example.org', 'rogue@example.org']),
    )
    const [alert] = await alertsOf('approval-requested')
    const text = alert === undefined ? '' : alertText(textsIn('en'), alert)
    const until = textsIn('en').at(Date.parse(asked.expiresAt))
    for (const part of ['rogue asks', 'reset the second factors of "anna"', until, asked.id]) {
      expect(text).toContain(part)
      for (const mail of mails) expect(mail.text).toContain(part)
    }
    const ofReseller = { ...actingAs(reseller), ownerId: reseller }
    expect(await codeOf(approve(auth.deps, asked.id, ofReseller))).toBe('done')
  })

  it('about the server is not for sub-administrators', async () => {
    const reseller = await administratorOf(auth, 'reseller', 'sub-admin')
    const ofReseller = { ...actingAs(reseller), ownerId: reseller }
    const subject = { ...loosen, groupId: strictGroup }
    expect(await codeOf(requestApproval(auth.deps, subject, ofReseller))).toBe('NOT_ALLOWED')
    const { id } = await requestApproval(auth.deps, subject, one)
    expect(await codeOf(approve(auth.deps, id, ofReseller))).toBe('NOT_ALLOWED')
    expect(await codeOf(cancelApproval(auth.deps, id, ofReseller))).toBe('NOT_ALLOWED')
  })

  it('can be agreed to and refused on the host, in its own name', async () => {
    const subject = { ...loosen, groupId: strictGroup }
    const { id } = await requestApproval(auth.deps, subject, one)
    expect(await approve(auth.deps, id, 'command:root')).toMatchObject({
      status: 'approved',
      decidedBy: 'command:root',
    })
    expect(await cancelApproval(auth.deps, id, 'command:root')).toMatchObject({ status: 'cancelled' })
    expect(await codeOf(setPolicy(defaultPolicy, one))).toBe('NOT_ALLOWED')
  })

  async function addFactorOf(userId: UserId): Promise<void> {
    const { id } = await findUser(auth.deps, 'colleague')
    const factor = await auth.store.db
      .selectFrom('factors')
      .selectAll()
      .where('userId', '=', id)
      .executeTakeFirstOrThrow()
    await auth.store.db
      .insertInto('factors')
      .values({ ...factor, id: `fac_${userId.slice(4)}` as typeof factor.id, userId })
      .execute()
  }
})
