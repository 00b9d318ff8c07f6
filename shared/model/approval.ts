import { z } from 'zod'
import { approvalIdSchema, groupIdSchema, instantSchema, repositoryIdSchema, userIdSchema } from './ids.ts'

/** Settings of a policy that demand two administrators; switching one off demands them too. */
export const twoPersonSettings = ['recovery.twoAdministrators', 'protection.twoAdministrators'] as const
export const twoPersonSettingSchema = z.enum(twoPersonSettings)
export type TwoPersonSetting = z.infer<typeof twoPersonSettingSchema>

/**
 * An account that somebody made an administrator, or gave a new way to sign in, approves nothing for so long: one
 * administrator could otherwise make the second one.
 */
export const newAdministratorHours = 72

/** What one administrator asks for and another one approves; exactly this can then be carried out, once. */
export const approvalSubjectSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('reset-factors'), userId: userIdSchema }),
    /** Closes the account and erases it when the retention lock ends. */
    z.object({ kind: z.literal('delete-user'), userId: userIdSchema }),
    /** Ends the retention lock of what is in the trash of this user’s repository now; never below the floor. */
    z.object({ kind: z.literal('purge-trash'), userId: userIdSchema, repositoryId: repositoryIdSchema }),
    /** Switches settings of a group off that demand two administrators. */
    z.object({
      kind: z.literal('loosen-policy'),
      groupId: groupIdSchema,
      settings: z.array(twoPersonSettingSchema).min(1).max(twoPersonSettings.length),
    }),
    /** Puts a user under a policy that demands two administrators for less. */
    z.object({ kind: z.literal('move-user'), userId: userIdSchema, groupId: groupIdSchema }),
    /** Erases every telephone: a reset of whoever has nothing else. */
    z.object({ kind: z.literal('switch-to-mobile') }),
  ])
  .meta({ id: 'ApprovalSubject' })
export type ApprovalSubject = z.infer<typeof approvalSubjectSchema>

/** What one administrator asks for and another one approves. */
export const approvalSchema = z
  .object({
    id: approvalIdSchema,
    subject: approvalSubjectSchema,
    /** Login name or group that it is about; null = the whole server. */
    about: z.string().nullable(),
    /** Null where it is about no single user. */
    targetUserId: userIdSchema.nullable(),
    targetLoginName: z.string().nullable(),
    requestedBy: z.string(),
    requestedAt: instantSchema,
    /** Until then it must be approved and carried out. */
    expiresAt: instantSchema,
    status: z.enum(['waiting', 'approved', 'carried-out', 'cancelled', 'expired']),
    /** Who approved or cancelled it: a login name, or a command on the server’s host. */
    decidedBy: z.string().nullable(),
    decidedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Approval' })
export type Approval = z.infer<typeof approvalSchema>
