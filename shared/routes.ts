import { z } from 'zod'
import { backupAdminRoutes } from './backup-admin-routes.ts'
import { senderAdminRoutes } from './sender-admin-routes.ts'
import { serverAdminRoutes } from './server-admin-routes.ts'
import { userAdminRoutes } from './user-admin-routes.ts'
import { approvalRoutes } from './approval-routes.ts'
import { defineRoutes, type RouteCall, type RouteInput, type RouteReply } from './contract.ts'
import {
  deviceSchema,
  factorEventSchema,
  factorSchema,
  givenPasswordSchema,
  labelSchema,
  loginNameSchema,
  meSchema,
  newPasswordSchema,
  publicKeySchema,
  serverAddressSchema,
  sessionSchema,
  signatureSchema,
  typedCodeSchema,
} from './model/account.ts'
import { backupSetDefinitionSchema, backupSetSchema } from './model/backup-set.ts'
import {
  backupSetIdSchema,
  deviceIdSchema,
  factorIdSchema,
  instantSchema,
  keyIdSchema,
  sessionIdSchema,
} from './model/ids.ts'
import { languageSchema } from './model/language.ts'
import { jobRunSchema, runReportSchema } from './model/job-run.ts'
import { heartbeatReplySchema, leaseSchema } from './model/lease.ts'
import { phoneChannelSchema } from './model/policy.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { pushRoutes } from './push-routes.ts'
import { pendingRecoverySchema } from './model/recovery.ts'
import { clientInfoSchema, enrolmentSchema, operationSchema, stepSchema } from './model/sign-in.ts'
import { recoveryRoutes } from './recovery-routes.ts'
import { trialOfferSchema } from './model/trial.ts'
import { trialRoutes } from './trial-routes.ts'

const done = z.object({ done: z.literal(true) })
const grant = { grantToken: z.string().min(1).max(200) }
const nonceSchema = z.string().min(1).max(200)
/** Proof that the caller holds a device's private key over a nonce of the server (shared/device-proof.ts). */
const deviceProofFields = {
  deviceId: deviceIdSchema,
  nonce: nonceSchema,
  signature: signatureSchema,
  /** Whom the proof is for; clients from before leave it out, and no computer may that has named one. */
  serverAddress: serverAddressSchema.optional(),
}
const transactionReply = z.object({ transactionToken: z.string(), step: stepSchema })
const stepReply = z.object({ step: stepSchema })

const personalRoutes = defineRoutes({
  serverInfo: {
    method: 'GET',
    path: '/server',
    permission: 'public',
    summary: 'What this server is, and its clock',
    reply: z.object({
      product: z.literal('Holdfast'),
      version: z.string(),
      apiVersion: z.literal(1),
      name: z.string(),
      now: instantSchema,
      /** Who may register an account on trial here; null = nobody. Servers before this one do not say. */
      trial: trialOfferSchema.nullable().default(null),
    }),
  },
  nonce: {
    method: 'POST',
    path: '/nonces',
    permission: 'public',
    summary: 'A single-use nonce for a device proof',
    reply: z.object({ nonce: nonceSchema, expiresAt: instantSchema }),
  },

  signInStart: {
    method: 'POST',
    path: '/sign-in',
    permission: 'public',
    summary: 'Start signing in with a password',
    body: z.object({
      loginName: loginNameSchema,
      password: givenPasswordSchema,
      client: clientInfoSchema,
      /** A known computer has its own lane of limits and may be trusted. */
      device: z.object(deviceProofFields).optional(),
      keepSignedIn: z.boolean().default(false),
    }),
    reply: transactionReply,
  },
  signInChangePassword: {
    method: 'POST',
    path: '/transaction/change-password',
    permission: 'transaction',
    summary: 'Replace a one-time password',
    body: z.object({ newPassword: newPasswordSchema }),
    reply: stepReply,
  },
  chooseMethod: {
    method: 'POST',
    path: '/transaction/choose-method',
    permission: 'transaction',
    summary: 'Choose how to prove identity; sends a passcode where the method sends one',
    body: z.object({
      factorId: factorIdSchema,
      /** Of a phone: text message or call; the first that can be used where it is left out. */
      channel: phoneChannelSchema.optional(),
    }),
    reply: stepReply,
  },
  chooseAnother: {
    method: 'POST',
    path: '/transaction/choose-another',
    permission: 'transaction',
    summary: 'Back to the choice of methods; the open challenge ends',
    reply: stepReply,
  },
  resend: {
    method: 'POST',
    path: '/transaction/resend',
    permission: 'transaction',
    summary: 'Send a new passcode, to a phone also by the other channel; the previous one ends',
    body: z.object({ channel: phoneChannelSchema.optional() }).prefault({}),
    reply: stepReply,
  },
  prove: {
    method: 'POST',
    path: '/transaction/prove',
    permission: 'transaction',
    summary: 'Prove identity with a code',
    body: z.object({
      code: typedCodeSchema,
      /** Trust this computer for the policy's hours; needs the device proof of the start. */
      trustDevice: z.boolean().default(false),
    }),
    reply: stepReply,
  },
  startEnrolment: {
    method: 'POST',
    path: '/transaction/enrol',
    permission: 'transaction',
    summary: 'Start registering a method while signing in; it counts after a live proof',
    body: enrolmentSchema,
    reply: stepReply,
  },
  skipEnrolment: {
    method: 'POST',
    path: '/transaction/skip-enrolment',
    permission: 'transaction',
    summary: 'Go on without a second factor where policy allows it',
    body: z.object({ dontShowAgain: z.boolean().default(false) }),
    reply: stepReply,
  },
  cancelTransaction: {
    method: 'DELETE',
    path: '/transaction',
    permission: 'transaction',
    summary: 'Give up; nothing of the transaction stays usable',
    reply: done,
  },
  stepUp: {
    method: 'POST',
    path: '/step-up',
    permission: 'session',
    summary: 'Prove a second factor again for one named operation',
    body: z.object({ operation: operationSchema }),
    reply: transactionReply,
  },
  consumeExportGrant: {
    method: 'POST',
    path: '/grants/export-key',
    permission: 'session',
    summary: 'Use a grant for showing the key again; the server holds no key, it permits and records',
    body: z.object(grant),
    reply: done,
  },

  me: {
    method: 'GET',
    path: '/me',
    permission: 'session',
    summary: 'Who is signed in, and what policy says',
    reply: meSchema,
  },
  setLanguage: {
    method: 'PUT',
    path: '/me/language',
    permission: 'fresh',
    summary: 'Choose the language of messages to oneself',
    body: z.object({ language: languageSchema }),
    reply: done,
  },
  signOut: {
    method: 'POST',
    path: '/sign-out',
    permission: 'session',
    summary: 'End this session',
    reply: done,
  },
  sessions: {
    method: 'GET',
    path: '/sessions',
    permission: 'session',
    summary: 'Open sessions of the user',
    reply: z.object({ sessions: z.array(sessionSchema) }),
  },
  endSession: {
    method: 'DELETE',
    path: '/sessions/:sessionId',
    permission: 'session',
    summary: 'Sign a session out; another one than the caller’s needs a fresh session',
    params: z.object({ sessionId: sessionIdSchema }),
    reply: done,
  },
  changePassword: {
    method: 'POST',
    path: '/password',
    permission: 'session',
    summary: 'Change the password; ends all other sessions',
    body: z.object({
      currentPassword: givenPasswordSchema,
      newPassword: newPasswordSchema,
      /** Needed by every account that has a second factor. */
      grantToken: grant.grantToken.optional(),
    }),
    reply: done,
  },

  factors: {
    method: 'GET',
    path: '/factors',
    permission: 'session',
    summary: 'Registered methods and their history',
    reply: z.object({ factors: z.array(factorSchema), history: z.array(factorEventSchema) }),
  },
  enrolFactor: {
    method: 'POST',
    path: '/factors',
    permission: 'session',
    summary: 'Start registering another method; the first one of an account needs no grant',
    body: z.object({ enrolment: enrolmentSchema, grantToken: grant.grantToken.optional() }),
    reply: transactionReply,
  },
  removeFactor: {
    method: 'DELETE',
    path: '/factors/:factorId',
    permission: 'session',
    summary: 'Remove a method',
    params: z.object({ factorId: factorIdSchema }),
    body: z.object(grant),
    reply: done,
  },
  optOut: {
    method: 'POST',
    path: '/factors/opt-out',
    permission: 'session',
    summary: 'Remove every method of the account, where policy lets people switch the second factor off',
    body: z.object(grant),
    reply: z.object({ removed: z.number().int() }),
  },
  regenerateBackupCodes: {
    method: 'POST',
    path: '/factors/backup-codes',
    permission: 'session',
    summary: 'New backup codes; the old ones die',
    body: z.object(grant),
    reply: z.object({ backupCodes: z.array(z.string()) }),
  },

  devices: {
    method: 'GET',
    path: '/devices',
    permission: 'session',
    summary: 'Enrolled computers',
    reply: z.object({ devices: z.array(deviceSchema) }),
  },
  enrolDevice: {
    method: 'POST',
    path: '/devices',
    permission: 'fresh',
    summary: 'Let this computer run backups by itself',
    body: z.object({
      name: labelSchema,
      platform: z
        .string()
        .min(1)
        .max(40)
        .regex(/^[^\p{C}]*$/u),
      publicKey: publicKeySchema,
      nonce: nonceSchema,
      signature: signatureSchema,
      serverAddress: serverAddressSchema.optional(),
    }),
    reply: z.object({ device: deviceSchema }),
  },
  revokeDevice: {
    method: 'DELETE',
    path: '/devices/:deviceId',
    permission: 'session',
    summary: 'Revoke a computer; its running transfers stop within seconds',
    params: z.object({ deviceId: deviceIdSchema }),
    body: z.object(grant),
    reply: done,
  },
  untrustDevice: {
    method: 'DELETE',
    path: '/devices/:deviceId/trust',
    permission: 'session',
    summary:
      'Ask a computer for the second factor again; another one than the caller’s needs a fresh session',
    params: z.object({ deviceId: deviceIdSchema }),
    reply: done,
  },
  deviceSets: {
    method: 'POST',
    path: '/device/sets',
    permission: 'public',
    summary: 'The sets that run on this computer; by device proof, for silent runs',
    body: z.object(deviceProofFields),
    reply: z.object({
      backupSets: z.array(backupSetSchema),
      /** Shown by every enrolled computer, also when nobody is signed in; absent = none. */
      pendingRecovery: pendingRecoverySchema.optional(),
    }),
  },
  deviceReport: {
    method: 'POST',
    path: '/device/runs',
    permission: 'public',
    summary: 'Record a run that had no lease: a skip, or a failure before it began; by device proof',
    body: z.object({ ...deviceProofFields, backupSetId: backupSetIdSchema, report: runReportSchema }),
    reply: z.object({ run: jobRunSchema }),
  },

  backupSets: {
    method: 'GET',
    path: '/backup-sets',
    permission: 'session',
    summary: 'Own backup sets',
    reply: z.object({ backupSets: z.array(backupSetSchema) }),
  },
  createBackupSet: {
    method: 'POST',
    path: '/backup-sets',
    permission: 'fresh',
    summary: 'Make a set and its empty repository',
    body: z.object({ definition: backupSetDefinitionSchema, deviceId: deviceIdSchema, keyId: keyIdSchema }),
    reply: z.object({ backupSet: backupSetSchema }),
  },
  updateBackupSet: {
    method: 'PUT',
    path: '/backup-sets/:backupSetId',
    permission: 'fresh',
    summary: 'Change a set; shorter retention needs a grant of its own',
    params: z.object({ backupSetId: backupSetIdSchema }),
    body: z.object({
      definition: backupSetDefinitionSchema,
      version: z.number().int(),
      /** Moves the set to another enrolled computer of the user (new-computer recovery). */
      deviceId: deviceIdSchema.optional(),
      grantToken: grant.grantToken.optional(),
    }),
    reply: z.object({ backupSet: backupSetSchema }),
  },
  deleteBackupSet: {
    method: 'DELETE',
    path: '/backup-sets/:backupSetId',
    permission: 'session',
    summary: 'Ask for a set’s deletion; nothing is erased before the retention lock ends',
    params: z.object({ backupSetId: backupSetIdSchema }),
    body: z.object(grant),
    reply: z.object({ backupSet: backupSetSchema }),
  },
  undeleteBackupSet: {
    method: 'POST',
    path: '/backup-sets/:backupSetId/undelete',
    permission: 'session',
    summary: 'Take the deletion of a set back',
    params: z.object({ backupSetId: backupSetIdSchema }),
    reply: z.object({ backupSet: backupSetSchema }),
  },
  resumeBrake: {
    method: 'POST',
    path: '/backup-sets/:backupSetId/resume',
    permission: 'session',
    summary: 'Let deletions go on after the brake tripped',
    params: z.object({ backupSetId: backupSetIdSchema }),
    body: z.object(grant),
    reply: z.object({ backupSet: backupSetSchema }),
  },
  runs: {
    method: 'GET',
    path: '/backup-sets/:backupSetId/runs',
    permission: 'session',
    summary: 'Job runs of a set, newest first',
    params: z.object({ backupSetId: backupSetIdSchema }),
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    reply: z.object({ runs: z.array(jobRunSchema) }),
  },

  deviceLease: {
    method: 'POST',
    path: '/leases/device',
    permission: 'public',
    summary: 'A backup or maintenance lease; by device proof',
    body: z.object({
      ...deviceProofFields,
      backupSetId: backupSetIdSchema,
      kind: z.enum(['backup', 'maintenance']),
    }),
    reply: z.object({ lease: leaseSchema }),
  },
  browseLease: {
    method: 'POST',
    path: '/leases/browse',
    permission: 'session',
    summary: 'A lease that reads the list of snapshots and their folders, no file data',
    body: z.object({ backupSetId: backupSetIdSchema }),
    reply: z.object({ lease: leaseSchema }),
  },
  restoreLease: {
    method: 'POST',
    path: '/leases/restore',
    permission: 'session',
    summary: 'A lease that reads one repository',
    body: z.object({ backupSetId: backupSetIdSchema, ...grant }),
    reply: z.object({ lease: leaseSchema }),
  },
  heartbeat: {
    method: 'POST',
    path: '/lease/heartbeat',
    permission: 'lease',
    summary: 'Keep a lease alive; a device lease needs the device’s signature over a growing number',
    body: z.object({
      sequence: z.number().int().min(1),
      signature: signatureSchema.optional(),
      serverAddress: serverAddressSchema.optional(),
    }),
    reply: heartbeatReplySchema,
  },
  declareMetadata: {
    method: 'POST',
    path: '/lease/metadata',
    permission: 'lease',
    summary:
      'Name the packs of this run that hold folders and no file data, so that later runs may read them',
    maxBodyBytes: 8 * 1024 * 1024,
    body: z.object({ packs: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(100_000) }),
    reply: z.object({ accepted: z.number().int() }),
  },
  endLease: {
    method: 'POST',
    path: '/lease/end',
    permission: 'lease',
    summary: 'End a lease and report its run',
    // A thousand paths of files that were left out.
    maxBodyBytes: 8 * 1024 * 1024,
    body: z.object({ report: runReportSchema.optional() }),
    reply: z.object({ run: jobRunSchema.nullable() }),
  },
})

/** Everything the server answers under `/api/v1`. Types, validation and the OpenAPI document derive from here. */
export const routes = defineRoutes({
  ...personalRoutes,
  ...passkeyRoutes,
  ...pushRoutes,
  ...userAdminRoutes,
  ...serverAdminRoutes,
  ...senderAdminRoutes,
  ...backupAdminRoutes,
  ...recoveryRoutes,
  ...trialRoutes,
  ...approvalRoutes,
  ...userAdminRoutes,
  ...serverAdminRoutes,
})

export type Routes = typeof routes
export type RouteName = keyof Routes
export type InputOf<N extends RouteName> = RouteInput<Routes[N]>
export type CallOf<N extends RouteName> = RouteCall<Routes[N]>
export type ReplyOf<N extends RouteName> = RouteReply<Routes[N]>

export const apiPrefix = '/api/v1'
/** restic REST repositories live below this path, one per repository id. */
export const storagePrefix = '/restic'
