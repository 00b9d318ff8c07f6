import type { AuthDeps } from '../accounts/auth-deps.ts'
import { tokenAdminHandlers } from './token-handlers.ts'
import { userAdminHandlers } from './user-handlers.ts'

/** What administrators do over HTTP. */
export function adminHandlers(auth: AuthDeps) {
  return { ...userAdminHandlers(auth), ...tokenAdminHandlers(auth) }
}
