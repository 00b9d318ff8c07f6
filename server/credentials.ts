import { authenticateAdmin } from './admin/admin-caller.ts'
import type { ServerDeps } from './deps.ts'
import type { Credentials } from './http/permission.ts'
import { authenticateLease } from './leases/authenticate-lease.ts'
import type { RequestLimits } from './limits/request-limits.ts'
import { authenticateSession, requireFresh } from './sessions/sessions.ts'
import { authenticateTransaction } from './sign-in/transactions.ts'

/** How tokens become callers. Whoever is found is counted; nobody else's limit is touched. */
export function credentialsOf(deps: ServerDeps, limits: RequestLimits): Credentials {
  return {
    async session(token, origin) {
      const caller = await authenticateSession(deps, token, origin)
      await limits.take(`session:${caller.session.id}`, caller.user.id)
      return caller
    },
    fresh: (caller) => {
      requireFresh(deps, caller)
    },
    // A transaction takes few answers at all.
    transaction: (token) => authenticateTransaction(deps, token),
    async lease(id, secret) {
      const lease = await authenticateLease(deps, id, secret)
      const { deviceId, sessionId, userId } = lease
      if (deviceId !== null) await limits.take(`device:${deviceId}`, userId)
      else if (sessionId !== null) await limits.take(`session:${sessionId}`, userId)
      return lease
    },
    admin: (token, wanted, origin) => authenticateAdmin(deps, limits, token, wanted, origin),
  }
}
