import type { ClientHandlers } from '../../shared/client-api.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { rightInvitation, rightResetCode, type FakeDeps } from './fake-state.ts'

/** A server that offers trials where the state says so; any password but a common one is fit. */
export function fakeTrialHandlers({
  state,
  clock,
}: FakeDeps): Pick<ClientHandlers, 'trial.offer' | 'trial.ask' | 'trial.register'> {
  return {
    'trial.offer': () => Promise.resolve({ offer: state.trial }),
    'trial.ask': ({ invitationCode }) => {
      if (state.trial?.needsInvitation === true && invitationCode !== rightInvitation)
        throw new AppError('INPUT_INVALID', 'Not the invitation.', {
          details: { paths: ['invitationCode'], reason: 'invitation' },
        })
      return Promise.resolve({ done: true })
    },
    'trial.register': ({ code, email, newPassword }) => {
      if (code !== rightResetCode) throw new AppError('PASSCODE_WRONG', 'Not this code.')
      if (newPassword === 'password1')
        throw new AppError('INPUT_INVALID', 'Too common.', {
          details: { paths: ['newPassword'], reason: 'too-common' },
        })
      const days = state.trial?.days ?? 0
      return Promise.resolve({ loginName: email, expiresAt: isoOf(clock.nowMs() + days * 86_400_000) })
    },
  }
}
