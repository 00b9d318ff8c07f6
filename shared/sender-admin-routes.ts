import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { alertSchema } from './model/alert.ts'
import { typedCodeSchema } from './model/account.ts'
import { alertIdSchema, senderIdSchema, senderTestIdSchema } from './model/ids.ts'
import {
  channelSchema,
  senderCountSchema,
  senderDraftSchema,
  senderSchema,
  senderTestSchema,
} from './model/sender.ts'

const done = z.object({ done: z.literal(true) })
const grantToken = z.string().min(1).max(200).optional()
const ofSender = z.object({ senderId: senderIdSchema })
const sender = z.object({ sender: senderSchema })

const readServer = { permission: 'admin-read-server', admin: { token: 'read', proof: 'session' } } as const
/** Whoever decides where passcodes go can sign in as others: a person, for this one sender. */
const changeSender = { permission: 'admin-change-server', admin: { token: null, proof: 'grant' } } as const
/** It costs a message, and nobody's passcode. */
const testSender = { permission: 'admin-change-server', admin: { token: null, proof: 'fresh' } } as const

/** Who sends the messages, what that costs, and what administrators are alerted of. */
export const senderAdminRoutes = defineRoutes({
  adminSenders: {
    ...readServer,
    method: 'GET',
    path: '/admin/senders',
    summary: 'Senders in the order in which they are tried; secrets are masked',
    reply: z.object({ senders: z.array(senderSchema) }),
  },
  adminAddSender: {
    ...changeSender,
    method: 'POST',
    path: '/admin/senders',
    summary: 'Add a sender (grant `change-sender` without a sender)',
    body: z.object({ sender: senderDraftSchema, grantToken }),
    reply: sender,
  },
  adminUpdateSender: {
    ...changeSender,
    method: 'PUT',
    path: '/admin/senders/:senderId',
    summary:
      'Replace a sender; a mask keeps its secret as long as it goes to the same place (grant `change-sender`)',
    params: ofSender,
    body: z.object({ sender: senderDraftSchema, version: z.number().int(), grantToken }),
    reply: sender,
  },
  adminRemoveSender: {
    ...changeSender,
    method: 'DELETE',
    path: '/admin/senders/:senderId',
    summary: 'Remove a sender and its secrets (grant `remove-sender`)',
    params: ofSender,
    body: z.object({ grantToken }),
    reply: done,
  },
  adminStartSenderTest: {
    ...testSender,
    method: 'POST',
    path: '/admin/senders/:senderId/test',
    summary: 'Really send a passcode by this sender, which may be switched off still',
    params: z.object({ senderId: senderSchema.shape.id }),
    body: z.object({ channel: channelSchema, to: z.string().min(3).max(254) }),
    reply: z.object({ test: senderTestSchema }),
  },
  adminFinishSenderTest: {
    ...testSender,
    method: 'POST',
    path: '/admin/sender-tests/:testId/finish',
    summary: 'Give the code that arrived: the test was completed successfully',
    params: z.object({ testId: senderTestIdSchema }),
    body: z.object({ code: typedCodeSchema }),
    reply: done,
  },
  adminSenderCounts: {
    ...readServer,
    method: 'GET',
    path: '/admin/sender-counts',
    summary: 'What was sent, failed and paid, by day, sender and country',
    query: z.object({ days: z.coerce.number().int().min(1).max(400).default(30) }),
    reply: z.object({ counts: z.array(senderCountSchema) }),
  },
  adminAlerts: {
    ...readServer,
    method: 'GET',
    path: '/admin/alerts',
    summary: 'Alerts, newest first',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(100),
      openOnly: z.stringbool().default(false),
    }),
    reply: z.object({ alerts: z.array(alertSchema) }),
  },
  adminAcknowledgeAlert: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'fresh' },
    method: 'POST',
    path: '/admin/alerts/:alertId/acknowledge',
    summary: 'Take note of an alert; what caused it goes on',
    params: z.object({ alertId: alertIdSchema }),
    reply: z.object({ wasOpen: z.boolean() }),
  },
})
