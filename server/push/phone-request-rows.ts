import { randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { PhoneRequestId, TransactionId, UserId } from '../../shared/model/ids.ts'
import type { ServerKey } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { PhoneRequestRow, Tables } from '../store/tables.ts'

/** How often a client asks whether its request was answered. */
export const pollSeconds = 2

const clockToleranceMs = 60_000

/** Why a request leads nowhere. A stranger is told the same about one that never was. */
type EndReason = NonNullable<PhoneRequestRow['ended']> | 'expired' | 'unknown'

export function phoneRequestEnded(reason: EndReason): AppError {
  return new AppError('PHONE_REQUEST_ENDED', 'This request on the phone is over.', { details: { reason } })
}

/** Null while it is open. A clock that was set back does not lengthen it. */
export function endOfRequest(row: PhoneRequestRow, nowMs: number): EndReason | null {
  if (row.ended !== null) return row.ended
  return nowMs >= row.expiresAt || nowMs < row.createdAt - clockToleranceMs ? 'expired' : null
}

/** Bound to its request, and only the server can try the ninety of them against it. */
export function numberMac(serverKey: ServerKey, requestId: PhoneRequestId, number: string): string {
  return serverKey.mac('phone request number', `${requestId}:${number}`)
}

/** Two digits that no other open request of the account has: the number also says which one is meant. */
export function newNumber(serverKey: ServerKey, open: readonly PhoneRequestRow[]): string {
  const isFree = (number: string): boolean =>
    !open.some((row) => row.numberMac === numberMac(serverKey, row.id, number))
  const free = Array.from({ length: 90 }, (_, index) => String(index + 10)).filter(isFree)
  const number = free[randomInt(0, Math.max(free.length, 1))]
  if (number === undefined) throw new Error('Every number is shown on some screen already.')
  return number
}

/** What of an account waits for an answer of some phone, oldest first. */
export async function openRequestsOf(
  db: Kysely<Tables>,
  userId: UserId,
  nowMs: number,
): Promise<PhoneRequestRow[]> {
  const rows = await db
    .selectFrom('phoneRequests')
    .selectAll()
    .where('userId', '=', userId)
    .where('ended', 'is', null)
    .where('approvedAt', 'is', null)
    .orderBy('createdAt')
    .execute()
  return rows.filter((row) => endOfRequest(row, nowMs) === null)
}

export async function requestOf(
  db: Kysely<Tables>,
  id: PhoneRequestId,
): Promise<PhoneRequestRow | undefined> {
  return await db.selectFrom('phoneRequests').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function changeRequest(
  tx: Tx,
  id: PhoneRequestId,
  change: Partial<PhoneRequestRow>,
): Promise<void> {
  await tx.updateTable('phoneRequests').set(change).where('id', '=', id).execute()
}

/** All that could still be done with a request that is over. */
const spent = { pairTokenHash: null, publicKey: null, keyId: null, approvedAt: null } as const

export async function endRequest(
  tx: Tx,
  id: PhoneRequestId,
  ended: NonNullable<PhoneRequestRow['ended']>,
): Promise<void> {
  await changeRequest(tx, id, { ...spent, ended })
}

/** One at a time for each sign-in: asking anew takes the earlier one off the phone. */
export async function endRequestsOf(tx: Tx, transactionId: TransactionId): Promise<void> {
  await tx
    .updateTable('phoneRequests')
    .set({ ...spent, ended: 'replaced' })
    .where('transactionId', '=', transactionId)
    .where('ended', 'is', null)
    .execute()
}
