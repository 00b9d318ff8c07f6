import type { Kysely } from 'kysely'
import type { TransactionId } from '../../shared/model/ids.ts'
import type { Verification } from '../senders/messages.ts'
import type { Tables } from '../store/tables.ts'
import { stateOf } from './transactions.ts'

/**
 * What other open transactions wait for that a provider made for this number. While one is pending there, the
 * provider sends its code again for whatever is asked for next, so that one code would open two operations.
 */
export async function pendingElsewhere(
  db: Kysely<Tables>,
  transactionId: TransactionId,
  phoneNumber: string,
): Promise<Verification[]> {
  const rows = await db
    .selectFrom('transactions')
    .selectAll()
    .where('endedAt', 'is', null)
    .where('challengeId', 'is not', null)
    .where('id', '!=', transactionId)
    .where('state', 'like', `%${JSON.stringify(phoneNumber)}%`)
    .execute()
  return rows.flatMap((row) => {
    const { challenge } = stateOf(row)
    return challenge?.phoneNumber === phoneNumber && challenge.verification !== null
      ? [challenge.verification]
      : []
  })
}
