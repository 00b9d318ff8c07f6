import type { AuthDeps } from './accounts/auth-deps.ts'
import { adminHandlers } from './admin/admin-handlers.ts'
import { accountHandlers } from './accounts/handlers.ts'
import { backupSetHandlers } from './backup-sets/backup-set-handlers.ts'
import { deviceHandlers } from './devices/device-handlers.ts'
import { limitDevices } from './devices/limit-devices.ts'
import type { RequestLimits } from './limits/request-limits.ts'
import { factorHandlers } from './factors/handlers.ts'
import type { Handlers } from './http/handler.ts'
import { serverInfoHandlers } from './http/server-info.ts'
import { leaseHandlers } from './leases/lease-handlers.ts'
import { passkeyHandlers } from './passkeys/handlers.ts'
import type { LiveTestDeps } from './senders/live-test.ts'
import { passwordResetHandlers } from './password-reset/handlers.ts'
import { pushHandlers } from './push/handlers.ts'
import { recoveryHandlers } from './recovery/handlers.ts'
import { sessionHandlers } from './sessions/handlers.ts'
import { signInHandlers } from './sign-in/handlers.ts'
import type { StorageDeps } from './storage/storage-deps.ts'
import { trialHandlers } from './trials/handlers.ts'

/** The answer to every route of the contract; a missing one does not compile. */
export function allHandlers(
  auth: AuthDeps & LiveTestDeps,
  storage: StorageDeps,
  limits: RequestLimits,
): Handlers {
  const handlers: Handlers = {
    ...serverInfoHandlers(auth),
    ...signInHandlers(auth),
    ...sessionHandlers(auth),
    ...accountHandlers(auth),
    ...factorHandlers(auth),
    ...passkeyHandlers(auth),
    ...pushHandlers(auth),
    ...recoveryHandlers(auth),
    ...passwordResetHandlers(auth),
    ...trialHandlers(auth),
    ...deviceHandlers(auth),
    ...backupSetHandlers(auth),
    ...leaseHandlers(storage),
    ...adminHandlers(auth),
  }
  return { ...handlers, ...limitDevices(auth, limits, handlers) }
}
