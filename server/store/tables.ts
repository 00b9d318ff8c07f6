import type { ColumnType, Generated, Selectable } from 'kysely'
import type {
  ApiTokenId,
  BackupSetId,
  ChallengeId,
  DeviceId,
  FactorId,
  GrantId,
  GroupId,
  HandOffId,
  JobRunId,
  KeyId,
  LeaseId,
  RepositoryId,
  SessionId,
  TransactionId,
  UserId,
} from '../../shared/model/ids.ts'
import type {
  Audience,
  SecondFactorRule,
  SessionScope,
  Subscription,
  SystemRole,
  UserKind,
  UserStatus,
} from '../../shared/model/account.ts'
import type { HandOffWay } from '../../shared/model/passkey.ts'
import type { Language } from '../../shared/model/language.ts'
import type { LeaseKind } from '../../shared/model/lease.ts'
import type { Method } from '../../shared/model/policy.ts'
import type { PhoneRequestRow } from './push-tables.ts'
import type {
  AccountNoticeRow,
  ApprovalRow,
  PasswordResetRow,
  RecoveryCancelTokenRow,
  RecoveryNoticeRow,
  RecoveryPhoneRow,
  RecoveryRow,
  RegistrationRow,
} from './recovery-tables.ts'
import type {
  SenderRow,
  SenderTestRow,
  SenderCountRow,
  NumberRegistrationRow,
  AlertRow,
} from './sending-tables.ts'

export type { PhoneRequestRow } from './push-tables.ts'
export type {
  SenderRow,
  SenderTestRow,
  SenderCountRow,
  NumberRegistrationRow,
  AlertRow,
} from './sending-tables.ts'

/**
 * Rows as both databases hold them. Conventions: times are milliseconds since the epoch; flags are 0 or
 * 1; JSON is text; `…Hash` is a one-way value; `…Sealed` is encrypted with the server key, bound to its row.
 */
export interface Tables {
  settings: SettingsRow
  groups: GroupRow
  users: UserTable
  factors: FactorTable
  backupCodes: BackupCodeRow
  factorEvents: FactorEventRow
  transactions: TransactionRow
  handOffs: HandOffRow
  phoneRequests: PhoneRequestRow
  throttles: ThrottleRow
  sessions: SessionRow
  grants: GrantRow
  devices: DeviceTable
  usedNonces: UsedNonceRow
  backupSets: BackupSetRow
  repositories: RepositoryRow
  objects: ObjectRow
  leases: LeaseRow
  readBudgets: ReadBudgetRow
  jobRuns: JobRunRow
  apiTokens: ApiTokenRow
  requestBuckets: RequestBucketRow
  audit: AuditRow
  senders: SenderRow
  senderTests: SenderTestRow
  senderCounts: SenderCountRow
  numberRegistrations: NumberRegistrationRow
  alerts: AlertRow
  recoveryPhones: RecoveryPhoneRow
  recoveries: RecoveryRow
  recoveryNotices: RecoveryNoticeRow
  recoveryCancelTokens: RecoveryCancelTokenRow
  passwordResets: PasswordResetRow
  approvals: ApprovalRow
  registrations: RegistrationRow
  accountNotices: AccountNoticeRow
}

export type Flag = 0 | 1
/** May be left out when a row is written, and is null then. */
type Nullable<T> = ColumnType<T | null, T | null | undefined>

/** Settings of the whole server by name; `value` is JSON. */
export interface SettingsRow {
  /** `vapid` is the sealed key pair for notifications. */
  name: 'server' | 'vapid'
  value: string
  version: number
}

export interface GroupRow {
  id: GroupId
  name: string
  /** JSON of `policySchema`. */
  policy: string
  version: number
}

export interface UserTable {
  id: UserId
  /** As spelled when it was made. */
  loginName: string
  /** Normalised (NFKC, lower case) and unique over all users. */
  loginKey: string
  displayName: string
  kind: UserKind
  /** System users only. */
  role: SystemRole | null
  groupId: GroupId
  /** argon2id in PHC format; null until the user has one. */
  passwordHash: string | null
  mustChangePassword: Flag
  /** End of a one-time password; null = none. */
  passwordExpiresAt: number | null
  status: UserStatus
  offerDismissed: Flag
  createdAt: number
  /** JSON of `meSchema.lastSignIn`. */
  lastSignIn: string | null
  /** Overrides the group's rule for this user. */
  secondFactor: Nullable<SecondFactorRule>
  /** For notices, and for passcodes where policy allows it. */
  email: Nullable<string>
  emailProvenAt: Nullable<number>
  /** In which the server writes to this user; null = the server's default. */
  language: Nullable<Language>
  audience: Generated<Audience>
  subscription: Generated<Subscription>
  /** The sub-admin whose user this is; null = the server's administrators'. */
  ownerId: Nullable<UserId>
  /** From then on the account may not sign in or back up; null = never. */
  expiresAt: Nullable<number>
  /** Bytes it may store beside the group's limit; null = no other limit. */
  quotaBytes: Nullable<number>
  /** Client version that an import recorded; null = never was a legacy client. */
  legacyVersion: Nullable<string>
  legacyImportedAt: Nullable<number>
  /** Until then this user's legacy client may skip the second factor, only to back up; null = never. */
  legacyUntil: Nullable<number>
  /** When a legacy client's first backup ended its permission for good; null = it made none yet. */
  legacyEndedAt: Nullable<number>
  /** Grows with each change by an administrator. */
  version: Generated<number>
  /** When a sign-in first demanded a second factor that was not there: days of grace count from here. */
  enrolAskedAt: Nullable<number>
  /** 1 = the next sign-in registers a method, whatever else holds (after the switch to mobile mode). */
  mustPair: Generated<Flag>
  /**
   * System users: when another administrator last gave it its role or a way to sign in. For a while after that it
   * is no second person. Null = never, or somebody on the host did.
   */
  handedOverAt: Nullable<number>
  /** Null = it is not being deleted. */
  deletionAskedAt: Nullable<number>
  /** When it is erased for good. */
  eraseAfter: Nullable<number>
  /** What `status` is again when the deletion is taken back. */
  statusBeforeDeletion: Nullable<UserStatus>
}

export type UserRow = Selectable<UserTable>

export interface FactorTable {
  id: FactorId
  userId: UserId
  method: Method
  label: string
  /** E.164; SMS only. */
  phoneNumber: string | null
  /** Sealed: the secret of TOTP; of a paired phone where its notifications go. */
  secretSealed: string | null
  /** Highest TOTP time step that was accepted: none at or below it counts again. */
  lastTotpStep: number | null
  /** E-mail only. */
  emailAddress: Nullable<string>
  /** Passkeys and paired phones: base64url, unique over all users. */
  credentialId: Nullable<string>
  /** JSON of what the registration gave: public key, and of a passkey counter and transports. */
  credential: Nullable<string>
  isProven: Flag
  addedAt: number
  lastUsedAt: number | null
}

export type FactorRow = Selectable<FactorTable>

export interface BackupCodeRow {
  userId: UserId
  factorId: FactorId
  /** Position in the list, 1–10. */
  position: number
  codeHash: string
  usedAt: number | null
}

export interface FactorEventRow {
  id: string
  userId: UserId
  at: number
  event: string
  method: Method
  label: string
  address: string | null
}

export interface TransactionRow {
  id: TransactionId
  tokenHash: string
  purpose: 'sign-in' | 'step-up' | 'enrol' | 'password-reset'
  userId: UserId
  /** Step-up and enrolment only. */
  sessionId: SessionId | null
  /** JSON of `operationSchema`; step-up only. */
  operation: string | null
  /** JSON of the state machine's own state. */
  state: string
  /** The open challenge, so that its tries can be counted by one statement. */
  challengeId: ChallengeId | null
  triesLeft: number | null
  /** JSON of `clientInfoSchema`. */
  client: string
  address: string
  /** The device that proved itself at the start. */
  deviceId: DeviceId | null
  keepSignedIn: Flag
  createdAt: number
  expiresAt: number
  endedAt: number | null
}

/** One request for a passkey, handed to a browser. A secret of it that was used up is null. */
export interface HandOffRow {
  id: HandOffId
  transactionId: TransactionId
  /** The request that it is for; a later one of the same transaction is none of its business. */
  challengeId: ChallengeId
  way: HandOffWay
  /** Of the address that opens the page; this computer only. */
  tokenHash: string | null
  /** What a person types to open the page; other devices only. A MAC, because the code is short. */
  userCodeMac: string | null
  /** Of the page that was opened. */
  pageKeyHash: string | null
  /** PKCE: SHA-256 of the verifier that only the client knows. */
  codeChallenge: string
  /** Where the client listens on loopback, and what it wants to see again. */
  port: number | null
  state: string | null
  /** What the passkey has to sign; null = none is waited for. */
  webAuthnChallenge: string | null
  /** JSON of what the passkey proved, for the client to take. */
  proof: string | null
  /** Of the code that takes it; this computer only. */
  codeHash: string | null
  /** Why nothing more comes of it; null = it is open. */
  ended: 'declined' | 'used' | 'replaced' | 'cancelled' | null
  createdAt: number
  expiresAt: number
  polledAt: number | null
}

/** A counter with a window and a pause. `key` names what is counted (`send:number:+49…`, `code:usr_…`). */
export interface ThrottleRow {
  key: string
  count: number
  windowStartedAt: number
  lockedUntil: number | null
  /** How many pauses in a row: the next one is longer. */
  lockCount: number
}

export interface SessionRow {
  id: SessionId
  tokenHash: string
  userId: UserId
  scope: SessionScope
  deviceId: DeviceId | null
  /** JSON array of what proved it. */
  provenBy: string
  freshUntil: number | null
  client: string
  address: string
  /** JSON array of the networks that it was used from (server/sessions/networks.ts). */
  networks: string
  startedAt: number
  lastUsedAt: number
  /** Hard end; the idle end is computed from `lastUsedAt`. */
  expiresAt: number
  idleMs: number
  endedAt: number | null
}

export interface GrantRow {
  id: GrantId
  tokenHash: string
  sessionId: SessionId
  userId: UserId
  operation: string
  createdAt: number
  expiresAt: number
  usedAt: number | null
}

export interface DeviceTable {
  id: DeviceId
  userId: UserId
  name: string
  platform: string
  publicKey: string
  enrolledAt: number
  lastSeenAt: number | null
  lastAddress: string | null
  revokedAt: number | null
  trustedUntil: number | null
  /** When its user last chose to trust it: the trust has an absolute end from here. */
  trustedSince: Nullable<number>
  /** The method that was proven for it. */
  trustedBy: Nullable<Method>
  /** The server's origin in its proofs; null = its client names none yet. */
  serverAddress: Nullable<string>
}

export type DeviceRow = Selectable<DeviceTable>

export interface UsedNonceRow {
  nonceHash: string
  expiresAt: number
}

export interface RepositoryRow {
  id: RepositoryId
  userId: UserId
  keyId: KeyId
  createdAt: number
  /** Bytes of all objects, trash included. */
  storedBytes: number
  brakeTrippedAt: number | null
  /** Deletions before it count no more towards the brake. */
  brakeResumedAt: number | null
}

export interface BackupSetRow {
  id: BackupSetId
  userId: UserId
  deviceId: DeviceId | null
  repositoryId: RepositoryId
  /** JSON of `backupSetDefinitionSchema`. */
  definition: string
  version: number
  createdAt: number
  deletedAt: number | null
  purgeAfter: number | null
}

/** restic's kinds of files. */
export type ObjectType = 'config' | 'keys' | 'data' | 'index' | 'snapshots' | 'locks'

/** One stored object. The row is what makes it visible: it is written after the bytes are synced and verified. */
export interface ObjectRow {
  repositoryId: RepositoryId
  type: ObjectType
  /** SHA-256 in hex; `config` for the config. */
  name: string
  sizeBytes: number
  /** Arrival at the server: the only age that counts. */
  storedAt: number
  leaseId: LeaseId
  /** A pack that holds folders and no file data, as its writer declared while its lease lived. */
  isMetadata: Flag
  /** Null = visible. */
  trashedAt: number | null
  releaseAt: number | null
  trashedByLeaseId: LeaseId | null
  /** Its bytes are being erased: it cannot come back, and the row goes after the bytes. */
  purgeStartedAt: number | null
}

export interface LeaseRow {
  id: LeaseId
  secretHash: string
  kind: LeaseKind
  userId: UserId
  /** Device leases only. */
  deviceId: DeviceId | null
  /** Session leases only. */
  sessionId: SessionId | null
  backupSetId: BackupSetId
  repositoryId: RepositoryId
  createdAt: number
  expiresAt: number
  heartbeatSequence: number
  endedAt: number | null
  /** Error code that the heartbeat reports to the client. */
  problem: string | null
  address: string
}

/** Bytes of file data that a device read under backup and maintenance leases in a day. */
export interface ReadBudgetRow {
  repositoryId: RepositoryId
  deviceId: DeviceId
  /** Days since the epoch, UTC. */
  day: number
  readBytes: number
}

export interface JobRunRow {
  id: JobRunId
  backupSetId: BackupSetId
  userId: UserId
  deviceId: DeviceId | null
  startedAt: number
  /** JSON of `runReportSchema`. */
  report: string
}

/** What a program shows instead of signing in. */
export interface ApiTokenRow {
  id: ApiTokenId
  tokenHash: string
  /** The API user it acts as. */
  userId: UserId
  name: string
  /** JSON array of `tokenScopeSchema`. */
  scopes: string
  /** JSON array of addresses and networks in CIDR; empty = any. */
  networks: string
  createdAt: number
  expiresAt: number
  lastUsedAt: number | null
  lastAddress: string | null
  revokedAt: number | null
}

/** How many requests somebody may still send (server/limits/request-limits.ts). */
export interface RequestBucketRow {
  /** `session:<id>`, `device:<id>` or `token:<id>`. */
  requester: string
  /** When it will be full again. */
  fullAt: number
}

/** Append-only, hash-chained: `hash` = SHA-256 over `previousHash` and the entry. */
export interface AuditRow {
  sequence: ColumnType<number, number, never>
  at: ColumnType<number, number, never>
  entry: ColumnType<string, string, never>
  previousHash: ColumnType<string, string, never>
  hash: ColumnType<string, string, never>
}
