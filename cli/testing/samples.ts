import { backupSetDefinitionSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import {
  factorIdSchema,
  challengeIdSchema,
  backupSetIdSchema,
  deviceIdSchema,
  jobRunIdSchema,
  keyIdSchema,
  repositoryIdSchema,
  sessionIdSchema,
  snapshotIdSchema,
  userIdSchema,
} from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { Challenge, ClientStep, MethodOption } from '../../shared/model/sign-in.ts'
import type { Device, Factor, Me, Session } from '../../shared/model/account.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import type { Snapshot } from '../../shared/model/snapshot.ts'

/** Ids of the right form, made from a letter. */
export const ids = {
  set: (letter: string) => backupSetIdSchema.parse(`set_${letter.repeat(22)}`),
  device: (letter: string) => deviceIdSchema.parse(`dev_${letter.repeat(22)}`),
  run: (letter: string) => jobRunIdSchema.parse(`run_${letter.repeat(22)}`),
  key: (letter: string) => keyIdSchema.parse(`key_${letter.repeat(22)}`),
  factor: (letter: string) => factorIdSchema.parse(`fac_${letter.repeat(22)}`),
  session: (letter: string) => sessionIdSchema.parse(`ses_${letter.repeat(22)}`),
  user: (letter: string) => userIdSchema.parse(`usr_${letter.repeat(22)}`),
  snapshot: (digit: string) => snapshotIdSchema.parse(digit.repeat(64)),
}

export const startMs = Date.parse('2026-01-05T08:00:00.000Z')
const at = (offsetMs: number): string => new Date(startMs + offsetMs).toISOString()

export function backupSet(change: Partial<BackupSet> = {}, name = 'docs'): BackupSet {
  return {
    id: ids.set('A'),
    deviceId: ids.device('D'),
    repositoryId: repositoryIdSchema.parse(`rep_${'R'.repeat(22)}`),
    keyId: ids.key('K'),
    definition: backupSetDefinitionSchema.parse({ name, sources: ['/home/anna/docs'] }),
    version: 1,
    createdAt: at(-86_400_000),
    storedBytes: 5 * 1024 ** 2,
    snapshotCount: 2,
    isBrakeTripped: false,
    deletedAt: null,
    purgeAfter: null,
    ...change,
  }
}

export function jobRun(change: Partial<JobRun> = {}): JobRun {
  return {
    id: ids.run('N'),
    backupSetId: ids.set('A'),
    deviceId: ids.device('D'),
    kind: 'backup',
    trigger: 'manual',
    outcome: 'complete',
    startedAt: at(-120_000),
    endedAt: at(-60_000),
    errorCode: null,
    skipReason: null,
    snapshotId: ids.snapshot('a'),
    filesNew: 3,
    filesChanged: 1,
    filesUnmodified: 10,
    bytesProcessed: 2048,
    bytesAdded: 1024,
    leftOutCount: 0,
    leftOut: [],
    ...change,
  }
}

export function snapshot(digit: string, takenOffsetMs: number): Snapshot {
  return {
    id: ids.snapshot(digit),
    takenAt: at(takenOffsetMs),
    utcOffsetMinutes: 0,
    hostName: 'laptop',
    paths: ['/home/anna/docs'],
    tags: [],
    fileCount: 3,
    sizeBytes: 4096,
  }
}

export function challenge(change: Partial<Challenge> = {}): Challenge {
  return {
    challengeId: challengeIdSchema.parse(`chl_${'C'.repeat(22)}`),
    method: 'sms',
    label: 'mobile',
    maskedDestination: '+4********4567',
    prefix: 'XYWD',
    codeLength: 6,
    expiresAt: at(300_000),
    triesLeft: 5,
    resendAvailableAt: at(30_000),
    resendsLeft: 3,
    canChooseAnother: true,
    channels: ['sms'],
    ...change,
  }
}

export function option(letter: string, change: Partial<MethodOption> = {}): MethodOption {
  return {
    factorId: ids.factor(letter),
    method: 'sms',
    label: `phone ${letter}`,
    maskedDestination: '+4********4567',
    isProven: true,
    lastUsedAt: null,
    codesLeft: null,
    ...change,
  }
}

export function signedIn(change: Partial<Extract<ClientStep, { kind: 'signed-in' }>> = {}): ClientStep {
  return { kind: 'signed-in', scope: 'full', expiresAt: at(3_600_000), backupCodes: null, ...change }
}

export function factor(letter: string, change: Partial<Factor> = {}): Factor {
  return {
    id: ids.factor(letter),
    method: 'sms',
    label: `phone ${letter}`,
    maskedDestination: '+4********4567',
    isProven: true,
    addedAt: at(-86_400_000),
    lastUsedAt: null,
    codesLeft: null,
    ...change,
  }
}

export function device(letter: string, change: Partial<Device> = {}): Device {
  return {
    id: ids.device(letter),
    name: 'laptop',
    platform: 'linux',
    enrolledAt: at(-86_400_000),
    lastSeenAt: at(-60_000),
    lastAddress: '192.0.2.1',
    revokedAt: null,
    trustedUntil: null,
    ...change,
  }
}

export function session(letter: string, change: Partial<Session> = {}): Session {
  return {
    id: ids.session(letter),
    scope: 'full',
    startedAt: at(-60_000),
    lastUsedAt: at(-30_000),
    expiresAt: at(3_600_000),
    freshUntil: null,
    provenBy: ['password', 'sms'],
    clientName: 'Holdfast',
    hostName: 'laptop',
    address: '192.0.2.1',
    isCurrent: false,
    ...change,
  }
}

export function me(change: Partial<Me> = {}): Me {
  return {
    userId: ids.user('U'),
    loginName: 'anna',
    displayName: 'Anna Berg',
    kind: 'backup',
    language: null,
    session: session('S'),
    secondFactor: 'required',
    compulsoryFrom: null,
    mayOptOut: false,
    methods: ['totp', 'backup-code'],
    limits: defaultPolicy.limits,
    subscription: 'paid',
    expiresAt: null,
    lastSignIn: null,
    ...change,
  }
}
