import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import {
  deviceSchema,
  factorEventSchema,
  factorSchema,
  sessionSchema,
  systemRoleSchema,
} from './model/account.ts'
import {
  accountFieldsSchema,
  accountFilterSchema,
  accountSchema,
  bulkMax,
  newAccountSchema,
  oneTimePasswordSchema,
  searchTextSchema,
} from './model/administration.ts'
import { deviceIdSchema, groupIdSchema, instantSchema, userIdSchema } from './model/ids.ts'
import { secondFactorRuleSchema, typedPhoneNumberSchema, labelSchema } from './model/account.ts'
import { exportFormatSchema, importOptionsSchema, importReportSchema } from './model/user-import.ts'
import { problemSchema } from './errors.ts'

const done = z.object({ done: z.literal(true) })
const ofUser = z.object({ userId: userIdSchema })
const account = z.object({ account: accountSchema })
/** Of a step-up for the operation that the route names. An API token that may do it has none. */
const grantToken = z.string().min(1).max(200).optional()
const userIds = z.array(userIdSchema).min(1).max(bulkMax)
const itemResults = z.object({
  results: z.array(z.object({ userId: userIdSchema, problem: problemSchema.nullable() })),
})

const readUsers = { permission: 'admin-read-users', admin: { token: 'read', proof: 'session' } } as const
const changeUsers = { permission: 'admin-change-users', admin: { token: 'users', proof: 'fresh' } } as const

/** What administrators do with users. Sub-administrators reach own users only; others do not exist for them. */
export const userAdminRoutes = defineRoutes({
  adminUsers: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users',
    summary: 'Accounts by login name, in pages',
    query: accountFilterSchema.extend({
      /** Login name of the last account of the page before. */
      after: searchTextSchema.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    reply: z.object({
      accounts: z.array(accountSchema),
      /** Of all pages. */
      totalCount: z.number().int(),
      /** What `after` is for the next page; null = this is the last. */
      next: z.string().nullable(),
    }),
  },
  adminExportUsers: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users/export',
    summary: 'The list of accounts as the text of a file: no secrets, no numbers of phones',
    query: accountFilterSchema.extend({ format: exportFormatSchema.default('csv') }),
    reply: z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() }),
  },
  adminImportUsers: {
    ...changeUsers,
    method: 'POST',
    path: '/admin/users/import',
    summary: 'Make backup users from the text of a CSV or JSON file, or say what would happen',
    // Four million characters, most of which JSON may have to escape.
    maxBodyBytes: 16 * 1024 * 1024,
    body: importOptionsSchema,
    reply: importReportSchema,
  },
  adminUser: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users/:userId',
    summary: 'One account',
    params: ofUser,
    reply: account,
  },
  adminCreateUser: {
    permission: 'admin-change-users',
    admin: { token: 'users', proof: 'fresh' },
    method: 'POST',
    path: '/admin/users',
    summary:
      'Make an account with a one-time password, shown this once; a system user needs a grant (`make-system-user`)',
    body: newAccountSchema.extend({ grantToken }),
    reply: account.extend(oneTimePasswordSchema.shape),
  },
  adminUpdateUser: {
    ...changeUsers,
    method: 'PUT',
    path: '/admin/users/:userId',
    summary: 'Change what is known about an account; what is left out stays',
    params: ofUser,
    body: accountFieldsSchema.partial().extend({ version: z.number().int() }),
    reply: account,
  },
  adminPermitLegacy: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'fresh' },
    method: 'PUT',
    path: '/admin/users/:userId/legacy',
    summary:
      'Let a legacy client skip the second factor until then, only to back up; null = no more. Its group must allow it too',
    params: ofUser,
    body: z.object({ until: instantSchema.nullable() }),
    reply: account,
  },
  adminChangeRole: {
    permission: 'admin-change-server',
    admin: { token: null, proof: 'grant' },
    method: 'PUT',
    path: '/admin/users/:userId/role',
    summary: 'Give a system user another role; ends its sessions and API tokens (grant `change-role`)',
    params: ofUser,
    body: z.object({ role: systemRoleSchema, version: z.number().int(), grantToken }),
    reply: account,
  },
  adminEnableUser: {
    ...changeUsers,
    method: 'POST',
    path: '/admin/users/:userId/enable',
    summary: 'Let a suspended account in again',
    params: ofUser,
    reply: account,
  },
  adminUnlockUser: {
    ...changeUsers,
    method: 'POST',
    path: '/admin/users/:userId/unlock',
    summary: 'End the pause that wrong passwords or codes brought an account',
    params: ofUser,
    reply: account,
  },
  adminSuspendUsers: {
    permission: 'admin-change-users',
    admin: { token: 'users', proof: 'grant' },
    method: 'POST',
    path: '/admin/users/suspend',
    summary: 'Sign accounts out everywhere and refuse them until they are enabled (grant `suspend-users`)',
    body: z.object({ userIds, grantToken }),
    reply: itemResults,
  },
  adminChangeUsers: {
    ...changeUsers,
    method: 'POST',
    path: '/admin/users/change',
    summary: 'The same change to many accounts, each for itself',
    body: z.object({
      userIds,
      change: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('second-factor'), rule: secondFactorRuleSchema.nullable() }),
        z.object({ kind: z.literal('move-to-group'), groupId: groupIdSchema }),
        z.object({ kind: z.literal('enable') }),
      ]),
    }),
    reply: itemResults,
  },
  adminDeleteUser: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/users/:userId/delete',
    summary:
      'Close an account now, and erase it with all its backups when the retention lock ends (grant `delete-user`)',
    params: ofUser,
    body: z.object({ grantToken }),
    reply: account,
  },
  adminUndeleteUser: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'fresh' },
    method: 'POST',
    path: '/admin/users/:userId/undelete',
    summary: 'Take the deletion of an account back; its backups, methods and computers are as before',
    params: ofUser,
    reply: account,
  },
  adminIssuePassword: {
    permission: 'admin-change-users',
    admin: { token: 'passwords', proof: 'fresh' },
    method: 'POST',
    path: '/admin/users/:userId/one-time-password',
    summary: 'Replace a forgotten password; second factors stay, and are asked for',
    params: ofUser,
    reply: oneTimePasswordSchema,
  },
  adminResetFactors: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/users/:userId/reset-factors',
    summary: 'Remove the lost second factors of one user, whose password ends too (grant `reset-factors`)',
    params: ofUser,
    body: z.object({ grantToken }),
    reply: oneTimePasswordSchema,
  },
  adminUserFactors: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users/:userId/factors',
    summary: 'Registered methods of an account, destinations masked, and their history',
    params: ofUser,
    reply: z.object({ factors: z.array(factorSchema), history: z.array(factorEventSchema) }),
  },
  adminAddPhone: {
    permission: 'admin-change-users',
    admin: { token: 'users', proof: 'grant' },
    method: 'POST',
    path: '/admin/users/:userId/phones',
    summary:
      'Enter a phone for passcodes, proven by its first right one (grant `add-phone`); a token only for who has no proven method',
    params: ofUser,
    body: z.object({ phoneNumber: typedPhoneNumberSchema, label: labelSchema.optional(), grantToken }),
    reply: z.object({ maskedDestination: z.string() }),
  },
  adminUserSessions: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users/:userId/sessions',
    summary: 'Open sessions of an account',
    params: ofUser,
    reply: z.object({ sessions: z.array(sessionSchema) }),
  },
  adminEndSessions: {
    ...changeUsers,
    method: 'POST',
    path: '/admin/users/:userId/end-sessions',
    summary: 'Sign an account out everywhere; its computers are trusted no more, and its backups go on',
    params: ofUser,
    reply: done,
  },
  adminUserDevices: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users/:userId/devices',
    summary: 'Enrolled computers of an account, and until when they are trusted',
    params: ofUser,
    reply: z.object({ devices: z.array(deviceSchema) }),
  },
  adminEndTrust: {
    ...changeUsers,
    method: 'POST',
    path: '/admin/devices/:deviceId/end-trust',
    summary: 'Ask for a second factor again at the next sign-in on a computer',
    params: z.object({ deviceId: deviceIdSchema }),
    reply: done,
  },
  adminRevokeDevice: {
    ...changeUsers,
    method: 'DELETE',
    path: '/admin/devices/:deviceId',
    summary: 'Refuse a computer from now on; its running transfers stop within seconds',
    params: z.object({ deviceId: deviceIdSchema }),
    reply: done,
  },
})
