import { z } from 'zod'
import { defineRoutes } from './contract.ts'
import { backupSetSchema } from './model/backup-set.ts'
import {
  backupSetIdSchema,
  instantSchema,
  leaseIdSchema,
  repositoryIdSchema,
  userIdSchema,
} from './model/ids.ts'
import { jobRunSchema } from './model/job-run.ts'
import { overviewSchema, trashGroupSchema } from './model/overview.ts'

const ofSet = z.object({ backupSetId: backupSetIdSchema })
const readUsers = { permission: 'admin-read-users', admin: { token: 'read', proof: 'session' } } as const

/** What administrators see and do of backups; who has the keys reads them, and nobody here has. */
export const backupAdminRoutes = defineRoutes({
  adminOverview: {
    ...readUsers,
    method: 'GET',
    path: '/admin/overview',
    summary: 'Figures: users by second factor, computers, storage; of own users for sub-administrators',
    reply: z.object({ overview: overviewSchema }),
  },
  adminUserBackupSets: {
    ...readUsers,
    method: 'GET',
    path: '/admin/users/:userId/backup-sets',
    summary: 'Backup sets of an account',
    params: z.object({ userId: userIdSchema }),
    reply: z.object({ backupSets: z.array(backupSetSchema) }),
  },
  adminRuns: {
    ...readUsers,
    method: 'GET',
    path: '/admin/backup-sets/:backupSetId/runs',
    summary: 'Job runs of a set, newest first',
    params: ofSet,
    query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
    reply: z.object({ runs: z.array(jobRunSchema) }),
  },
  adminTrash: {
    ...readUsers,
    method: 'GET',
    path: '/admin/trash',
    summary: 'Deleted objects that can still come back, grouped by the run that deleted them',
    query: z.object({ userId: userIdSchema.optional() }),
    reply: z.object({ trash: z.array(trashGroupSchema) }),
  },
  adminUndoTrash: {
    permission: 'admin-change-users',
    admin: { token: 'backups', proof: 'fresh' },
    method: 'POST',
    path: '/admin/trash/undo',
    summary: 'Bring deleted objects of a repository back; restic sees them at once',
    body: z.object({
      repositoryId: repositoryIdSchema,
      /** Only what this run deleted. */
      leaseId: leaseIdSchema.optional(),
      /** Only what was deleted at or after this time. */
      since: instantSchema.optional(),
    }),
    reply: z.object({ objectCount: z.number().int() }),
  },
  adminPurgeTrash: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/trash/purge',
    summary:
      'Erase a repository’s trash before its retention lock ends, never below the floor; takes an approval (grant `purge-trash`)',
    body: z.object({ repositoryId: repositoryIdSchema, grantToken: z.string().min(1).max(200).optional() }),
    reply: z.object({ objectCount: z.number().int(), sizeBytes: z.number().int() }),
  },
  adminResumeBrake: {
    permission: 'admin-change-users',
    admin: { token: null, proof: 'grant' },
    method: 'POST',
    path: '/admin/backup-sets/:backupSetId/resume',
    summary: 'Let deletions go on after the brake tripped (grant `resume-brake`)',
    params: ofSet,
    body: z.object({ grantToken: z.string().min(1).max(200).optional() }),
    reply: z.object({ backupSet: backupSetSchema }),
  },
})
