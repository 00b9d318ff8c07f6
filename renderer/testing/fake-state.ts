import { plainInstallation } from '../../shared/model/installation.ts'
import type {
  AppStatus,
  ClientEvent,
  ClientEventPayload,
  ClientRequest,
  RunProgress,
} from '../../shared/client-api.ts'
import type { FilePreview } from '../../shared/model/preview.ts'
import { isoOf, type Clock } from '../../shared/clock.ts'
import type { HandOffWay } from '../../shared/model/passkey.ts'
import type { AppError, ErrorCode } from '../../shared/errors.ts'
import type { SecondFactorRule } from '../../shared/model/account.ts'
import type { Language } from '../../shared/model/language.ts'
import type { TrialOffer } from '../../shared/model/trial.ts'
import type { Method } from '../../shared/model/policy.ts'
import type { AuthenticatorApp } from '../../shared/model/sign-in.ts'
import { deviceId, factorId, fullAccount, hourMs, keyId, type FakeAccount } from './fake-data.ts'

/** How the fake answers; tests and pictures change it before or while the interface is used. */
export interface FakeState {
  account: FakeAccount
  status: AppStatus
  /** What the sign-in does after the password. */
  secondFactor: 'challenge' | 'only-phone' | 'must-enrol' | 'legacy' | 'offer' | 'none' | 'change-password'
  /** Where passkeys may be used, and what the person does in the browser. */
  passkeyWays: readonly HandOffWay[]
  browser: 'proves' | 'declines' | 'waits'
  /** What the person does on the phone. */
  phone: 'approves' | 'denies' | 'wrong-number' | 'expired' | 'waits'
  /** What an administrator has set. */
  policy: {
    methods: readonly Method[]
    app: AuthenticatorApp
    secondFactor: SecondFactorRule
    compulsoryFrom: string | null
    mayOptOut: boolean
  }
  /** Each operation needs a step-up, as on a server; false = every session is fresh. */
  isGuarded: boolean
  /** Operations that a step-up has just allowed, each for one request. */
  readonly grants: Set<string>
  kit: 'none' | 'made' | 'confirmed'
  /** Whether the account has a recovery phone; signing in then offers it. */
  recoveryPhone: boolean
  /** Whether the account has a confirmed mail address. */
  hasEmail: boolean
  /** The account's language of messages; null = the server's. */
  language: Language | null
  /** Whether a recovery's waiting time is over. */
  isRecoveryReady: boolean
  /** What the server offers to people without an account. */
  trial: TrialOffer | null
  /** End of the account, which is on trial then. */
  trialEndsAt: string | null
  /** What runs, by its id. */
  readonly underWay: Map<string, RunProgress>
  /** What every file shows; null = something that fits its name. */
  readonly filePreview: FilePreview | null
  readonly failures: Map<ClientRequest, ErrorCode>
  readonly details: Map<ClientRequest, AppError['details']>
  /** Requests that never answer: what a screen shows while it loads. */
  readonly hanging: Set<ClientRequest>
  readonly calls: { name: ClientRequest; input: unknown }[]
}

export const usualPolicy: FakeState['policy'] = {
  methods: ['sms', 'totp', 'push', 'passkey', 'backup-code'],
  app: { preset: 'any', name: null },
  secondFactor: 'required',
  compulsoryFrom: null,
  mayOptOut: false,
}

export type FakeEmit = <E extends ClientEvent>(name: E, payload: ClientEventPayload<E>) => void

export interface FakeDeps {
  readonly state: FakeState
  readonly clock: Clock
  readonly emit: FakeEmit
}

/** The account with a paired phone beside its other methods. */
export function withPairedPhone(account: FakeAccount, nowMs: number): FakeAccount {
  return withMethod(account, { method: 'push', label: 'Pixel 9' }, nowMs)
}

/** The account with a passkey beside its other methods. */
export function withPasskey(account: FakeAccount, nowMs: number): FakeAccount {
  return withMethod(account, { method: 'passkey', label: 'My laptop' }, nowMs)
}

function withMethod(
  account: FakeAccount,
  { label, method }: { readonly label: string; readonly method: 'push' | 'passkey' },
  nowMs: number,
): FakeAccount {
  const factor = {
    id: factorId(method),
    method,
    label,
    maskedDestination: null,
    isProven: true,
    addedAt: isoOf(nowMs - 30 * 24 * hourMs),
    lastUsedAt: isoOf(nowMs - hourMs),
    codesLeft: null,
  }
  return { ...account, factors: [factor, ...account.factors] }
}

/** The passcode that the fake takes; any other is wrong. */
export const rightCode = '123456'
export const rightBackupCode = 'h7k2m-9xq4p'
export const passcodePrefix = 'XYWD'

export function signedOutStatus(nowMs: number): AppStatus {
  return { ...signedInStatus(nowMs), session: null }
}

export function signedInStatus(nowMs: number): AppStatus {
  return {
    version: '0.1.0',
    profilePath: '/home/anna/.config/holdfast',
    installation: plainInstallation,
    server: { address: 'https://backup.example.com', allowInsecure: false, caFile: null },
    proxy: { settings: { kind: 'system' }, hasPassword: false, inUse: null },
    loginName: 'anna',
    session: { scope: 'full', expiresAt: isoOf(nowMs + 12 * hourMs) },
    device: { id: deviceId('laptop'), name: 'anna-laptop' },
    secretStore: { kind: 'system', state: 'ready', place: 'GNOME Keyring (Secret Service)' },
    key: { keyId, isKitConfirmed: true },
    engine: { version: '0.18.1', path: '/opt/holdfast/resources/restic', keepsOldest: true },
    running: [],
    needsSecondFactor: false,
    isScheduling: true,
    nextRuns: fullAccount(nowMs).sets.map((set, index) => ({
      backupSetId: set.id,
      name: set.definition.name,
      at: isoOf(nowMs + (index === 0 ? 10 * hourMs : 2 * hourMs)),
    })),
    showsFirstSteps: false,
    pendingRecovery: null,
  }
}

/** A profile as it is after installation. */
export function newComputerStatus(nowMs: number): AppStatus {
  return {
    ...signedInStatus(nowMs),
    server: null,
    loginName: null,
    session: null,
    device: null,
    key: null,
    nextRuns: [],
    showsFirstSteps: true,
  }
}

export const fakeBackupCodes = [
  'h7k2m-9xq4p',
  'b3n8r-t6w2z',
  'c9d4f-g7h3j',
  'k5m2n-p8q6r',
  's4t7v-w9x3y',
  'z2b6c-d8f4g',
  'h3j7k-m5n9p',
  'q8r4s-t2v6w',
  'x7y3z-b9c5d',
  'f6g2h-j4k8m',
]

export const rightRecoveryNumber = '+4915199999942'
export const rightInvitation = 'summer-fair-2027'
export const rightResetCode = 'k7m2p-x9w4t-b3n8r-c9d4f'

/** Somebody began a recovery two days ago. */
export function waitingRecovery(nowMs: number): NonNullable<AppStatus['pendingRecovery']> {
  return {
    startedAt: isoOf(nowMs - 48 * hourMs),
    readyAt: isoOf(nowMs + 24 * hourMs),
    endsAt: isoOf(nowMs + 96 * hourMs),
    address: '198.51.100.7',
    clientName: 'Holdfast',
  }
}
