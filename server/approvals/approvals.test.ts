import { beforeEach, expect, it } from 'vitest'
import { defaultPolicy } from '../../shared/model/policy.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Acting } from '../accounts/acting.ts'
import { changeRole } from '../accounts/update-user.ts'
import { addPhone, resetFactors } from '../accounts/user-factors.ts'
import { issueOneTimePassword, suspendUser } from '../accounts/users.ts'
import { codeOf, openTestAuth, problemOf, type TestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { sendRecordedNotices } from '../factors/recorded-notices.ts'
import { administratorOf, actingAs } from './approvals.fixture.ts'
import { listApprovals } from './approval-view.ts'
import { approve, cancelApproval, requestApproval } from './approvals.ts'

const hourMs = 3_600_000
const phone = '+4915112345678'

describeOnEveryStore('a reset that takes two administrators', (fresh) => {
  let auth: TestAuth
  let target: UserId
  let first: Acting
  let second: Acting
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
    await auth.setPolicy({ recovery: { ...defaultPolicy.recovery, twoAdministrators: true } })
    const anna = await auth.newUser('anna')
    await anna.addTotp()
    await anna.addPhone(phone)
    target = anna.userId
    first = actingAs(await administratorOf(auth, 'first'))
    second = actingAs(await administratorOf(auth, 'second'))
  })

  const ask = (by: Acting) => requestApproval(auth.deps, { kind: 'reset-factors', userId: target }, by)
  const factorCount = async () =>
    (await auth.store.db.selectFrom('factors').select('id').where('userId', '=', target).execute()).length
  const all = async () => await listApprovals(auth.store.db, auth.clock.nowMs(), null)

  it('is asked for, approved by another one, and carried out once by who asked', async () => {
    const asked = await ask(first)
    expect(asked).toMatchObject({ status: 'waiting', targetLoginName: 'anna', requestedBy: 'first' })
    const approved = await approve(auth.deps, asked.id, second)
    expect(approved).toMatchObject({ status: 'approved', decidedBy: 'second' })
    expect(await factorCount()).toBe(2)
    const { oneTimePassword } = await resetFactors(auth.deps, target, first)
    expect(oneTimePassword).not.toBe('')
    expect(await factorCount()).toBe(0)
    expect((await all()).map(({ status }) => status)).toEqual(['carried-out'])
    expect(await codeOf(resetFactors(auth.deps, target, first))).toBe('NOT_ALLOWED')
  })

  it('is refused to one administrator alone, and says what is needed', async () => {
    const problem = await problemOf(resetFactors(auth.deps, target, first))
    expect([problem?.code, problem?.details]).toEqual(['NOT_ALLOWED', { reason: 'approval-needed' }])
    await ask(first)
    expect(await codeOf(resetFactors(auth.deps, target, first))).toBe('NOT_ALLOWED')
    expect(await codeOf(addPhone(auth.deps, target, { number: '+4915199999999' }, first))).toBe('NOT_ALLOWED')
    expect(await factorCount()).toBe(2)
  })

  it('is approved neither by who asked, nor by the target, nor by a program', async () => {
    const { id } = await ask(first)
    expect(await codeOf(approve(auth.deps, id, first))).toBe('NOT_ALLOWED')
    expect(await codeOf(approve(auth.deps, id, actingAs(target)))).toBe('NOT_ALLOWED')
    const program = { ...second, actor: 'token:tok_AAAAAAAAAAAAAAAAAAAAAA' }
    expect(await codeOf(approve(auth.deps, id, program))).toBe('NOT_ALLOWED')
    expect(await codeOf(ask(program))).toBe('NOT_ALLOWED')
    expect((await all())[0]?.status).toBe('waiting')
  })

  it('is carried out by nobody but who asked', async () => {
    const { id } = await ask(first)
    await approve(auth.deps, id, second)
    expect(await codeOf(resetFactors(auth.deps, target, second))).toBe('NOT_ALLOWED')
  })

  it.each([
    ['was suspended', () => suspendUser(auth.deps, second.actor.slice(5) as UserId, 'test')],
    [
      'got another role',
      () =>
        changeRole(
          auth.deps,
          second.actor.slice(5) as UserId,
          { role: 'read-only-admin', version: 1 },
          'test',
        ),
    ],
    [
      'was let in by another administrator',
      () => issueOneTimePassword(auth.deps, second.actor.slice(5) as UserId, first),
    ],
  ])('is worth nothing once who approved it %s', async (_what, change) => {
    const { id } = await ask(first)
    await approve(auth.deps, id, second)
    await change()
    expect(await codeOf(resetFactors(auth.deps, target, first))).toBe('NOT_ALLOWED')
    expect(await factorCount()).toBe(2)
  })

  it('that was approved on the server’s host needs nobody else', async () => {
    const { id } = await ask(first)
    await approve(auth.deps, id, 'command:root')
    await resetFactors(auth.deps, target, first)
    expect(await factorCount()).toBe(0)
  })

  it('changes nothing without the second factor of who acts', async () => {
    const refusing = { ...second, permit: () => Promise.reject(new Error('no grant')) }
    await expect(ask(refusing)).rejects.toThrow('no grant')
    const { id } = await ask(first)
    await expect(approve(auth.deps, id, refusing)).rejects.toThrow('no grant')
    expect((await all()).map(({ status }) => status)).toEqual(['waiting'])
  })

  it('ends after its hours, whatever was approved, and with a clock set back', async () => {
    const { id } = await ask(first)
    await approve(auth.deps, id, second)
    auth.clock.advance(-hourMs)
    expect(await codeOf(resetFactors(auth.deps, target, first))).toBe('NOT_ALLOWED')
    auth.clock.advance(25 * hourMs)
    expect(await codeOf(resetFactors(auth.deps, target, first))).toBe('NOT_ALLOWED')
    expect((await all()).map(({ status }) => status)).toEqual(['expired'])
    expect(await codeOf(ask(first))).toBe('done')
  })

  it('is stopped by either of them, also when it was approved', async () => {
    const { id } = await ask(first)
    expect(await codeOf(ask(second))).toBe('CONFLICT')
    await approve(auth.deps, id, second)
    expect((await cancelApproval(auth.deps, id, second)).status).toBe('cancelled')
    expect(await codeOf(cancelApproval(auth.deps, id, first))).toBe('CONFLICT')
    expect(await codeOf(resetFactors(auth.deps, target, first))).toBe('NOT_ALLOWED')
  })

  it('is told to its target when it is asked for and when it is approved', async () => {
    const { id } = await ask(first)
    await approve(auth.deps, id, second)
    await sendRecordedNotices(auth.deps)
    const told = auth.messages.filter(({ to }) => to === phone).map(({ text }) => text)
    expect(told).toHaveLength(2)
    expect(told.join()).toMatch(/asked to remove[\s\S]*agreed to remove/)
  })

  it('raced by a cancel is either stopped or carried out', async () => {
    const { id } = await ask(first)
    await approve(auth.deps, id, second)
    const ends = await Promise.all([
      codeOf(resetFactors(auth.deps, target, first)),
      codeOf(cancelApproval(auth.deps, id, second)),
    ])
    expect([
      ['done', 'CONFLICT'],
      ['NOT_ALLOWED', 'done'],
    ]).toContainEqual(ends)
    expect(await factorCount()).toBe(ends[0] === 'done' ? 0 : 2)
  })

  it('is not needed for the command on the host, which a locked-out administrator runs', async () => {
    await resetFactors(auth.deps, target, 'command:root')
    expect(await factorCount()).toBe(0)
  })

  it('is not needed where policy says one is enough', async () => {
    await auth.setPolicy({ recovery: defaultPolicy.recovery })
    await resetFactors(auth.deps, target, first)
    expect(await factorCount()).toBe(0)
  })
})
