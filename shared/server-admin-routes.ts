import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { apiTokenSchema, newApiTokenSchema } from './model/administration.ts'
import { auditFilterSchema, auditViewSchema, chainedEntrySchema } from './model/audit.ts'
import { apiTokenIdSchema, groupIdSchema, userIdSchema } from './model/ids.ts'
import { groupSchema, policySchema } from './model/policy.ts'
import { modeSwitchSchema, serverSettingsSchema } from './model/server-settings.ts'

const done = z.object({ done: z.literal(true) })
/** Of a step-up for the operation that the route names. An API token that may do it has none. */
const grantToken = z.string().min(1).max(200).optional()
const version = z.number().int()
const groupName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}]*$/u)
const page = z.coerce.number().int().min(1).max(1000).default(100)
const sequence = z.coerce.number().int().min(0)
const settings = z.object({ settings: serverSettingsSchema, version })

const changePolicy = {
  permission: 'admin-change-server',
  admin: { token: 'policy', proof: 'fresh' },
} as const
const readAudit = { permission: 'admin-read-server', admin: { token: 'audit', proof: 'session' } } as const

/** What administrators do with the server as a whole. */
export const serverAdminRoutes = defineRoutes({
  adminSchemas: {
    permission: 'admin-read-users',
    admin: { token: 'read', proof: 'session' },
    method: 'GET',
    path: '/admin/schemas',
    summary:
      'JSON Schemas of everything that can be set, with defaults, bounds and what they mean: for forms',
    reply: z.object({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  },

  adminGroups: {
    permission: 'admin-read-users',
    admin: { token: 'read', proof: 'session' },
    method: 'GET',
    path: '/admin/groups',
    summary: 'Policy groups by name; for sub-administrators those that own users may be in',
    reply: z.object({ groups: z.array(groupSchema.extend({ userCount: z.number().int() })) }),
  },
  adminCreateGroup: {
    ...changePolicy,
    method: 'POST',
    path: '/admin/groups',
    summary: 'Make a policy group',
    body: z.object({ name: groupName, policy: policySchema }),
    reply: z.object({ group: groupSchema }),
  },
  adminUpdateGroup: {
    ...changePolicy,
    method: 'PUT',
    path: '/admin/groups/:groupId',
    summary: 'Replace the policy of a group',
    params: z.object({ groupId: groupIdSchema }),
    body: z.object({ policy: policySchema, version }),
    reply: z.object({ group: groupSchema }),
  },
  adminDeleteGroup: {
    ...changePolicy,
    method: 'DELETE',
    path: '/admin/groups/:groupId',
    summary: 'Delete a group that nobody is in; the built-in one stays',
    params: z.object({ groupId: groupIdSchema }),
    reply: done,
  },

  adminSettings: {
    permission: 'admin-read-server',
    admin: { token: 'read', proof: 'session' },
    method: 'GET',
    path: '/admin/settings',
    summary: 'What holds for the whole server',
    reply: settings,
  },
  adminModeSwitch: {
    permission: 'admin-read-server',
    admin: { token: 'read', proof: 'session' },
    method: 'GET',
    path: '/admin/settings/mode-switch',
    summary: 'What going to mobile mode would erase for good',
    reply: modeSwitchSchema,
  },
  adminChangeSettings: {
    ...changePolicy,
    method: 'PUT',
    path: '/admin/settings',
    summary:
      'Replace the settings of the server; another mode needs a grant (`change-mode`) and no token may; `mobile` erases phones for good',
    body: settings.extend({ grantToken }),
    reply: settings,
  },

  adminEndAllSessions: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/end-all-sessions',
    summary:
      'Sign everybody out and trust no computer any more; who acts stays signed in, and scheduled backups go on (grant `end-all-sessions`)',
    body: z.object({ grantToken }),
    reply: z.object({ sessionCount: z.number().int(), computerCount: z.number().int() }),
  },

  adminTokens: {
    permission: 'admin-read-server',
    admin: { token: null, proof: 'session' },
    method: 'GET',
    path: '/admin/tokens',
    summary: 'API tokens, newest first, with their last use; never the tokens themselves',
    reply: z.object({ tokens: z.array(apiTokenSchema) }),
  },
  adminMakeToken: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/tokens',
    summary: 'Make an API token for an API user; it is shown this once (grant `make-token`)',
    body: newApiTokenSchema.extend({ userId: userIdSchema, grantToken }),
    reply: z.object({ token: apiTokenSchema, secret: z.string() }),
  },
  adminRevokeToken: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'fresh' },
    method: 'DELETE',
    path: '/admin/tokens/:tokenId',
    summary: 'Revoke an API token; it opens nothing from the next request on',
    params: z.object({ tokenId: apiTokenIdSchema }),
    reply: done,
  },

  adminAudit: {
    ...readAudit,
    method: 'GET',
    path: '/admin/audit',
    summary: 'Search the audit log, newest first',
    query: auditFilterSchema.extend({ before: sequence.optional(), limit: page }),
    reply: z.object({
      entries: z.array(auditViewSchema),
      /** What `before` is for the next page; null = this is the last. */
      next: z.number().int().nullable(),
    }),
  },
  adminVerifyAudit: {
    ...readAudit,
    method: 'GET',
    path: '/admin/audit/verify',
    summary: 'Walk the chain of the audit log; a head noted earlier also shows what was cut off the end',
    query: z.object({
      sequence: sequence.optional(),
      hash: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
    }),
    reply: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('intact'),
        head: z.object({ sequence: z.number().int(), hash: z.string() }),
      }),
      z.object({ kind: z.literal('broken'), sequence: z.number().int(), reason: z.string() }),
    ]),
  },
  adminExportAudit: {
    ...readAudit,
    method: 'GET',
    path: '/admin/audit/export',
    summary: 'The chain itself, oldest first, for keeping it elsewhere',
    query: z.object({ after: sequence.default(0), limit: page }),
    reply: z.object({ entries: z.array(chainedEntrySchema), next: z.number().int().nullable() }),
  },
})
