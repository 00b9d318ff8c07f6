import { z } from 'zod'
import { problemSchema, type Problem } from './errors.ts'
import {
  deviceSchema,
  factorEventSchema,
  factorSchema,
  givenPasswordSchema,
  labelSchema,
  loginNameSchema,
  meSchema,
  newPasswordSchema,
  sessionSchema,
  sessionScopeSchema,
  typedCodeSchema,
} from './model/account.ts'
import { backupSetDefinitionSchema, backupSetSchema } from './model/backup-set.ts'
import {
  backupSetIdSchema,
  deviceIdSchema,
  factorIdSchema,
  instantSchema,
  jobRunIdSchema,
  keyIdSchema,
  sessionIdSchema,
  snapshotIdSchema,
} from './model/ids.ts'
import { languageSchema } from './model/language.ts'
import { installationSchema } from './model/installation.ts'
import { jobRunSchema } from './model/job-run.ts'
import {
  dryRunSchema,
  filePreviewSchema,
  previewIdSchema,
  previewProgressSchema,
  selectionSchema,
} from './model/preview.ts'
import { phoneChannelSchema } from './model/policy.ts'
import { runLogSchema } from './model/run-log.ts'
import { handOffSchema, handOffWaySchema } from './model/passkey.ts'
import { clientStepSchema, enrolmentSchema, fromPageSchema, operationSchema } from './model/sign-in.ts'
import { proxyChoiceSchema, proxyStatusSchema } from './model/proxy.ts'
import { pendingRecoverySchema } from './model/recovery.ts'
import { nodeSchema, snapshotSchema } from './model/snapshot.ts'
import { recoveryRequests } from './recovery-requests.ts'
import { trialRequests } from './trial-requests.ts'

const nothing = z.object({})
const done = z.object({ done: z.literal(true) })

const stepReply = z.object({ step: clientStepSchema })

export const secretStoreKindSchema = z.enum(['system', 'file'])
export type SecretStoreKind = z.infer<typeof secretStoreKindSchema>

export const appStatusSchema = z.object({
  version: z.string(),
  profilePath: z.string(),
  installation: installationSchema,
  server: z
    .object({ address: z.string(), allowInsecure: z.boolean(), caFile: z.string().nullable() })
    .nullable(),
  proxy: proxyStatusSchema,
  loginName: z.string().nullable(),
  session: z.object({ scope: sessionScopeSchema, expiresAt: instantSchema }).nullable(),
  device: z.object({ id: deviceIdSchema, name: z.string() }).nullable(),
  secretStore: z.object({
    kind: secretStoreKindSchema,
    state: z.enum(['ready', 'locked', 'unavailable']),
    /** Where secrets are, in words or as a path. */
    place: z.string(),
  }),
  key: z.object({ keyId: keyIdSchema, isKitConfirmed: z.boolean() }).nullable(),
  engine: z
    .object({
      version: z.string(),
      path: z.string(),
      /** See shared/retention.ts. */
      keepsOldest: z.boolean(),
    })
    .nullable(),
  /**
   * Whether the newest backup of this computer was skipped because its account needs a second factor, and nobody
   * has signed in with one since.
   */
  needsSecondFactor: z.boolean(),
  /** Job runs under way in this process. */
  running: z.array(jobRunIdSchema),
  /** Whether the process that owns the profile runs the schedules; else nothing runs by itself. */
  isScheduling: z.boolean(),
  nextRuns: z.array(z.object({ backupSetId: backupSetIdSchema, name: z.string(), at: instantSchema })),
  /** Whether a new person is still led through the first steps. */
  showsFirstSteps: z.boolean(),
  /** A recovery of the account that this process heard of: somebody must know whether it is theirs. */
  pendingRecovery: pendingRecoverySchema.nullable(),
})
export type AppStatus = z.infer<typeof appStatusSchema>

/** What to do where the place to restore to already has something of that name. */
export const conflictChoiceSchema = z.enum(['keep-both', 'keep-existing', 'overwrite'])
export type ConflictChoice = z.infer<typeof conflictChoiceSchema>

const restoreSelection = {
  backupSetId: backupSetIdSchema,
  snapshotId: snapshotIdSchema,
  /** Absolute paths inside the snapshot; empty = everything. */
  paths: z.array(z.string().min(1).max(4096)).max(10_000).default([]),
  /** Null = where the files came from. */
  targetFolder: z.string().min(1).max(4096).nullable(),
  onConflict: conflictChoiceSchema.default('keep-both'),
}

export const recoveryKitSchema = z.object({
  keyId: keyIdSchema,
  /** The whole kit as plain text and as a printable page with a QR code. Contains the key. */
  text: z.string(),
  html: z.string(),
  /** Which group of the key (counted from 1) must be typed back to confirm that the kit was saved. */
  confirmGroups: z.array(z.number().int()),
})
export type RecoveryKit = z.infer<typeof recoveryKitSchema>

export const doctorCheckSchema = z.object({
  name: z.string(),
  state: z.enum(['ok', 'warning', 'failed']),
  summary: z.string(),
  /** What to do about it; null when nothing needs doing. */
  advice: z.string().nullable(),
})
export type DoctorCheck = z.infer<typeof doctorCheckSchema>

export const runProgressSchema = z.object({
  jobRunId: jobRunIdSchema,
  backupSetId: backupSetIdSchema,
  kind: jobRunSchema.shape.kind,
  stage: z.enum(['preparing', 'scanning', 'transferring', 'finishing']),
  /** 0–1; null while unknown. */
  doneFraction: z.number().nullable(),
  filesDone: z.number().int(),
  filesTotal: z.number().int().nullable(),
  bytesDone: z.number().int(),
  bytesTotal: z.number().int().nullable(),
  bytesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
  currentFiles: z.array(z.string()),
  leftOutCount: z.number().int(),
})
export type RunProgress = z.infer<typeof runProgressSchema>

/** A run of the process that owns the profile, as it is now. */
export const runUnderWaySchema = runProgressSchema
  .pick({ jobRunId: true, backupSetId: true, kind: true })
  .extend({
    trigger: jobRunSchema.shape.trigger,
    startedAt: instantSchema,
    /** What was told last; null until the first time. */
    progress: runProgressSchema.nullable(),
  })
export type RunUnderWay = z.infer<typeof runUnderWaySchema>

/** Requests a user interface may make. Adding one breaks the build until core answers it. */
export const clientRequests = {
  ...recoveryRequests,
  ...trialRequests,

  'app.status': { input: nothing, output: appStatusSchema },
  'app.chooseSecretStore': { input: z.object({ kind: secretStoreKindSchema }), output: done },
  /** Kept with the profile: whoever skipped them in the window does not meet them on the page. */
  'app.showFirstSteps': { input: z.object({ areShown: z.boolean() }), output: done },
  'server.connect': {
    input: z.object({
      address: z.string().min(1).max(300),
      allowInsecure: z.boolean().default(false),
      caFile: z.string().nullable().default(null),
      /** Without it the way there stays as it is. */
      proxy: proxyChoiceSchema.optional(),
    }),
    output: z.object({ address: z.string(), name: z.string(), version: z.string(), clockSkewMs: z.number() }),
  },

  'signIn.start': {
    input: z.object({
      loginName: loginNameSchema,
      password: givenPasswordSchema,
      keepSignedIn: z.boolean().default(false),
      fromPage: fromPageSchema,
      /** What the window speaks, for messages; kept by the server after the whole proof. */
      language: languageSchema.optional(),
    }),
    output: stepReply,
  },
  'signIn.signOut': { input: nothing, output: done },
  /** A step-up ends in `granted`; core keeps the grant and uses it for the next request of that operation. */
  'stepUp.start': { input: z.object({ operation: operationSchema }), output: stepReply },
  'transaction.changePassword': { input: z.object({ newPassword: newPasswordSchema }), output: stepReply },
  'transaction.chooseMethod': {
    input: z.object({ factorId: factorIdSchema, channel: phoneChannelSchema.optional() }),
    output: stepReply,
  },
  'transaction.chooseAnother': { input: nothing, output: stepReply },
  'transaction.resend': {
    input: z.object({ channel: phoneChannelSchema.optional() }),
    output: stepReply,
  },
  'transaction.prove': {
    input: z.object({ code: typedCodeSchema, trustDevice: z.boolean().default(false) }),
    output: stepReply,
  },
  'transaction.startEnrolment': { input: enrolmentSchema, output: stepReply },
  'transaction.skipEnrolment': {
    input: z.object({ dontShowAgain: z.boolean().default(false) }),
    output: stepReply,
  },
  'transaction.cancel': { input: nothing, output: done },
  /** Hands the open request for a passkey to a browser: `address` is to be opened, or `userCode` typed there. */
  'transaction.startHandOff': {
    input: z.object({
      way: handOffWaySchema,
      /** Of the page (BCP 47); else the browser's. */
      language: z.string().max(20).optional(),
    }),
    output: handOffSchema.omit({ pollSeconds: true }),
  },
  /** Answers when the browser has: with the next step. */
  'transaction.awaitHandOff': {
    input: z.object({ trustDevice: z.boolean().default(false) }),
    output: stepReply,
  },
  'transaction.cancelHandOff': { input: nothing, output: done },
  /** Answers when the phone has approved: with the next step. */
  'transaction.awaitPhone': {
    input: z.object({ trustDevice: z.boolean().default(false) }),
    output: stepReply,
  },
  /** Asks the phone anew, with another number. */
  'transaction.askPhone': { input: nothing, output: stepReply },
  'transaction.stopAwaitingPhone': { input: nothing, output: done },

  'account.me': { input: nothing, output: meSchema },
  /** The language of messages from the server. */
  'account.setLanguage': { input: z.object({ language: languageSchema }), output: done },
  'account.changePassword': {
    input: z.object({ currentPassword: givenPasswordSchema, newPassword: newPasswordSchema }),
    output: done,
  },
  'sessions.list': { input: nothing, output: z.object({ sessions: z.array(sessionSchema) }) },
  'sessions.end': { input: z.object({ sessionId: sessionIdSchema }), output: done },
  'factors.list': {
    input: nothing,
    output: z.object({ factors: z.array(factorSchema), history: z.array(factorEventSchema) }),
  },
  'factors.enrol': { input: enrolmentSchema, output: stepReply },
  'factors.remove': { input: z.object({ factorId: factorIdSchema }), output: done },
  /** Removes every method. Needs a step-up for `opt-out`. */
  'factors.optOut': { input: nothing, output: z.object({ removed: z.number().int() }) },
  'factors.regenerateBackupCodes': { input: nothing, output: z.object({ backupCodes: z.array(z.string()) }) },

  'devices.list': { input: nothing, output: z.object({ devices: z.array(deviceSchema) }) },
  /** Lets this computer run backups by itself. Does nothing when it may already. */
  'devices.enrol': {
    input: z.object({ name: labelSchema.optional() }),
    output: z.object({ device: deviceSchema }),
  },
  /** Asks that computer for a second factor again; its backups go on. */
  'devices.untrust': { input: z.object({ deviceId: deviceIdSchema }), output: done },
  'devices.revoke': { input: z.object({ deviceId: deviceIdSchema }), output: done },

  'sets.list': { input: nothing, output: z.object({ backupSets: z.array(backupSetSchema) }) },
  /** @throws KIT_NOT_CONFIRMED until the recovery kit of this computer's key was confirmed. */
  'sets.create': {
    input: z.object({ definition: backupSetDefinitionSchema }),
    output: z.object({ backupSet: backupSetSchema }),
  },
  'sets.update': {
    input: z.object({
      backupSetId: backupSetIdSchema,
      definition: backupSetDefinitionSchema,
      version: z.number().int(),
    }),
    output: z.object({ backupSet: backupSetSchema }),
  },
  'sets.delete': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ backupSet: backupSetSchema }),
  },
  'sets.undelete': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ backupSet: backupSetSchema }),
  },
  /**
   * What sources and exclusions amount to on this computer, while a set is being made or edited. Told about by
   * `preview.progress`; reads names and sizes, no contents.
   */
  'sets.measure': {
    input: z.object({
      previewId: previewIdSchema,
      sources: backupSetDefinitionSchema.shape.sources,
      exclusions: backupSetDefinitionSchema.shape.exclusions,
    }),
    output: z.object({ selection: selectionSchema }),
  },
  'preview.cancel': {
    input: z.object({ previewId: previewIdSchema }),
    output: z.object({ wasRunning: z.boolean() }),
  },
  /** Makes this computer the one that runs the set (after a recovery). */
  'sets.adopt': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ backupSet: backupSetSchema }),
  },
  'sets.resumeBrake': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ backupSet: backupSetSchema }),
  },

  /** Makes the key if there is none and returns the kit; after its confirmation only `kit.export` shows it. */
  'kit.create': { input: nothing, output: z.object({ kit: recoveryKitSchema }) },
  /** The groups asked for by `confirmGroups`, in that order. */
  'kit.confirm': {
    input: z.object({ groups: z.array(z.string().min(1).max(10)).min(1).max(8) }),
    output: done,
  },
  /** Shows the kit again. Needs a step-up for `export-key`. */
  'kit.export': { input: nothing, output: z.object({ kit: recoveryKitSchema }) },
  /** Puts the key of a kit into this computer's credential store (new computer). */
  'kit.import': {
    input: z.object({ kitText: z.string().min(1).max(20_000) }),
    output: z.object({
      keyId: keyIdSchema,
      serverAddress: z.string().nullable(),
      loginName: z.string().nullable(),
    }),
  },

  'backup.start': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ jobRunId: jobRunIdSchema }),
  },
  /**
   * What a backup of the set would add and change, told about by `preview.progress`. Reads the files that are
   * new or changed, writes nothing anywhere, and runs no command of the set.
   */
  'backup.dryRun': {
    input: z.object({ previewId: previewIdSchema, backupSetId: backupSetIdSchema }),
    output: z.object({ dryRun: dryRunSchema }),
  },
  /** Stops a backup, maintenance or restore of this process. */
  'run.cancel': {
    input: z.object({ jobRunId: jobRunIdSchema }),
    output: z.object({ wasRunning: z.boolean() }),
  },
  /** Answers when the run has ended. */
  'run.wait': { input: z.object({ jobRunId: jobRunIdSchema }), output: z.object({ run: jobRunSchema }) },
  'runs.list': {
    input: z.object({
      backupSetId: backupSetIdSchema.optional(),
      limit: z.number().int().min(1).max(500).default(50),
    }),
    output: z.object({ runs: z.array(jobRunSchema) }),
  },
  /** For an interface that opens while something runs: what it missed of `run.started` and `run.progress`. */
  'runs.underWay': { input: nothing, output: z.object({ runs: z.array(runUnderWaySchema) }) },
  /** What was said during a run of this computer. @throws NOT_FOUND for runs of others and for old ones */
  'runs.log': {
    input: z.object({ jobRunId: jobRunIdSchema }),
    output: z.object({ log: runLogSchema }),
  },
  'maintenance.start': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ jobRunId: jobRunIdSchema }),
  },
  /** One silent pass over what is due now. */
  /**
   * Asks the server, by this computer's key, which sets it runs and what its owner must know. A server that does
   * not answer changes nothing.
   */
  'schedule.refresh': { input: nothing, output: done },
  'schedule.runDue': { input: nothing, output: z.object({ runs: z.array(jobRunSchema) }) },

  'snapshots.list': {
    input: z.object({ backupSetId: backupSetIdSchema }),
    output: z.object({ snapshots: z.array(snapshotSchema) }),
  },
  /** The direct contents of one folder of a snapshot. */
  'snapshots.browse': {
    input: z.object({
      backupSetId: backupSetIdSchema,
      snapshotId: snapshotIdSchema,
      folder: z.string().max(4096),
    }),
    output: z.object({ nodes: z.array(nodeSchema) }),
  },
  /** Files whose name matches a pattern (`*` and `?`), over all snapshots: the versions of a file. */
  'snapshots.search': {
    input: z.object({ backupSetId: backupSetIdSchema, pattern: z.string().min(1).max(1024) }),
    output: z.object({ matches: z.array(z.object({ snapshotId: snapshotIdSchema, node: nodeSchema })) }),
  },

  /** What a restore would do, without doing it. Reads names, no file data; needs no step-up. */
  'restore.plan': {
    input: z.object(restoreSelection),
    output: z.object({
      fileCount: z.number().int(),
      sizeBytes: z.number().int(),
      freeBytes: z.number().int().nullable(),
      /** The first 1,000 paths that exist already. */
      conflicts: z.array(z.string()),
      conflictCount: z.number().int(),
    }),
  },
  /**
   * The content of one file, to look at; kept nowhere. Needs a step-up for `restore` of this set, as a restore
   * does. @throws NOT_FOUND when the snapshot has no such file
   */
  'restore.previewFile': {
    input: z.object({
      backupSetId: backupSetIdSchema,
      snapshotId: snapshotIdSchema,
      path: z.string().min(1).max(4096),
    }),
    output: z.object({ preview: filePreviewSchema }),
  },
  /** Needs a step-up for `restore` of this set. */
  'restore.start': { input: z.object(restoreSelection), output: z.object({ jobRunId: jobRunIdSchema }) },

  'doctor.run': { input: nothing, output: z.object({ checks: z.array(doctorCheckSchema) }) },
} as const

export const clientEvents = {
  'run.started': z.object({
    jobRunId: jobRunIdSchema,
    backupSetId: backupSetIdSchema,
    kind: jobRunSchema.shape.kind,
    trigger: jobRunSchema.shape.trigger,
  }),
  'run.progress': runProgressSchema,
  'run.ended': z.object({ run: jobRunSchema }),
  'preview.progress': previewProgressSchema,
  'session.changed': z.object({ isSignedIn: z.boolean() }),
} as const

export type ClientRequest = keyof typeof clientRequests
export type ClientEvent = keyof typeof clientEvents
/** What a caller gives: fields with a default may be left out. */
export type ClientCall<R extends ClientRequest> = z.input<(typeof clientRequests)[R]['input']>
export type ClientInput<R extends ClientRequest> = z.infer<(typeof clientRequests)[R]['input']>
export type ClientOutput<R extends ClientRequest> = z.infer<(typeof clientRequests)[R]['output']>
export type ClientEventPayload<E extends ClientEvent> = z.infer<(typeof clientEvents)[E]>

export type ClientHandlers = {
  readonly [R in ClientRequest]: (input: ClientInput<R>) => Promise<ClientOutput<R>>
}

/** A request never rejects: failures travel as values, because process borders lose everything else. */
export const replySchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), problem: problemSchema }),
])
export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem }

export interface ClientApi {
  request<R extends ClientRequest>(name: R, input: ClientCall<R>): Promise<Reply<ClientOutput<R>>>
  /** Returns the function that stops listening. */
  on<E extends ClientEvent>(name: E, listener: (payload: ClientEventPayload<E>) => void): () => void
}
