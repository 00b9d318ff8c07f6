import type { ClientHandlers } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { needGrant } from './fake-account.ts'
import type { FakeDeps } from './fake-state.ts'

type Handlers = Pick<
  ClientHandlers,
  'recovery.get' | 'recovery.cancel' | 'recovery.cancelByToken' | 'recovery.removePhone' | 'password.forgot'
>

/** The recovery phone that the fake's account has; what begins in steps is in fake-sign-in.ts. */
export function fakeRecoveryHandlers({ state, clock }: FakeDeps): Handlers {
  const cancel = () => {
    const wasWaiting = state.status.pendingRecovery !== null
    state.status = { ...state.status, pendingRecovery: null }
    return Promise.resolve({ wasWaiting })
  }
  return {
    'recovery.get': () =>
      Promise.resolve({
        recovery: {
          isAllowed: true,
          waitHours: 72,
          recoveryPhone: state.recoveryPhone
            ? { maskedDestination: '+4••••••••9942', addedAt: isoOf(clock.nowMs() - 40 * 86_400_000) }
            : null,
          maskedEmail: state.hasEmail ? 'an•••@example.com' : null,
          pending: state.status.pendingRecovery,
        },
      }),
    'recovery.cancel': cancel,
    'recovery.cancelByToken': cancel,
    'recovery.removePhone': () => {
      needGrant(state, 'change-factors')
      if (!state.recoveryPhone) throw new AppError('NOT_FOUND', 'There is none.')
      state.recoveryPhone = false
      return Promise.resolve({ done: true })
    },
    'password.forgot': () => Promise.resolve({ done: true }),
  }
}
