import { isoOf } from '../../shared/clock.ts'
import type { Device, Factor, FactorEvent, Session } from '../../shared/model/account.ts'
import { backupSetDefinitionSchema, backupSetSchema, type BackupSet } from '../../shared/model/backup-set.ts'
import {
  backupSetIdSchema,
  challengeIdSchema,
  deviceIdSchema,
  factorIdSchema,
  jobRunIdSchema,
  keyIdSchema,
  repositoryIdSchema,
  sessionIdSchema,
  snapshotIdSchema,
  userIdSchema,
} from '../../shared/model/ids.ts'
import type { JobRun } from '../../shared/model/job-run.ts'
import type { RunLog, RunLogEntry } from '../../shared/model/run-log.ts'
import { defaultPolicy } from '../../shared/model/policy.ts'
import type { Node, Snapshot } from '../../shared/model/snapshot.ts'

/** Ids that the schemas take: the prefix and 22 characters. */
const pad = (name: string) => name.padEnd(22, '0').slice(0, 22)
export const setId = (name: string) => backupSetIdSchema.parse(`set_${pad(name)}`)
export const runId = (name: string) => jobRunIdSchema.parse(`run_${pad(name)}`)
export const factorId = (name: string) => factorIdSchema.parse(`fac_${pad(name)}`)
export const deviceId = (name: string) => deviceIdSchema.parse(`dev_${pad(name)}`)
export const sessionId = (name: string) => sessionIdSchema.parse(`ses_${pad(name)}`)
export const challengeId = (name: string) => challengeIdSchema.parse(`chl_${pad(name)}`)
export const keyId = keyIdSchema.parse(`key_${pad('k')}`)
export const userId = userIdSchema.parse(`usr_${pad('anna')}`)
export const snapshotId = (number: number) => snapshotIdSchema.parse(number.toString(16).padStart(64, '0'))

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** An account as somebody has it after some months; everything is relative to `nowMs`. */
export interface FakeAccount {
  factors: Factor[]
  history: FactorEvent[]
  devices: Device[]
  sessions: Session[]
  sets: BackupSet[]
  runs: JobRun[]
  snapshots: Map<string, Snapshot[]>
}

export function emptyAccount(nowMs: number): FakeAccount {
  const full = fullAccount(nowMs)
  return { ...full, sets: [], runs: [], snapshots: new Map(), devices: [] }
}

export function fullAccount(nowMs: number): FakeAccount {
  const ago = (ms: number) => isoOf(nowMs - ms)
  const sets = [
    fakeSet('documents', nowMs, {
      name: 'Documents and pictures',
      sources: ['/home/anna/Documents', '/home/anna/Pictures'],
      schedules: [{ kind: 'daily', at: '20:00' }],
    }),
    fakeSet('mail', nowMs, {
      name: 'Mail',
      sources: ['/home/anna/.thunderbird'],
      schedules: [{ kind: 'periodic', everyMinutes: 240 }],
    }),
  ]
  return {
    sets,
    factors: [
      factor('phone', 'sms', 'My phone', '+4••••••••1763', nowMs, hourMs * 26),
      factor('office', 'sms', 'Office', '+4••••••••0042', nowMs, dayMs * 40),
      factor('app', 'totp', 'Aegis', null, nowMs, dayMs * 3),
      { ...factor('codes', 'backup-code', 'Backup codes', null, nowMs, null), codesLeft: 8 },
    ],
    history: [
      { at: ago(hourMs * 26), event: 'used', method: 'sms', label: 'My phone', address: '192.0.2.17' },
      { at: ago(dayMs * 3), event: 'used', method: 'totp', label: 'Aegis', address: '192.0.2.17' },
      { at: ago(dayMs * 90), event: 'proven', method: 'sms', label: 'My phone', address: '192.0.2.17' },
      { at: ago(dayMs * 91), event: 'regenerated', method: 'backup-code', label: '', address: '192.0.2.17' },
      { at: ago(dayMs * 91), event: 'added', method: 'totp', label: 'Aegis', address: '192.0.2.17' },
    ],
    devices: [
      device('laptop', 'anna-laptop', 'Linux', nowMs, null),
      device('studio', 'STUDIO-PC', 'Windows 11', nowMs - 2 * dayMs, null),
      device('old', 'old-macbook', 'macOS', nowMs - 200 * dayMs, ago(190 * dayMs)),
    ],
    sessions: [
      session('now', nowMs, 'Holdfast', 'anna-laptop', true),
      session('other', nowMs - 3 * hourMs, 'Holdfast terminal', 'STUDIO-PC', false),
    ],
    runs: sets.flatMap((set, index) => fakeRuns(set, nowMs, index)),
    snapshots: new Map(sets.map((set, index) => [set.id, fakeSnapshots(set, nowMs, index)])),
  }
}

export function fakeSet(name: string, nowMs: number, definition: object): BackupSet {
  return backupSetSchema.parse({
    id: setId(name),
    deviceId: deviceId('laptop'),
    repositoryId: repositoryIdSchema.parse(`rep_${pad(name)}`),
    keyId,
    definition: backupSetDefinitionSchema.parse(definition),
    version: 3,
    createdAt: isoOf(nowMs - 120 * dayMs),
    storedBytes: name === 'mail' ? 2_310_000_000 : 48_730_000_000,
    snapshotCount: name === 'mail' ? 61 : 44,
    isBrakeTripped: false,
    deletedAt: null,
    purgeAfter: null,
  })
}

export function fakeRun(
  set: BackupSet,
  name: string,
  startedMs: number,
  change: Partial<JobRun> = {},
): JobRun {
  return {
    id: runId(name),
    backupSetId: set.id,
    deviceId: deviceId('laptop'),
    kind: 'backup',
    trigger: 'schedule',
    outcome: 'complete',
    startedAt: isoOf(startedMs),
    endedAt: isoOf(startedMs + 252_000),
    errorCode: null,
    skipReason: null,
    snapshotId: snapshotId(1),
    filesNew: 12,
    filesChanged: 31,
    filesUnmodified: 48_122,
    bytesProcessed: 48_730_000_000,
    bytesAdded: 214_000_000,
    leftOutCount: 0,
    leftOut: [],
    ...change,
  }
}

function fakeRuns(set: BackupSet, nowMs: number, index: number): JobRun[] {
  const runs: JobRun[] = []
  for (let day = 29; day >= 0; day--) {
    const startedMs = nowMs - day * dayMs - 14 * hourMs + index * hourMs
    const name = `${index}d${day}`
    if (index === 0 && (day === 19 || day === 18)) {
      runs.push(
        fakeRun(set, name, startedMs, { outcome: 'skipped', skipReason: 'on-battery', snapshotId: null }),
      )
    } else if (index === 0 && day === 12) {
      runs.push(
        fakeRun(set, name, startedMs, {
          outcome: 'failed',
          errorCode: 'SERVER_UNREACHABLE',
          snapshotId: null,
        }),
      )
    } else if (index === 1 && day === 6) {
      runs.push(
        fakeRun(set, name, startedMs, {
          outcome: 'incomplete',
          leftOutCount: 2,
          leftOut: [
            {
              path: '/home/anna/.thunderbird/profile/global-messages-db.sqlite',
              reason: 'permission denied',
            },
            {
              path: '/home/anna/.thunderbird/profile/lock',
              reason: 'the file was in use by another program',
            },
          ],
        }),
      )
    } else {
      runs.push(fakeRun(set, name, startedMs))
    }
  }
  return runs
}

function fakeSnapshots(set: BackupSet, nowMs: number, index: number): Snapshot[] {
  return Array.from({ length: 24 }, (_, back) => ({
    id: snapshotId(index * 1000 + back + 1),
    takenAt: isoOf(nowMs - back * 22 * hourMs - 9 * hourMs),
    utcOffsetMinutes: 60,
    hostName: 'anna-laptop',
    paths: set.definition.sources,
    tags: [],
    fileCount: 48_165,
    sizeBytes: 48_730_000_000 - back * 130_000_000,
  }))
}

const tree: Readonly<Record<string, readonly [name: string, sizeBytes: number | null][]>> = {
  '/': [['home', null]],
  '/home': [['anna', null]],
  '/home/anna': [
    ['Documents', null],
    ['Pictures', null],
  ],
  '/home/anna/Documents': [
    ['Contracts', null],
    ['Taxes', null],
    ['Letters', null],
    ['accounts 2025.ods', 84_211],
    ['accounts 2026.ods', 91_830],
    ['curriculum vitae.pdf', 412_090],
    [
      'A very long file name that somebody once typed because it had to tell everything (final, really final).docx',
      1_204_442,
    ],
    ['notes.txt', 2_113],
  ],
  '/home/anna/Documents/Contracts': [
    ['flat.pdf', 1_930_112],
    ['work.pdf', 733_210],
  ],
  '/home/anna/Documents/Taxes': [],
  '/home/anna/Pictures': [
    ['2025 Lisbon', null],
    ['IMG_2.jpg', 3_120_992],
    ['IMG_10.jpg', 4_023_111],
  ],
}

export function fakeNodes(folder: string, nowMs: number): Node[] {
  const at = folder === '' ? '/' : folder
  return (tree[at] ?? []).map(([name, sizeBytes], index) => ({
    path: `${at === '/' ? '' : at}/${name}`,
    name,
    kind: sizeBytes === null ? 'folder' : 'file',
    sizeBytes: sizeBytes ?? 0,
    modifiedAt: isoOf(nowMs - (index * 37 + 5) * hourMs),
    mode: 0o644,
  }))
}

export function allNodes(nowMs: number): Node[] {
  return Object.keys(tree).flatMap((folder) => fakeNodes(folder, nowMs))
}

function factor(
  name: string,
  method: Factor['method'],
  label: string,
  maskedDestination: string | null,
  nowMs: number,
  usedAgoMs: number | null,
): Factor {
  return {
    id: factorId(name),
    method,
    label,
    maskedDestination,
    isProven: true,
    addedAt: isoOf(nowMs - 91 * dayMs),
    lastUsedAt: usedAgoMs === null ? null : isoOf(nowMs - usedAgoMs),
    codesLeft: null,
  }
}

function device(
  id: string,
  name: string,
  platform: string,
  seenMs: number,
  revokedAt: string | null,
): Device {
  return {
    id: deviceId(id),
    name,
    platform,
    enrolledAt: isoOf(seenMs - 100 * dayMs),
    lastSeenAt: isoOf(seenMs - 20 * 60_000),
    lastAddress: '192.0.2.17',
    revokedAt,
    trustedUntil: revokedAt === null ? isoOf(seenMs + 30 * hourMs) : null,
  }
}

function session(
  id: string,
  usedMs: number,
  clientName: string,
  hostName: string,
  isCurrent: boolean,
): Session {
  return {
    id: sessionId(id),
    scope: isCurrent ? 'full' : 'limited',
    startedAt: isoOf(usedMs - 2 * hourMs),
    lastUsedAt: isoOf(usedMs - 60_000),
    expiresAt: isoOf(usedMs + 10 * hourMs),
    freshUntil: null,
    provenBy: isCurrent ? ['password', 'sms'] : ['password', 'device'],
    clientName,
    hostName,
    address: '192.0.2.17',
    isCurrent,
  }
}

export const fakeLimits = defaultPolicy.limits

export function fakeLog({ startedAt, endedAt, outcome, errorCode }: JobRun): RunLog {
  const entry = (at: string, source: RunLogEntry['source'], level: RunLogEntry['level'], text: string) => ({
    at,
    source,
    level,
    text,
  })
  return {
    entries: [
      entry(startedAt, 'holdfast', 'info', 'A run began (trigger: schedule)'),
      entry(startedAt, 'restic', 'info', 'restic 0.18.1 backup'),
      ...(errorCode === null
        ? []
        : [
            entry(
              endedAt,
              'restic',
              'warning',
              'Save(<data/9f86d081>) returned error, retrying: i/o timeout',
            ),
          ]),
      entry(endedAt, 'restic', 'info', `restic backup ended with ${errorCode === null ? 0 : 1}`),
      entry(endedAt, 'holdfast', 'info', `A run ended (outcome: ${outcome}, filesNew: 12, filesChanged: 31)`),
    ],
    omittedCount: 0,
  }
}
