import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { isoOf } from '../../shared/clock.ts'
import { factorEventSchema, type FactorEvent } from '../../shared/model/account.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { Method } from '../../shared/model/policy.ts'
import type { Tx } from '../store/store.ts'
import type { Tables } from '../store/tables.ts'

const shownCount = 200

/** Adds to the history that the account's owner sees. */
export async function recordFactorEvent(
  tx: Tx,
  event: {
    readonly userId: UserId
    readonly at: number
    readonly event: FactorEvent['event']
    readonly method: Method
    readonly label: string
    readonly address: string | null
  },
): Promise<void> {
  await tx
    .insertInto('factorEvents')
    .values({ id: randomBytes(16).toString('base64url'), ...event })
    .execute()
}

/** Newest first, the last 200. */
export async function factorHistory(db: Kysely<Tables>, userId: UserId): Promise<FactorEvent[]> {
  const rows = await db
    .selectFrom('factorEvents')
    .selectAll()
    .where('userId', '=', userId)
    .orderBy('at', 'desc')
    .limit(shownCount)
    .execute()
  return rows.map((row) => factorEventSchema.parse({ ...row, at: isoOf(row.at) }))
}
