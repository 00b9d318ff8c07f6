import { accountHandlers } from '../accounts/handlers.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { factorHandlers } from '../factors/handlers.ts'
import { passkeyHandlers } from '../passkeys/handlers.ts'
import { passwordResetHandlers } from '../password-reset/handlers.ts'
import { pushHandlers } from '../push/handlers.ts'
import { recoveryHandlers } from '../recovery/handlers.ts'
import { sessionHandlers } from '../sessions/handlers.ts'
import { trialHandlers } from '../trials/handlers.ts'
import { signInHandlers } from './handlers.ts'

/** Every route of signing in, sessions, passwords and second factors. */
export function authHandlers(deps: AuthDeps) {
  return {
    ...signInHandlers(deps),
    ...sessionHandlers(deps),
    ...accountHandlers(deps),
    ...factorHandlers(deps),
    ...passkeyHandlers(deps),
    ...pushHandlers(deps),
    ...recoveryHandlers(deps),
    ...passwordResetHandlers(deps),
    ...trialHandlers(deps),
  }
}
