import type { ClientApi, ClientEvent, ClientHandlers, ClientRequest } from '../../shared/client-api.ts'
import { answer } from '../../shared/answer.ts'
import type { Clock } from '../../shared/clock.ts'
import { AppError, type ErrorCode } from '../../shared/errors.ts'
import { fakeAccountHandlers } from './fake-account.ts'
import { fullAccount } from './fake-data.ts'
import { fakeFilesHandlers } from './fake-files.ts'
import { fakePreviewHandlers } from './fake-previews.ts'
import { fakeRecoveryHandlers } from './fake-recovery.ts'
import { fakeSignInHandlers } from './fake-sign-in.ts'
import { fakeTrialHandlers } from './fake-trial.ts'
import { signedOutStatus, usualPolicy, type FakeDeps, type FakeEmit, type FakeState } from './fake-state.ts'

export interface FakeClient extends ClientApi {
  readonly state: FakeState
  readonly emit: FakeEmit
  /** The next and all later calls of a request fail, until `heal`. */
  fail(name: ClientRequest, code: ErrorCode, details?: AppError['details']): void
  heal(name: ClientRequest): void
}

/** A whole client in memory, with the state machine of signing in, sets, runs with progress and snapshots. */
export function createFakeClient(clock: Clock, change: Partial<FakeState> = {}): FakeClient {
  const nowMs = clock.nowMs()
  const state: FakeState = {
    account: fullAccount(nowMs),
    status: signedOutStatus(nowMs),
    secondFactor: 'challenge',
    passkeyWays: ['this-computer'],
    browser: 'proves',
    phone: 'approves',
    policy: { ...usualPolicy },
    isGuarded: true,
    grants: new Set(),
    kit: 'confirmed',
    recoveryPhone: false,
    hasEmail: false,
    language: 'en',
    isRecoveryReady: false,
    trial: null,
    trialEndsAt: null,
    underWay: new Map(),
    filePreview: null,
    failures: new Map(),
    details: new Map(),
    hanging: new Set(),
    calls: [],
    ...change,
  }
  const listeners = new Map<ClientEvent, Set<(payload: never) => void>>()
  const emit: FakeEmit = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never)
  }
  const deps: FakeDeps = { state, clock, emit }
  const handlers: ClientHandlers = {
    ...fakeSignInHandlers(deps),
    ...fakeAccountHandlers(deps),
    ...fakeFilesHandlers(deps),
    ...fakePreviewHandlers(deps),
    ...fakeRecoveryHandlers(deps),
    ...fakeTrialHandlers(deps),
  }
  return {
    state,
    emit,
    fail: (name, code, details) => {
      state.failures.set(name, code)
      state.details.set(name, details)
    },
    heal: (name) => void state.failures.delete(name),
    request: async (name, input) => {
      state.calls.push({ name, input })
      if (state.hanging.has(name)) return new Promise(() => undefined)
      const guarded = new Proxy(handlers, {
        get: (target, key) => {
          const code = state.failures.get(name)
          if (code === undefined) return Reflect.get(target, key) as unknown
          const details = state.details.get(name)
          return () =>
            Promise.reject(new AppError(code, 'Fails on demand.', details === undefined ? {} : { details }))
        },
      })
      const reply = await answer(guarded, name, input, (error) => String(error))
      return reply as never
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set()
      set.add(listener)
      listeners.set(name, set)
      return () => set.delete(listener)
    },
  }
}
