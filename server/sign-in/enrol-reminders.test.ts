import { afterEach, beforeEach, expect, it } from 'vitest'
import type { UserId } from '../../shared/model/ids.ts'
import { suspendUser } from '../accounts/users.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { openTestAuth, type TestAuth } from './auth.fixture.ts'
import { remindOfEnrolBy } from './enrol-reminders.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

describeOnEveryStore('a reminder before the date from which a second factor is compulsory', (fresh) => {
  let auth: TestAuth
  let another: Store
  let enrolBy: string
  beforeEach(async () => {
    const database = await fresh()
    auth = await openTestAuth({ secondFactor: 'offered' }, await database.open())
    // Two servers never share one SQLite file: there the same store answers twice at once.
    another = database.location.startsWith('postgres') ? await database.open() : auth.store
    enrolBy = new Date(auth.clock.nowMs() + 10 * dayMs).toISOString()
    await auth.setPolicy({ enrolBy })
  })
  afterEach(() => auth.store.close())

  async function person(loginName: string, email: string | null = `${loginName}@example.org`) {
    const user = await auth.newUser(loginName)
    await auth.store.db.updateTable('users').set({ email }).where('id', '=', user.userId).execute()
    return user
  }
  const run = () => remindOfEnrolBy(auth.deps)
  const recipients = () => auth.messages.map(({ to }) => to)
  async function audited() {
    const rows = await auth.store.db.selectFrom('audit').select('entry').orderBy('sequence').execute()
    return rows
      .map(({ entry }) => JSON.parse(entry) as { action: string; outcome: string; target: string })
      .filter(({ action }) => action === 'factor.enrolment-reminded')
  }

  it('comes seven, three and one day before it, once each, and never after it', async () => {
    const { userId } = await person('anna')
    const sentAfter: number[] = []
    for (let hours = 0; hours <= 12 * 24; hours += 6) {
      const before = auth.messages.length
      await run()
      await run()
      for (let sent = before; sent < auth.messages.length; sent += 1) sentAfter.push(hours / 24)
      auth.clock.advance(6 * hourMs)
    }
    expect(sentAfter).toEqual([3, 7, 9])
    expect(recipients()).toEqual(Array.from({ length: 3 }, () => 'anna@example.org'))
    expect(auth.messages[0]).toMatchObject({
      channel: 'email',
      subject: 'Test CBS: register a second factor',
      text: expect.stringContaining(`From Jan 15, 2026, 08:00 UTC on, signing in as "anna" needs`) as string,
    })
    expect(await audited()).toMatchObject(
      [7, 3, 1].map((daysBefore) => ({
        actor: 'server',
        outcome: 'ok',
        target: userId,
        details: { daysBefore },
      })),
    )
  })

  it('is sent by one of several servers that start at the same moment', async () => {
    await person('anna')
    await person('bert')
    auth.clock.advance(4 * dayMs)
    const servers = [auth.deps, { ...auth.deps, store: another }]
    await Promise.all([...servers, ...servers].map((deps) => remindOfEnrolBy(deps)))
    expect(recipients().sort()).toEqual(['anna@example.org', 'bert@example.org'])
    expect(await audited()).toHaveLength(2)
  })

  it('is only the nearest one where a server was off, or the date was set late', async () => {
    await person('anna')
    auth.clock.advance(8 * dayMs)
    await run()
    await run()
    expect((await audited()).map((entry) => entry)).toMatchObject([{ details: { daysBefore: 3 } }])
  })

  it('begins anew when the date is moved', async () => {
    await person('anna')
    auth.clock.advance(9.5 * dayMs)
    await run()
    await auth.setPolicy({ enrolBy: new Date(auth.clock.nowMs() + 6 * dayMs).toISOString() })
    await run()
    expect(await audited()).toMatchObject([{ details: { daysBefore: 1 } }, { details: { daysBefore: 7 } }])
  })

  it('goes to nobody who has registered, must not register, is suspended, has ended or has no address', async () => {
    await (await person('registered')).addTotp()
    const offered = await person('offered')
    const set = (userId: UserId, change: Partial<UserRow>) =>
      auth.store.db.updateTable('users').set(change).where('id', '=', userId).execute()
    await set(offered.userId, { secondFactor: 'offered' })
    // Asked at the next sign-in already: a date would tell less than is so.
    await set((await person('required')).userId, { secondFactor: 'required' })
    await suspendUser(auth.deps, (await person('suspended')).userId, 'test')
    await set((await person('ended')).userId, { expiresAt: auth.clock.nowMs() })
    await person('mailless', null)
    await auth.store.db
      .updateTable('users')
      .set({ email: 'admin@example.org' })
      .where('kind', '=', 'system')
      .execute()
    await (await person('unproven')).addPhone('+4915112345678', 'Phone', 0)
    auth.clock.advance(5 * dayMs)
    await run()
    expect(recipients()).toEqual(['unproven@example.org'])
  })

  it('that fails is recorded as failed and not repeated; the next one follows at its time', async () => {
    await person('anna')
    auth.clock.advance(4 * dayMs)
    auth.sending.failing.add('email')
    await run()
    auth.sending.failing.clear()
    await run()
    expect(recipients()).toEqual([])
    expect(await audited()).toMatchObject([{ outcome: 'failed', details: { daysBefore: 7 } }])
    auth.clock.advance(4 * dayMs)
    await run()
    expect(recipients()).toEqual(['anna@example.org'])
  })

  it('waits where a limit of messages is met, and goes out when there is room', async () => {
    await person('anna')
    await person('bert')
    await auth.setPolicy({ limits: { sendsPerServerPerDay: 1 } })
    auth.clock.advance(4 * dayMs)
    await run()
    expect(recipients()).toHaveLength(1)
    auth.clock.advance(dayMs)
    await run()
    expect(recipients().sort()).toEqual(['anna@example.org', 'bert@example.org'])
  })

  it('is not claimed while nobody sends mail', async () => {
    await person('anna')
    auth.clock.advance(4 * dayMs)
    auth.sending.channels.delete('email')
    await run()
    auth.sending.channels.add('email')
    await run()
    expect(recipients()).toEqual(['anna@example.org'])
  })
})
