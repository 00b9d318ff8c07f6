import { beforeEach, expect, it } from 'vitest'
import { listAudit } from '../audit/audit.ts'
import { updateUser } from '../accounts/update-user.ts'
import { suspendUser } from '../accounts/users.ts'
import { openTestAuth, type TestAuth } from '../sign-in/auth.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import type { UserRow } from '../store/tables.ts'
import { textsIn } from '../texts/texts.ts'
import { remindOfTrialEnd } from './end-reminders.ts'

const dayMs = 86_400_000

describeOnEveryStore('a reminder before the end of a trial', (fresh) => {
  let auth: TestAuth
  beforeEach(async () => {
    auth = await openTestAuth({}, await (await fresh()).open())
  })
  const run = () => remindOfTrialEnd(auth.deps)
  const recipients = () => auth.messages.map(({ to }) => to)

  async function person(loginName: string, change: Partial<UserRow> = {}) {
    const user = await auth.newUser(loginName)
    const row = {
      email: `${loginName}@example.org`,
      subscription: 'trial' as const,
      expiresAt: auth.clock.nowMs() + 10 * dayMs,
      ...change,
    }
    await auth.store.db.updateTable('users').set(row).where('id', '=', user.userId).execute()
    return { ...user, ...row }
  }

  it('comes seven days and one day before it, once each, and never after it', async () => {
    const { expiresAt, userId } = await person('anna')
    const sentAfter: number[] = []
    for (let hours = 0; hours <= 12 * 24; hours += 6) {
      const before = auth.messages.length
      await Promise.all([run(), run()])
      for (let sent = before; sent < auth.messages.length; sent += 1) sentAfter.push(hours / 24)
      auth.clock.advance(dayMs / 4)
    }
    expect(sentAfter).toEqual([3, 9])
    const end = textsIn('en').at(expiresAt ?? 0)
    expect(auth.messages[0]).toMatchObject({
      channel: 'email',
      to: 'anna@example.org',
      subject: 'Test CBS: your free trial ends',
      text: expect.stringContaining(`The trial of "anna" ends at ${end}.`) as string,
    })
    const audit = await listAudit(auth.store.db, { limit: 99 })
    expect(audit.filter(({ action }) => action === 'trial.end-reminded')).toMatchObject([
      { target: userId, outcome: 'ok', details: { daysBefore: 1 } },
      { target: userId, outcome: 'ok', details: { daysBefore: 7 } },
    ])
  })

  it('goes to nobody who pays, has no end, is suspended or has no address; and follows another end', async () => {
    await person('paid', { subscription: 'paid' })
    await person('endless', { expiresAt: null })
    await person('mailless', { email: null })
    await suspendUser(auth.deps, (await person('suspended')).userId, 'test')
    const moved = await person('moved')
    auth.clock.advance(4 * dayMs)
    const expiresAt = new Date(auth.clock.nowMs() + 9 * dayMs).toISOString()
    await updateUser(auth.deps, moved.userId, { expiresAt, version: 1 }, 'test')
    await run()
    expect(recipients()).toEqual([])
    auth.clock.advance(3 * dayMs)
    await run()
    expect(recipients()).toEqual(['moved@example.org'])
  })
})
