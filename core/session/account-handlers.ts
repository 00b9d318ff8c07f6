import type { ClientHandlers } from '../../shared/client-api.ts'
import { samePasswordError } from '../../shared/same-password.ts'
import type { CoreDeps } from '../core-deps.ts'
import type { SessionKeeper } from './session-keeper.ts'

type AccountRequest =
  | 'account.me'
  | 'account.setLanguage'
  | 'account.changePassword'
  | 'sessions.list'
  | 'sessions.end'
  | 'factors.list'
  | 'factors.remove'
  | 'factors.optOut'
  | 'factors.regenerateBackupCodes'

/** The account as its signed-in owner sees and changes it. What needs a step-up throws STEP_UP_REQUIRED without one. */
export function accountHandlers({
  server,
  session,
}: Pick<CoreDeps, 'server'> & { readonly session: SessionKeeper }): Pick<ClientHandlers, AccountRequest> {
  return {
    'account.me': async () => server().call('me', {}, await session.credentials()),
    'account.setLanguage': async (input) => server().call('setLanguage', input, await session.credentials()),
    'account.changePassword': async (input) => {
      const credentials = await session.credentials()
      if (input.newPassword === input.currentPassword) throw samePasswordError()
      const change = (grant: { grantToken?: string }) =>
        server().call('changePassword', { ...input, ...grant }, credentials)
      const operation = { kind: 'change-password' } as const
      // An account without a second factor has no grant to give; the server knows which ones need it.
      if (!session.hasGrant(operation)) return change({})
      return session.useGrant(operation, (grantToken) => change({ grantToken }))
    },
    'sessions.list': async () => server().call('sessions', {}, await session.credentials()),
    'sessions.end': async ({ sessionId }) => {
      const credentials = await session.credentials()
      const { sessions } = await server().call('sessions', {}, credentials)
      await server().call('endSession', { sessionId }, credentials)
      if (sessions.some((each) => each.id === sessionId && each.isCurrent)) await session.forget()
      return { done: true }
    },
    'factors.list': async () => server().call('factors', {}, await session.credentials()),
    'factors.remove': async ({ factorId }) => {
      const credentials = await session.credentials()
      return session.useGrant({ kind: 'change-factors' }, (grantToken) =>
        server().call('removeFactor', { factorId, grantToken }, credentials),
      )
    },
    'factors.optOut': async () => {
      const credentials = await session.credentials()
      return session.useGrant({ kind: 'opt-out' }, (grantToken) =>
        server().call('optOut', { grantToken }, credentials),
      )
    },
    'factors.regenerateBackupCodes': async () => {
      const credentials = await session.credentials()
      return session.useGrant({ kind: 'change-factors' }, (grantToken) =>
        server().call('regenerateBackupCodes', { grantToken }, credentials),
      )
    },
  }
}
