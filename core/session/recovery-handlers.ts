import type { ClientHandlers } from '../../shared/client-api.ts'
import type { CoreDeps } from '../core-deps.ts'

type RecoveryRequest =
  'recovery.get' | 'recovery.cancel' | 'recovery.cancelByToken' | 'recovery.removePhone' | 'password.forgot'

/** The recovery phone, stopping a recovery, and asking for a mail; what goes on in steps belongs to signing in. */
export function recoveryHandlers({
  news,
  server,
  session,
}: Pick<CoreDeps, 'server' | 'session' | 'news'>): Pick<ClientHandlers, RecoveryRequest> {
  return {
    'recovery.get': async () => {
      const reply = await server().call('recovery', {}, await session.credentials())
      news.heard(reply.recovery.pending)
      return reply
    },
    'recovery.cancel': async () => {
      const reply = await server().call('cancelOwnRecovery', {}, await session.credentials())
      news.heard(null)
      return reply
    },
    'recovery.cancelByToken': (input) => server().call('cancelRecovery', input, { kind: 'none' }),
    'recovery.removePhone': async () => {
      const credentials = await session.credentials()
      return session.useGrant({ kind: 'change-factors' }, (grantToken) =>
        server().call('removeRecoveryPhone', { grantToken }, credentials),
      )
    },
    'password.forgot': (input) => server().call('forgotPassword', input, { kind: 'none' }),
  }
}
