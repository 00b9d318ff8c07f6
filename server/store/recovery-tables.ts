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

/** What one administrator asks for and another one approves. */
export interface ApprovalRow {
  id: ApprovalId
  /** Canonical JSON of `approvalSubjectSchema`: what is carried out must be the same text. */
  subject: string
  /** Null where it is about no single user. */
  targetUserId: UserId | null
  requestedBy: UserId
  requestedAt: number
  expiresAt: number
  status: 'waiting' | 'approved' | 'carried-out' | 'cancelled' | 'expired'
  /** Who approved or cancelled it, as the audit log names them: `user:<id>`, `command:<name>`. */
  decidedBy: string | null
  decidedAt: number | null
}

/** A notice about an account that is to be sent; gone once it was, or when trying was of no use. */
export interface AccountNoticeRow {
  id: string
  userId: UserId
  /** JSON: what happened, and whom to tell as it was at that moment. */
  notice: string
  dueAt: number
  attempts: number
}
