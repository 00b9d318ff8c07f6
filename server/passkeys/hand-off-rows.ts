import { createHash, randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import { AppError } from '../../shared/errors.ts'
import type { HandOffId, TransactionId } from '../../shared/model/ids.ts'
import { isSameSecret, tokenHash, type ServerKey } from '../server-key.ts'
import type { Tx } from '../store/store.ts'
import type { HandOffRow, Tables, TransactionRow } from '../store/tables.ts'

/** From its start to the client's taking of the result: a person has to find a browser and a key. */
export const handOffMs = 5 * 60_000
/** RFC 8628 3.5: how often a client asks whether the other device is done. */
export const pollSeconds = 3

/** RFC 8628 6.1: twenty consonants, so that no word is spelled and nothing is mistaken for another. */
const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ'
const userCodeLength = 8

/** Such as `WDJB-MJHT`. */
export function newUserCode(): string {
  const letters = Array.from({ length: userCodeLength }, () => userCodeLetters[randomInt(20)] ?? '')
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** Only the server can try codes against this, and a person may type it in any case, with or without the dash. */
export function userCodeMac(serverKey: ServerKey, typed: string): string {
  const bare = typed
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')
  return serverKey.mac('passkey user code', bare)
}

/** RFC 7636 4.6. */
export function isVerifierOf(row: HandOffRow, verifier: string): boolean {
  return isSameSecret(createHash('sha256').update(verifier).digest('base64url'), row.codeChallenge)
}

/** Why a hand-off leads nowhere. A stranger is told the same about one that never was. */
type EndReason = NonNullable<HandOffRow['ended']> | 'expired' | 'unknown'

export function handOffEnded(reason: EndReason): AppError {
  return new AppError('HAND_OFF_ENDED', 'This request is over; start it again in Holdfast.', {
    details: { reason },
  })
}

/** Null while it is open. A clock that was set back does not lengthen it. */
export function endOfHandOff(row: HandOffRow, nowMs: number): EndReason | null {
  if (row.ended !== null) return row.ended
  return nowMs >= row.expiresAt || nowMs < row.createdAt - 60_000 ? 'expired' : null
}

/** What opens a hand-off's page, and what the page then holds. */
export type PageSecret =
  { readonly token: string } | { readonly userCodeMac: string } | { readonly pageKey: string }

/** @throws AppError HAND_OFF_ENDED */
export async function handOffOf(
  db: Kysely<Tables>,
  secret: PageSecret,
): Promise<{ readonly handOff: HandOffRow; readonly transaction: TransactionRow }> {
  const found = db.selectFrom('handOffs').selectAll()
  const query =
    'token' in secret
      ? found.where('tokenHash', '=', tokenHash(secret.token))
      : 'pageKey' in secret
        ? found.where('pageKeyHash', '=', tokenHash(secret.pageKey))
        : found.where('userCodeMac', '=', secret.userCodeMac)
  const handOff = await query.executeTakeFirst()
  if (handOff === undefined) throw handOffEnded('unknown')
  const transaction = await db
    .selectFrom('transactions')
    .selectAll()
    .where('id', '=', handOff.transactionId)
    .executeTakeFirst()
  if (transaction === undefined) throw handOffEnded('unknown')
  return { handOff, transaction }
}

/** The open hand-off of a transaction, or else its last one. */
export async function lastHandOff(
  db: Kysely<Tables>,
  transactionId: TransactionId,
): Promise<HandOffRow | undefined> {
  const rows = await db
    .selectFrom('handOffs')
    .selectAll()
    .where('transactionId', '=', transactionId)
    .orderBy('createdAt', 'desc')
    .execute()
  return rows.find((row) => row.ended === null) ?? rows[0]
}

export async function changeHandOff(tx: Tx, id: HandOffId, change: Partial<HandOffRow>): Promise<void> {
  await tx.updateTable('handOffs').set(change).where('id', '=', id).execute()
}

/** All that could still be done with a hand-off that is over. */
const spent = {
  tokenHash: null,
  userCodeMac: null,
  pageKeyHash: null,
  webAuthnChallenge: null,
  proof: null,
  codeHash: null,
} as const

export async function endHandOff(
  tx: Tx,
  id: HandOffId,
  ended: NonNullable<HandOffRow['ended']>,
): Promise<void> {
  await changeHandOff(tx, id, { ...spent, ended })
}

/** One at a time: whoever begins another takes the earlier ones back. */
export async function endOpenHandOffs(
  tx: Tx,
  transactionId: TransactionId,
  ended: 'replaced' | 'cancelled',
): Promise<void> {
  await tx
    .updateTable('handOffs')
    .set({ ...spent, ended })
    .where('transactionId', '=', transactionId)
    .where('ended', 'is', null)
    .execute()
}
