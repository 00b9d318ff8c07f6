import { expect, it } from 'vitest'
import { listAlerts, recordAlert } from '../alerts/alerts.ts'
import { countMessage, senderCounts } from './counts.ts'
import { removeOldSends } from './remove-old.ts'
import { openTestSenders } from './senders.fixture.ts'

const dayMs = 86_400_000

it('records of messages are kept for two days, alerts for over a year and counts for over two', async () => {
  const { clock, deps, store } = await openTestSenders()
  const nowMs = clock.nowMs()
  const message = { senderId: 'snd_1', provider: 'twilio', channel: 'sms', to: '+4915112345678' } as const
  await countMessage(store.db, { ...message, outcome: 'sent', price: null }, nowMs)
  await recordAlert(store.db, { kind: 'sender-refused', about: 'snd_1', details: {} }, nowMs)
  const registration = { number: message.to, prefix: '+491511234', lastAt: nowMs }
  await store.db.insertInto('numberRegistrations').values(registration).execute()
  const left = async () => {
    await removeOldSends(deps)
    const registrations = await store.db.selectFrom('numberRegistrations').select('number').execute()
    const alerts = await listAlerts(store.db, { limit: 9 })
    const counts = await senderCounts(store.db, clock.nowMs(), 5000)
    return [registrations.length, alerts.length, counts.length]
  }
  expect(await left()).toEqual([1, 1, 1])
  clock.advance(2 * dayMs + 1)
  expect(await left()).toEqual([0, 1, 1])
  clock.advance(400 * dayMs)
  expect(await left()).toEqual([0, 0, 1])
  clock.advance(400 * dayMs)
  expect(await left()).toEqual([0, 0, 0])
})
