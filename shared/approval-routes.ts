import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { approvalSchema, approvalSubjectSchema } from './model/approval.ts'
import { approvalIdSchema, userIdSchema } from './model/ids.ts'

const approval = z.object({ approval: approvalSchema })
const ofApproval = z.object({ approvalId: approvalIdSchema })
const granted = z.object({ grantToken: z.string().min(1).max(200).optional() })
const byPersons = { permission: 'admin-change-users', admin: { token: null, proof: 'grant' } } as const

/** What takes two administrators. Both are people: no API token may do any of it. */
export const approvalRoutes = defineRoutes({
  adminApprovals: {
    permission: 'admin-read-users',
    admin: { token: 'read', proof: 'session' },
    method: 'GET',
    path: '/admin/approvals',
    summary: 'What was asked of a second administrator, newest first',
    reply: z.object({ approvals: z.array(approvalSchema) }),
  },
  adminApproval: {
    permission: 'admin-read-users',
    admin: { token: 'read', proof: 'session' },
    method: 'GET',
    path: '/admin/approvals/:approvalId',
    summary: 'One of these',
    params: ofApproval,
    reply: approval,
  },
  adminRequestApproval: {
    ...byPersons,
    method: 'POST',
    path: '/admin/approvals',
    summary: 'Ask another administrator to agree to something that takes two (grant `request-approval`)',
    body: granted.extend({ subject: approvalSubjectSchema }),
    reply: approval,
  },
  adminRequestFactorReset: {
    ...byPersons,
    method: 'POST',
    path: '/admin/users/:userId/request-factor-reset',
    summary:
      'Ask another administrator to agree to the reset of one user’s second factors (grant `reset-factors`)',
    params: z.object({ userId: userIdSchema }),
    body: granted,
    reply: approval,
  },
  adminApprove: {
    ...byPersons,
    method: 'POST',
    path: '/admin/approvals/:approvalId/approve',
    summary: 'Agree, as another administrator than the one who asked (grant `approve`)',
    params: ofApproval,
    body: granted,
    reply: approval,
  },
  adminCancelApproval: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'fresh' },
    method: 'POST',
    path: '/admin/approvals/:approvalId/cancel',
    summary: 'Refuse or stop what was asked for, also after it was approved',
    params: ofApproval,
    reply: approval,
  },
})
