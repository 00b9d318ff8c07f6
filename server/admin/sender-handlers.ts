import type { senderAdminRoutes } from '../../shared/sender-admin-routes.ts'
import { acknowledgeAlert, listAlerts } from '../alerts/alerts.ts'
import type { Handlers } from '../http/handler.ts'
import { senderCounts } from '../senders/counts.ts'
import { finishSenderTest, startSenderTest, type LiveTestDeps } from '../senders/live-test.ts'
import { addSender, listSenders, removeSender, updateSender } from '../senders/senders.ts'
import { granted } from './acting-of.ts'

export function senderAdminHandlers(deps: LiveTestDeps): Pick<Handlers, keyof typeof senderAdminRoutes> {
  const { db } = deps.store
  return {
    adminSenders: async () => ({ senders: await listSenders(deps) }),

    async adminAddSender({ sender, grantToken }, { caller }) {
      const operation = { kind: 'change-sender', senderId: null } as const
      const work = () => addSender(deps, sender, caller.actor)
      return { sender: await granted(deps, caller, { operation, grantToken }, work) }
    },

    async adminUpdateSender({ senderId, version, sender, grantToken }, { caller }) {
      const operation = { kind: 'change-sender', senderId } as const
      const work = () => updateSender(deps, { id: senderId, version, draft: sender }, caller.actor)
      return { sender: await granted(deps, caller, { operation, grantToken }, work) }
    },

    async adminRemoveSender({ senderId, grantToken }, { caller }) {
      const operation = { kind: 'remove-sender', senderId } as const
      const work = () => removeSender(deps, senderId, caller.actor)
      await granted(deps, caller, { operation, grantToken }, work)
      return { done: true }
    },

    async adminStartSenderTest({ senderId, channel, to }, { caller, origin }) {
      const { language } = caller.user
      const input = { senderId, channel, to, network: origin.network, language }
      return { test: await startSenderTest(deps, input, caller.actor) }
    },

    async adminFinishSenderTest({ testId, code }, { caller }) {
      await finishSenderTest(deps, { testId, code }, caller.actor)
      return { done: true }
    },

    adminSenderCounts: async ({ days }) => ({
      counts: await senderCounts(db, deps.clock.nowMs(), days),
    }),

    adminAlerts: async (options) => ({ alerts: await listAlerts(db, options) }),

    adminAcknowledgeAlert: async ({ alertId }, { caller }) => ({
      wasOpen: await acknowledgeAlert(deps, alertId, caller.actor),
    }),
  }
}
