import type { AuthDeps } from '../accounts/auth-deps.ts'
import { userAdminHandlers } from './user-handlers.ts'

/** What administrators do over HTTP. */
export function adminHandlers(auth: AuthDeps): ReturnType<typeof userAdminHandlers> {
  return { ...userAdminHandlers(auth) }
}
