import type { approvalRoutes } from '../../shared/approval-routes.ts'
import { listApprovals, readApproval } from '../approvals/approval-view.ts'
import { approve, cancelApproval, requestApproval } from '../approvals/approvals.ts'
import type { ServerDeps } from '../deps.ts'
import type { Handlers } from '../http/handler.ts'
import { actingOf } from './acting-of.ts'

/** What takes two administrators. Carrying it out is the route's own, by who asked. */
export function approvalAdminHandlers(deps: ServerDeps): Pick<Handlers, keyof typeof approvalRoutes> {
  const { clock, store } = deps
  return {
    adminApprovals: async (_input, { caller: { reach } }) => ({
      approvals: await listApprovals(store.db, clock.nowMs(), reach),
    }),
    adminApproval: async ({ approvalId }, { caller: { reach } }) => ({
      approval: await readApproval(store.db, clock.nowMs(), reach, approvalId),
    }),
    async adminRequestApproval({ subject, grantToken }, call) {
      const operation = { kind: 'request-approval', subject } as const
      return {
        approval: await requestApproval(deps, subject, actingOf(deps, call, { operation, grantToken })),
      }
    },
    async adminRequestFactorReset({ userId, grantToken }, call) {
      const operation = { kind: 'reset-factors', userId } as const
      return {
        approval: await requestApproval(deps, operation, actingOf(deps, call, { operation, grantToken })),
      }
    },
    async adminApprove({ approvalId, grantToken }, call) {
      const operation = { kind: 'approve', approvalId } as const
      return { approval: await approve(deps, approvalId, actingOf(deps, call, { operation, grantToken })) }
    },
    adminCancelApproval: async ({ approvalId }, call) => ({
      approval: await cancelApproval(deps, approvalId, actingOf(deps, call)),
    }),
  }
}
