import type { AuthDeps } from '../accounts/auth-deps.ts'
import {
  approveFactorReset,
  cancelFactorReset,
  listApprovals,
  requestFactorReset,
} from '../approvals/approvals.ts'
import type { Handlers } from '../http/handler.ts'
import { actingOf } from './acting-of.ts'

/** What takes two administrators. Carrying it out is the reset's own route, by who asked. */
export function approvalAdminHandlers(
  deps: AuthDeps,
): Pick<Handlers, 'adminApprovals' | 'adminRequestFactorReset' | 'adminApprove' | 'adminCancelApproval'> {
  return {
    adminApprovals: async (_input, { caller: { reach } }) => ({
      approvals: await listApprovals(
        deps.store.db,
        deps.clock.nowMs(),
        (ownerId) => reach === null || ownerId === reach,
      ),
    }),
    async adminRequestFactorReset({ userId, grantToken }, call) {
      const operation = { kind: 'reset-factors', userId } as const
      const by = actingOf(deps, call, { operation, grantToken })
      return { approval: await requestFactorReset(deps, userId, by) }
    },
    async adminApprove({ approvalId, grantToken }, call) {
      const operation = { kind: 'approve', approvalId } as const
      const by = actingOf(deps, call, { operation, grantToken })
      return { approval: await approveFactorReset(deps, approvalId, by) }
    },
    adminCancelApproval: async ({ approvalId }, call) => ({
      approval: await cancelFactorReset(deps, approvalId, actingOf(deps, call)),
    }),
  }
}
