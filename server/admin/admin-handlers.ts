import type { AuthDeps } from '../accounts/auth-deps.ts'
import type { LiveTestDeps } from '../senders/live-test.ts'
import { approvalAdminHandlers } from './approval-handlers.ts'
import { auditAdminHandlers } from './audit-handlers.ts'
import { backupAdminHandlers } from './backup-handlers.ts'
import { policyAdminHandlers } from './policy-handlers.ts'
import { senderAdminHandlers } from './sender-handlers.ts'
import { tokenAdminHandlers } from './token-handlers.ts'
import { userAdminHandlers } from './user-handlers.ts'

/** What administrators do over HTTP. */
export function adminHandlers(auth: AuthDeps & LiveTestDeps) {
  return {
    ...userAdminHandlers(auth),
    ...approvalAdminHandlers(auth),
    ...policyAdminHandlers(auth),
    ...tokenAdminHandlers(auth),
    ...auditAdminHandlers(auth),
    ...senderAdminHandlers(auth),
    ...backupAdminHandlers(auth),
  }
}
