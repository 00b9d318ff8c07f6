import { isoOf, type Clock } from '../../shared/clock.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import type { Services } from '../client/services.tsx'
import type { HostAbilities } from '../host/host-abilities.ts'
import { webHost } from '../host/web-host.ts'
import { createFakeClient, type FakeClient } from '../testing/fake-client.ts'
import { emptyAccount, fakeRun, fullAccount, hourMs, runId } from '../testing/fake-data.ts'
import { fakeProgress } from '../testing/fake-files.ts'
import {
  newComputerStatus,
  signedInStatus,
  signedOutStatus,
  withPairedPhone,
  withPasskey,
  usualPolicy,
  waitingRecovery,
  type FakeState,
} from '../testing/fake-state.ts'

const desktopHost: HostAbilities = {
  ...webHost,
  kind: 'desktop',
  pickFolders: () => Promise.resolve(['/home/anna/Music']),
  pickFiles: () => Promise.resolve(['/home/anna/passwords.kdbx']),
  commonFolders: () =>
    Promise.resolve([
      { kind: 'documents', path: '/home/anna/Documents' },
      { kind: 'desktop', path: '/home/anna/Desktop' },
      { kind: 'pictures', path: '/home/anna/Pictures' },
      { kind: 'mail', path: '/home/anna/.thunderbird' },
    ]),
  loginItem: { get: () => Promise.resolve(true), set: () => Promise.resolve() },
  windowSettings: {
    get: () => Promise.resolve({ zoomFactor: 1, keepRunning: true, notify: true }),
    change: (change) => Promise.resolve({ zoomFactor: 1, keepRunning: true, notify: true, ...change }),
  },
  updates: {
    check: () => Promise.resolve({ kind: 'available', version: '0.2.0' }),
    download: () => Promise.resolve({ kind: 'ready', version: '0.2.0' }),
    install: () => Promise.resolve(),
  },
  saveDiagnostics: () => Promise.resolve(true),
  openExternal: () => Promise.resolve(),
}

type Change = (nowMs: number) => Partial<FakeState>

const signedIn: Change = (nowMs) => ({ status: signedInStatus(nowMs) })

const everyMethod: FakeState['policy'] = {
  ...usualPolicy,
  methods: ['passkey', 'push', 'totp', 'sms', 'voice', 'email', 'backup-code'],
}

const changes: Readonly<Record<string, Change>> = {
  live: (nowMs) => ({ status: signedOutStatus(nowMs) }),
  recoverable: (nowMs) => ({ status: signedOutStatus(nowMs), recoveryPhone: true }),
  'with-recovery-phone': (nowMs) => ({ status: signedInStatus(nowMs), recoveryPhone: true, hasEmail: true }),
  'recovery-waits': (nowMs) => ({
    status: { ...signedInStatus(nowMs), pendingRecovery: waitingRecovery(nowMs) },
    recoveryPhone: true,
  }),
  'recovery-waits-signed-out': (nowMs) => ({
    status: { ...signedOutStatus(nowMs), pendingRecovery: waitingRecovery(nowMs) },
  }),
  'new-computer': (nowMs) => ({
    status: newComputerStatus(nowMs),
    account: emptyAccount(nowMs),
    kit: 'none',
  }),
  'no-store': (nowMs) => ({
    status: {
      ...newComputerStatus(nowMs),
      secretStore: { kind: 'system', state: 'unavailable', place: '' },
    },
  }),
  passkey: (nowMs) => ({
    status: signedOutStatus(nowMs),
    account: withPasskey(fullAccount(nowMs), nowMs),
    passkeyWays: ['this-computer', 'other-device'],
    browser: 'waits',
  }),
  trial: (nowMs) => ({
    status: { ...signedOutStatus(nowMs), loginName: null },
    trial: { days: 30, needsInvitation: true },
  }),
  'on-trial': (nowMs) => ({
    status: signedInStatus(nowMs),
    trialEndsAt: isoOf(nowMs + 5 * 24 * hourMs),
  }),
  'paired-phone': (nowMs) => ({
    status: signedOutStatus(nowMs),
    account: withPairedPhone(fullAccount(nowMs), nowMs),
    phone: 'waits',
  }),
  'must-pair': (nowMs) => ({ status: signedOutStatus(nowMs), secondFactor: 'must-enrol', phone: 'waits' }),
  'phone-expired': (nowMs) => ({
    status: signedOutStatus(nowMs),
    account: withPairedPhone(fullAccount(nowMs), nowMs),
    phone: 'expired',
  }),
  'only-phone': (nowMs) => ({ status: signedOutStatus(nowMs), secondFactor: 'only-phone' }),
  'backups-stopped': (nowMs) => ({ status: { ...signedOutStatus(nowMs), needsSecondFactor: true } }),
  legacy: (nowMs) => ({ status: signedOutStatus(nowMs), secondFactor: 'legacy' }),
  'must-enrol': (nowMs) => ({ status: signedOutStatus(nowMs), secondFactor: 'must-enrol' }),
  'every-method': (nowMs) => ({ status: signedOutStatus(nowMs), policy: everyMethod }),
  'must-enrol-every': (nowMs) => ({
    status: signedOutStatus(nowMs),
    secondFactor: 'must-enrol',
    policy: { ...everyMethod, app: { preset: 'microsoft', name: null } },
  }),
  'offer-until': (nowMs) => ({
    status: signedOutStatus(nowMs),
    secondFactor: 'offer',
    policy: { ...everyMethod, compulsoryFrom: isoOf(nowMs + 9 * 24 * hourMs) },
  }),
  'may-opt-out': (nowMs) => ({
    status: signedInStatus(nowMs),
    policy: { ...everyMethod, secondFactor: 'offered', mayOptOut: true },
  }),
  offer: (nowMs) => ({ status: signedOutStatus(nowMs), secondFactor: 'offer' }),
  'change-password': (nowMs) => ({ status: signedOutStatus(nowMs), secondFactor: 'change-password' }),
  home: signedIn,
  empty: (nowMs) => ({
    status: { ...signedInStatus(nowMs), device: null, key: null, nextRuns: [] },
    account: emptyAccount(nowMs),
    kit: 'none',
  }),
  'first-steps': (nowMs) => ({
    status: { ...signedInStatus(nowMs), device: null, key: null, nextRuns: [], showsFirstSteps: true },
    account: emptyAccount(nowMs),
    kit: 'none',
  }),
  'first-steps-half': (nowMs) => ({ status: { ...signedInStatus(nowMs), showsFirstSteps: true } }),
  attention: (nowMs) => {
    const account = fullAccount(nowMs)
    const [first, second] = account.sets
    if (first !== undefined && second !== undefined) {
      account.sets = [
        {
          ...first,
          isBrakeTripped: true,
          definition: {
            ...first.definition,
            name: 'Documents and pictures of the whole family since 1987, with scans',
          },
        },
        { ...second, definition: { ...second.definition, isPaused: true } },
      ]
      account.runs = [
        ...account.runs,
        fakeRun(first, 'bad', nowMs - 3_600_000, {
          outcome: 'failed',
          errorCode: 'QUOTA_EXCEEDED',
          snapshotId: null,
        }),
        fakeRun(second, 'part', nowMs - 7_200_000, {
          outcome: 'incomplete',
          leftOutCount: 3,
          leftOut: [{ path: '/home/anna/.thunderbird/lock', reason: 'permission denied' }],
        }),
      ]
    }
    return {
      account,
      status: {
        ...signedInStatus(nowMs),
        secretStore: { kind: 'system', state: 'locked', place: 'GNOME Keyring (Secret Service)' },
        key: null,
      },
    }
  },
  running: (nowMs) => {
    const account = fullAccount(nowMs)
    const shown = account.sets.slice(0, 1).map((set) => [runId('shown'), shownProgress(set)] as const)
    return {
      account,
      underWay: new Map(shown),
      status: { ...signedInStatus(nowMs), running: [runId('shown')] },
    }
  },
  offline: signedIn,
  loading: signedIn,
  unreachable: signedIn,
}

function shownProgress(set: BackupSet) {
  return { ...fakeProgress(set, runId('shown'), 'backup', 0.42), leftOutCount: 2 }
}

/** A state of the interface by its name; screens and steps are reached from it as a person reaches them. */
export function sceneOf(name: string, clock: Clock): Services & { api: FakeClient } {
  const nowMs = clock.nowMs()
  const api = createFakeClient(clock, (changes[name] ?? signedIn)(nowMs))
  if (name === 'offline') {
    for (const request of ['sets.list', 'runs.list', 'account.me'] as const)
      api.fail(request, 'SERVER_UNREACHABLE')
  }
  if (name === 'unreachable') api.fail('app.status', 'UNEXPECTED', { reason: 'CLIENT_UNREACHABLE' })
  if (name === 'loading') api.state.hanging.add('runs.list')
  return { api, clock, host: desktopHost }
}
