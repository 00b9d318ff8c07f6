import type { Kysely } from 'kysely'
import type { Channel, ProviderName, SenderCount } from '../../shared/model/sender.ts'
import type { Tables } from '../store/tables.ts'
import { countryOf } from './countries.ts'
import type { Price } from './provider.ts'

const dayMs = 86_400_000
/** A year and its comparison with the one before. */
export const countsKeptDays = 800

/** Counts what became of a message: by day, sender, channel and country. */
export async function countMessage(
  db: Kysely<Tables>,
  message: {
    readonly senderId: string
    readonly provider: ProviderName
    readonly channel: Channel
    readonly to: string
    readonly outcome: SenderCount['outcome']
    readonly price: Price | null
  },
  nowMs: number,
): Promise<void> {
  const { channel, outcome, price, provider, senderId, to } = message
  const country = channel === 'email' ? '' : (countryOf(to) ?? '')
  const priceMicros = price?.micros ?? 0
  await db
    .insertInto('senderCounts')
    .values({
      day: Math.floor(nowMs / dayMs),
      senderId,
      provider,
      channel,
      country,
      outcome,
      currency: price?.currency ?? '',
      count: 1,
      priceMicros,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['day', 'senderId', 'provider', 'channel', 'country', 'outcome', 'currency'])
        .doUpdateSet((row) => ({
          count: row('senderCounts.count', '+', 1),
          priceMicros: row('senderCounts.priceMicros', '+', priceMicros),
        })),
    )
    .execute()
}

/** What was sent, failed and paid in the last days, today included; newest first. */
export async function senderCounts(db: Kysely<Tables>, nowMs: number, days: number): Promise<SenderCount[]> {
  const rows = await db
    .selectFrom('senderCounts')
    .selectAll()
    .where('day', '>', Math.floor(nowMs / dayMs) - days)
    .orderBy('day', 'desc')
    .orderBy('senderId')
    .orderBy('channel')
    .orderBy('country')
    .orderBy('outcome')
    .execute()
  return rows.map((row) => ({
    ...row,
    day: new Date(row.day * dayMs).toISOString().slice(0, 10),
    country: row.country === '' ? null : row.country,
    currency: row.currency === '' ? null : row.currency,
  }))
}
