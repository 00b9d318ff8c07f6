import { z } from 'zod'

/** Ids are random and opaque: `usr_` and 22 characters of base64url (128 bits). */
function id<B extends string>(prefix: string, brand: B) {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[A-Za-z0-9_-]{22}$`))
    .brand(brand)
}

export const userIdSchema = id('usr', 'UserId')
export const groupIdSchema = id('grp', 'GroupId')
export const factorIdSchema = id('fac', 'FactorId')
export const transactionIdSchema = id('txn', 'TransactionId')
export const handOffIdSchema = id('hof', 'HandOffId')
export const phoneRequestIdSchema = id('phr', 'PhoneRequestId')
export const challengeIdSchema = id('chl', 'ChallengeId')
export const sessionIdSchema = id('ses', 'SessionId')
export const grantIdSchema = id('gra', 'GrantId')
export const deviceIdSchema = id('dev', 'DeviceId')
export const backupSetIdSchema = id('set', 'BackupSetId')
export const repositoryIdSchema = id('rep', 'RepositoryId')
export const leaseIdSchema = id('lea', 'LeaseId')
export const recoveryIdSchema = id('rcv', 'RecoveryId')
export const approvalIdSchema = id('apr', 'ApprovalId')
export const jobRunIdSchema = id('run', 'JobRunId')
export const senderIdSchema = id('snd', 'SenderId')
export const senderTestIdSchema = id('snt', 'SenderTestId')
export const alertIdSchema = id('alr', 'AlertId')
export const apiTokenIdSchema = id('tok', 'ApiTokenId')
/** Names a repository key without telling anything about it; printed on the recovery kit. */
export const keyIdSchema = id('key', 'KeyId')
/** restic's own id of a snapshot: SHA-256 in hex. */
export const snapshotIdSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand('SnapshotId')

export type UserId = z.infer<typeof userIdSchema>
export type GroupId = z.infer<typeof groupIdSchema>
export type FactorId = z.infer<typeof factorIdSchema>
export type TransactionId = z.infer<typeof transactionIdSchema>
export type HandOffId = z.infer<typeof handOffIdSchema>
export type PhoneRequestId = z.infer<typeof phoneRequestIdSchema>
export type ChallengeId = z.infer<typeof challengeIdSchema>
export type SessionId = z.infer<typeof sessionIdSchema>
export type GrantId = z.infer<typeof grantIdSchema>
export type DeviceId = z.infer<typeof deviceIdSchema>
export type BackupSetId = z.infer<typeof backupSetIdSchema>
export type RepositoryId = z.infer<typeof repositoryIdSchema>
export type LeaseId = z.infer<typeof leaseIdSchema>
export type RecoveryId = z.infer<typeof recoveryIdSchema>
export type ApprovalId = z.infer<typeof approvalIdSchema>
export type JobRunId = z.infer<typeof jobRunIdSchema>
export type SenderId = z.infer<typeof senderIdSchema>
export type SenderTestId = z.infer<typeof senderTestIdSchema>
export type AlertId = z.infer<typeof alertIdSchema>
export type ApiTokenId = z.infer<typeof apiTokenIdSchema>
export type KeyId = z.infer<typeof keyIdSchema>
export type SnapshotId = z.infer<typeof snapshotIdSchema>

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const instantSchema = z.iso.datetime()
