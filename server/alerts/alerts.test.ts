import { expect, it } from 'vitest'
import { alertKinds } from '../../shared/model/alert.ts'
import { createUser } from '../accounts/users.ts'
import { createHashPool } from '../accounts/hash-pool.ts'
import { listAudit } from '../audit/audit.ts'
import { addSender } from '../senders/senders.ts'
import { openTestSenders } from '../senders/senders.fixture.ts'
import { describeOnEveryStore } from '../store/every-store.fixture.ts'
import { textsIn } from '../texts/texts.ts'
import { alertText } from './alert-words.ts'
import { acknowledgeAlert, listAlerts, recordAlert } from './alerts.ts'
import { deliverAlerts } from './deliver-alerts.ts'

const dayMs = 86_400_000
const raised = {
  kind: 'sender-refused',
  about: 'snd_1',
  details: { provider: 'twilio', channel: 'sms' },
} as const

describeOnEveryStore('an alert', (fresh) => {
  async function open(channels = ['email']) {
    const test = await openTestSenders({
      store: await (await fresh()).open(),
      config: { environment: 'trial' },
    })
    await addSender(test.deps, { name: 'Outbox', channels, settings: { provider: 'outbox' } }, 'test')
    await test.store.db.deleteFrom('alerts').execute()
    const deps = {
      ...test.deps,
      messages: test.senders,
      hashes: createHashPool({ memoryKib: 64, passes: 1, concurrency: 1, maxWaiting: 10 }),
    }
    const administrator = async (loginName: string, email: string | null, role = 'admin' as const) => {
      const { userId } = await createUser(deps, { loginName, kind: 'system', role }, 'test')
      await test.store.db.updateTable('users').set({ email }).where('id', '=', userId).execute()
      return userId
    }
    return { ...test, deps, administrator }
  }

  it('is recorded once for each cause and day, and counted', async () => {
    const { clock, store } = await open()
    await recordAlert(store.db, raised, clock.nowMs())
    clock.advance(60_000)
    await recordAlert(store.db, { ...raised, details: { provider: 'other' } }, clock.nowMs())
    await recordAlert(store.db, { ...raised, about: 'snd_2' }, clock.nowMs())
    expect((await listAlerts(store.db, { limit: 9 })).map(({ count, details }) => [count, details])).toEqual(
      expect.arrayContaining([
        [2, raised.details],
        [1, raised.details],
      ]),
    )
    clock.advance(dayMs)
    await recordAlert(store.db, raised, clock.nowMs())
    expect(await listAlerts(store.db, { limit: 9 })).toHaveLength(3)
  })

  it('is told to every administrator with an address, once, and stands in the audit log', async () => {
    const { administrator, clock, deps, outboxed, store } = await open()
    await administrator('anna', 'anna@example.org')
    await administrator('nobody', null)
    const suspended = await administrator('left', 'left@example.org')
    await store.db.updateTable('users').set({ status: 'suspended' }).where('id', '=', suspended).execute()
    await recordAlert(store.db, raised, clock.nowMs())
    await Promise.all([deliverAlerts(deps), deliverAlerts(deps)])
    await deliverAlerts(deps)
    expect(outboxed).toMatchObject([
      { channel: 'email', to: 'anna@example.org', subject: 'Test CBS: an alert' },
    ])
    expect(outboxed[0]?.text).toContain(alertText(textsIn('en'), raised))
    const entries = (await listAudit(store.db, { limit: 99 })).filter(
      ({ action }) => action === 'alert.raised',
    )
    expect(entries).toMatchObject([{ actor: 'server', details: { kind: 'sender-refused' } }])
  })

  it('stays in the list where nobody sends mail, or the mail cannot be sent', async () => {
    const { administrator, clock, deps, logged, outboxed, store } = await open(['sms'])
    await administrator('anna', 'anna@example.org')
    await recordAlert(store.db, raised, clock.nowMs())
    await deliverAlerts(deps)
    expect(outboxed).toEqual([])
    const failing = { ...deps.messages, channels: () => Promise.resolve(new Set(['email'] as const)) }
    await recordAlert(store.db, { ...raised, about: 'snd_2' }, clock.nowMs())
    await deliverAlerts({ ...deps, messages: failing })
    expect(logged.join()).toContain('could not be told of an alert')
    expect(await listAlerts(store.db, { limit: 9, openOnly: true })).toHaveLength(2)
  })

  it('of which there are many becomes few mails', async () => {
    const { administrator, clock, deps, outboxed, store } = await open()
    await administrator('anna', 'anna@example.org')
    for (let round = 0; round < 20; round += 1) {
      for (const part of ['a', 'b', 'c'])
        await recordAlert(store.db, { ...raised, about: `${round}${part}` }, clock.nowMs())
      await deliverAlerts(deps)
    }
    expect(outboxed).toHaveLength(10)
    expect(outboxed[0]).toMatchObject({ subject: 'Test CBS: 3 alerts' })
  })

  it('is acknowledged once, by name', async () => {
    const { clock, deps, store } = await open()
    await recordAlert(store.db, raised, clock.nowMs())
    const [{ id } = { id: '' }] = await listAlerts(store.db, { limit: 1 })
    expect(await acknowledgeAlert(deps, id, 'user:anna')).toBe(true)
    expect(await acknowledgeAlert(deps, id, 'user:bert')).toBe(false)
    expect(await listAlerts(store.db, { limit: 9, openOnly: true })).toEqual([])
    expect(await listAlerts(store.db, { limit: 9 })).toMatchObject([{ acknowledgedBy: 'user:anna' }])
    await expect(acknowledgeAlert(deps, 'alr_unknown', 'user:anna')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    const [entry] = await listAudit(store.db, { limit: 1 })
    expect(entry).toMatchObject({ action: 'alert.acknowledged', actor: 'user:anna', target: id })
  })
})

it.each(alertKinds)('the alert %s is told in a sentence', (kind) => {
  const details = {
    about: 'x',
    limit: 1,
    block: '+49',
    numbers: 5,
    proven: 1,
    hours: 2,
    by: 'a',
    action: 'b',
    loginName: 'c',
    until: '2026-12-01T00:00:00.000Z',
    label: 'l',
    address: '192.0.2.1',
    set: 's',
    repositoryId: 'rep_1',
    approvalId: 'apr_1',
    subject: 'move-user',
    group: 'g',
    settings: 's',
    what: 'role',
  }
  const text = alertText(textsIn('en'), {
    kind,
    details: { ...details, name: 'n', provider: 'p', channel: 'sms' },
  })
  expect(text).toMatch(/^[A-Z+a-z].{30,}\.$/)
  expect(text).not.toContain('?')
})
