import type { ApprovalId, RecoveryId, UserId } from '../../shared/model/ids.ts'

/** The one number that may bring its owner back when every second factor is lost. Proven when it was stored. */
export interface RecoveryPhoneRow {
  userId: UserId
  /** E.164. */
  phoneNumber: string
  addedAt: number
}

/** A recovery by phone; a user has at most one that is `waiting`. */
export interface RecoveryRow {
  id: RecoveryId
  userId: UserId
  /** As it was at the start: a recovery does not move on to another number. */
  phoneNumber: string
  startedAt: number
  /** When the first notice was accepted by a provider, or none was to be sent; null = nobody was told yet. */
  toldAt: number | null
  readyAt: number
  endsAt: number
  status: 'waiting' | 'cancelled' | 'finished' | 'expired'
  endedAt: number | null
  address: string
  clientName: string
}

/** A notice about a recovery that is to be sent, or was. */
export interface RecoveryNoticeRow {
  id: string
  recoveryId: RecoveryId
  what: 'started' | 'waiting' | 'ready' | 'finished' | 'cancelled'
  channel: 'sms' | 'email'
  recipient: string
  dueAt: number
  attempts: number
  sentAt: number | null
}

export interface RecoveryCancelTokenRow {
  tokenHash: string
  recoveryId: RecoveryId
}

/** A mailed code that lets a forgotten password be replaced, after a second factor; gone once it was used. */
export interface PasswordResetRow {
  codeHash: string
  userId: UserId
  /** Where it was mailed to: it is worth nothing once that is not the account's address. */
  email: string
  createdAt: number
  expiresAt: number
}

/** A mailed code that lets an address be registered; gone once it was used. The address itself stands nowhere. */
export interface RegistrationRow {
  /** MAC of the address (server/accounts/login-key.ts): one registration for each. */
  addressMac: string
  codeHash: string
  createdAt: number
  expiresAt: number
}

/** The reset of one user's second factors, which one administrator asks for and another approves. */
export interface ApprovalRow {
  id: ApprovalId
  targetUserId: UserId
  requestedBy: UserId
  requestedAt: number
  expiresAt: number
  status: 'waiting' | 'approved' | 'carried-out' | 'cancelled' | 'expired'
  /** Who approved or cancelled it. */
  decidedBy: UserId | null
  decidedAt: number | null
}
