import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { ClientInfo, Operation } from '../../shared/model/sign-in.ts'
import type { DeviceId, SessionId, TransactionId, UserId } from '../../shared/model/ids.ts'
import type { ServerDeps } from '../deps.ts'
import { newId, newToken, tokenHash } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { Tables, TransactionRow } from '../store/tables.ts'
import { endedState, stateSchema, type EndReason, type State } from './state.ts'

/** From the right password (or the start of a step-up) to the end (ARCHITECTURE §4). */
export const transactionMs = 10 * 60_000

/** Clocks are corrected by a little all the time. */
const clockToleranceMs = 60_000

/**
 * The open transaction that a token belongs to. Whether it still is where the caller believes is decided
 * again under its lock.
 *
 * @throws AppError SIGN_IN_ENDED with details `reason`
 */
export async function authenticateTransaction(
  deps: Pick<ServerDeps, 'store' | 'clock'>,
  token: string,
): Promise<TransactionRow> {
  const row = await deps.store.db
    .selectFrom('transactions')
    .selectAll()
    .where('tokenHash', '=', tokenHash(token))
    .executeTakeFirst()
  if (row === undefined) throw signInEnded('expired')
  const nowMs = deps.clock.nowMs()
  const over = endOf(row, nowMs)
  if (over === null) return row
  // Kept, so that what was once called over stays so when the clock is set back.
  if (row.endedAt === null) await endTransaction(deps.store.db, row.id, over, nowMs)
  throw signInEnded(over)
}

/** Why the transaction is over, or null while it is open. */
export function endOf(row: TransactionRow, nowMs: number): EndReason | null {
  if (row.endedAt !== null) return stateOf(row).endReason ?? 'cancelled'
  // A clock that was set back would lengthen the transaction by as much.
  const isOver = nowMs >= row.expiresAt || nowMs < row.createdAt - clockToleranceMs
  return isOver ? 'expired' : null
}

export function signInEnded(reason: EndReason): AppError {
  return new AppError('SIGN_IN_ENDED', 'This sign-in is over; start again.', { details: { reason } })
}

export function stateOf(row: TransactionRow): State {
  return stateSchema.parse(JSON.parse(row.state))
}

export async function createTransaction(
  tx: Tx,
  start: {
    readonly purpose: TransactionRow['purpose']
    readonly userId: UserId
    readonly sessionId: SessionId | null
    readonly operation: Operation | null
    readonly state: State
    readonly client: ClientInfo
    readonly address: string
    readonly deviceId: DeviceId | null
    readonly keepSignedIn: boolean
    readonly nowMs: number
  },
): Promise<{ transaction: TransactionRow; token: string }> {
  const token = newToken()
  const transaction: TransactionRow = {
    id: newId<TransactionId>('txn'),
    tokenHash: tokenHash(token),
    purpose: start.purpose,
    userId: start.userId,
    sessionId: start.sessionId,
    operation: start.operation === null ? null : JSON.stringify(start.operation),
    state: JSON.stringify(start.state),
    challengeId: null,
    triesLeft: null,
    client: JSON.stringify(start.client),
    address: start.address,
    deviceId: start.deviceId,
    keepSignedIn: start.keepSignedIn ? 1 : 0,
    createdAt: start.nowMs,
    expiresAt: start.nowMs + transactionMs,
    endedAt: null,
  }
  await tx.insertInto('transactions').values(transaction).execute()
  return { transaction, token }
}

export async function storeState(
  tx: Tx,
  id: TransactionId,
  state: State,
  triesLeft: number | null,
): Promise<void> {
  await tx
    .updateTable('transactions')
    .set({
      state: JSON.stringify(state),
      challengeId: state.challenge?.id ?? state.passkey?.id ?? state.push?.id ?? null,
      triesLeft,
    })
    .where('id', '=', id)
    .execute()
}

/** Ends a transaction; nothing of its challenge stays in the database. */
export async function endTransaction(
  db: Kysely<Tables>,
  id: TransactionId,
  reason: EndReason,
  nowMs: number,
): Promise<void> {
  await db
    .updateTable('transactions')
    .set({ state: JSON.stringify(endedState(reason)), challengeId: null, endedAt: nowMs })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .execute()
}

/** Ends every sign-in, step-up and registration under way, of everybody. */
export async function endAllOpenTransactions(tx: Tx, nowMs: number): Promise<void> {
  await tx
    .updateTable('transactions')
    .set({ state: JSON.stringify(endedState('cancelled')), challengeId: null, endedAt: nowMs })
    .where('endedAt', 'is', null)
    .execute()
}

/** When a password or the factors change, whatever was begun with the old ones is over. */
export async function endOpenTransactions(
  tx: Tx,
  userId: UserId,
  nowMs: number,
  except?: TransactionId,
): Promise<void> {
  let query = tx
    .updateTable('transactions')
    .set({ state: JSON.stringify(endedState('cancelled')), challengeId: null, endedAt: nowMs })
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
  if (except !== undefined) query = query.where('id', '!=', except)
  await query.execute()
}
