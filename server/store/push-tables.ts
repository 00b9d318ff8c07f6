import type { ChallengeId, FactorId, PhoneRequestId, TransactionId, UserId } from '../../shared/model/ids.ts'

/** One request that a phone answers. A secret of it that was used up is null. */
export interface PhoneRequestRow {
  id: PhoneRequestId
  transactionId: TransactionId
  /** The request that it is for; a later one of the same transaction is none of its business. */
  challengeId: ChallengeId
  userId: UserId
  /** The paired phone that is asked; null while a phone is being paired. */
  factorId: FactorId | null
  /** Whose limits it counts against: the account's, or those of one known computer. */
  lane: string
  /** Of the address that pairs a phone. */
  pairTokenHash: string | null
  /** The key of the phone that is being paired, as it gave it, and its id. */
  keyId: string | null
  publicKey: string | null
  label: string | null
  /** The two digits, as a MAC: only the server can try them. */
  numberMac: string
  /** The phone approved; the client has not taken that yet. */
  approvedAt: number | null
  /** Why nothing more comes of it; null = it is open. */
  ended: 'denied' | 'wrong-number' | 'used' | 'replaced' | null
  createdAt: number
  expiresAt: number
  polledAt: number | null
}
