import type { ClientHandlers } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { Operation } from '../../shared/model/sign-in.ts'
import type { FakeDeps, FakeState } from './fake-state.ts'
import { deviceId, fakeLimits, keyId, userId } from './fake-data.ts'
import { fakeBackupCodes } from './fake-state.ts'

type Handlers = Pick<
  ClientHandlers,
  | Extract<
      keyof ClientHandlers,
      | `app.${string}`
      | `account.${'me' | 'setLanguage' | 'changePassword'}`
      | `sessions.${string}`
      | `devices.${string}`
      | `kit.${string}`
    >
  | 'server.connect'
  | 'factors.list'
  | 'factors.remove'
  | 'factors.optOut'
  | 'factors.regenerateBackupCodes'
  | 'doctor.run'
>

const kitKey = ['H4TQ', '9XKM', '2PWR', 'V7DC', 'JN3B', 'Q8ZF']

export const fakeKit = {
  keyId,
  text: [
    'HOLDFAST RECOVERY KIT',
    '',
    'Account   anna',
    'Server    https://backup.example.com',
    `Key       HFK1-${kitKey.join('-')}`,
    '',
    'Keep this away from the computer. Whoever has it and can sign in as you can read your backups.',
  ].join('\n'),
  html: '<!doctype html><title>Recovery kit</title>',
  confirmGroups: [2, 5],
}

/** Uses up the grant that an operation needs, or refuses as a server does. */
export function needGrant(state: FakeState, operation: Operation['kind']): void {
  if (!state.isGuarded || state.grants.delete(operation)) return
  throw new AppError('STEP_UP_REQUIRED', 'Prove it.', { details: { operation } })
}

const done = () => Promise.resolve({ done: true } as const)

export function fakeAccountHandlers({ state, clock, emit }: FakeDeps): Handlers {
  const { account } = state
  return {
    'app.status': () => Promise.resolve(state.status),
    'app.showFirstSteps': ({ areShown }) => {
      state.status = { ...state.status, showsFirstSteps: areShown }
      return done()
    },
    'app.chooseSecretStore': ({ kind }) => {
      state.status = {
        ...state.status,
        secretStore: {
          kind,
          state: 'ready',
          place: kind === 'file' ? '/home/anna/.config/holdfast/secrets' : 'GNOME Keyring',
        },
      }
      return done()
    },
    'server.connect': ({ address, allowInsecure, caFile, proxy }) => {
      state.status = { ...state.status, server: { address, allowInsecure, caFile } }
      if (proxy !== undefined) {
        const { password, ...settings } = { password: undefined, ...proxy }
        const inUse = proxy.kind === 'manual' ? new URL(proxy.address).host : null
        state.status = { ...state.status, proxy: { settings, hasPassword: password !== undefined, inUse } }
      }
      return Promise.resolve({ address, name: 'Example', version: '0.1.0', clockSkewMs: 0 })
    },
    'account.setLanguage': ({ language }) => {
      needGrant(state, 'change-settings')
      state.language = language
      return done()
    },
    'account.me': () => {
      const session = account.sessions.find((each) => each.isCurrent)
      if (session === undefined) throw new AppError('SESSION_ENDED', 'Signed out.')
      return Promise.resolve({
        userId,
        loginName: 'anna',
        displayName: 'Anna Lindqvist',
        kind: 'backup',
        language: state.language,
        session,
        secondFactor: state.policy.secondFactor,
        compulsoryFrom: state.policy.compulsoryFrom,
        mayOptOut: state.policy.mayOptOut,
        methods: [...state.policy.methods],
        limits: fakeLimits,
        subscription: state.trialEndsAt === null ? 'paid' : 'trial',
        expiresAt: state.trialEndsAt,
        lastSignIn: {
          at: isoOf(clock.nowMs() - 26 * 3_600_000),
          address: '192.0.2.17',
          clientName: 'Holdfast',
          method: 'sms',
        },
      })
    },
    'account.changePassword': ({ currentPassword }) => {
      if (currentPassword !== 'correct horse') throw new AppError('SIGN_IN_FAILED', 'Wrong.')
      needGrant(state, 'change-password')
      return done()
    },
    'sessions.list': () => Promise.resolve({ sessions: account.sessions }),
    'sessions.end': ({ sessionId }) => {
      const ended = account.sessions.find((each) => each.id === sessionId)
      account.sessions = account.sessions.filter((each) => each.id !== sessionId)
      if (ended?.isCurrent === true) {
        state.status = { ...state.status, session: null }
        emit('session.changed', { isSignedIn: false })
      }
      return done()
    },
    'factors.list': () => Promise.resolve({ factors: account.factors, history: account.history }),
    'factors.remove': ({ factorId }) => {
      needGrant(state, 'change-factors')
      account.factors = account.factors.filter((each) => each.id !== factorId)
      return done()
    },
    'factors.optOut': () => {
      needGrant(state, 'opt-out')
      const removed = account.factors.length
      account.factors = []
      return Promise.resolve({ removed })
    },
    'factors.regenerateBackupCodes': () => {
      needGrant(state, 'change-factors')
      return Promise.resolve({ backupCodes: [...fakeBackupCodes] })
    },
    'devices.list': () => Promise.resolve({ devices: account.devices }),
    'devices.enrol': () => {
      const device = {
        id: deviceId('laptop'),
        name: 'anna-laptop',
        platform: 'Linux',
        enrolledAt: isoOf(clock.nowMs()),
        lastSeenAt: null,
        lastAddress: null,
        revokedAt: null,
        trustedUntil: null,
      }
      account.devices = [device, ...account.devices.filter((each) => each.id !== device.id)]
      state.status = { ...state.status, device: { id: device.id, name: device.name } }
      return Promise.resolve({ device })
    },
    'devices.untrust': ({ deviceId: id }) => {
      account.devices = account.devices.map((each) =>
        each.id === id ? { ...each, trustedUntil: null } : each,
      )
      return done()
    },
    'devices.revoke': ({ deviceId: id }) => {
      needGrant(state, 'revoke-device')
      const revokedAt = isoOf(clock.nowMs())
      account.devices = account.devices.map((each) => (each.id === id ? { ...each, revokedAt } : each))
      return done()
    },
    'kit.create': () => {
      if (state.kit === 'confirmed') throw new AppError('CONFLICT', 'Confirmed already.')
      state.kit = 'made'
      state.status = { ...state.status, key: { keyId, isKitConfirmed: false } }
      return Promise.resolve({ kit: fakeKit })
    },
    'kit.confirm': ({ groups }) => {
      const isRight = fakeKit.confirmGroups.every(
        (number, at) => kitKey[number - 1] === groups[at]?.toUpperCase(),
      )
      if (!isRight) throw new AppError('KIT_INVALID', 'Not those.')
      state.kit = 'confirmed'
      state.status = { ...state.status, key: { keyId, isKitConfirmed: true } }
      return done()
    },
    'kit.export': () => {
      needGrant(state, 'export-key')
      return Promise.resolve({ kit: fakeKit })
    },
    'kit.import': ({ kitText }) => {
      if (!kitText.includes(kitKey.join('-'))) throw new AppError('KIT_INVALID', 'Not whole.')
      state.kit = 'confirmed'
      state.status = { ...state.status, key: { keyId, isKitConfirmed: true } }
      return Promise.resolve({ keyId, serverAddress: 'https://backup.example.com', loginName: 'anna' })
    },
    'doctor.run': () =>
      Promise.resolve({
        checks: [
          { name: 'Backup engine', state: 'ok', summary: 'restic 0.18.1', advice: null },
          {
            name: 'Server',
            state: 'ok',
            summary: 'https://backup.example.com answers in 38 ms',
            advice: null,
          },
          { name: 'Clock', state: 'ok', summary: '0.2 s apart from the server', advice: null },
          {
            name: 'Free space',
            state: 'warning',
            summary: '1.2 GB are left for the cache.',
            advice: 'Make room on this disk; backups get slower without the cache.',
          },
        ],
      }),
  }
}
