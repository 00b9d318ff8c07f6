import type { Kysely } from 'kysely'
import type { backupAdminRoutes } from '../../shared/backup-admin-routes.ts'
import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { BackupSetId, RepositoryId, UserId } from '../../shared/model/ids.ts'
import { isInReach, requireUserInReach, type Reach } from '../accounts/user-list.ts'
import { releaseBrake } from '../backup-sets/deleting.ts'
import { noSuchSet, readOwnSet } from '../backup-sets/own-sets.ts'
import { readBackupSets } from '../backup-sets/backup-set-model.ts'
import { readRuns } from '../backup-sets/runs.ts'
import type { ServerDeps } from '../deps.ts'
import type { Handlers } from '../http/handler.ts'
import { releaseTrashEarly } from '../storage/early-purge.ts'
import { listTrash, undoTrash } from '../storage/trash.ts'
import type { Tables } from '../store/tables.ts'
import { actingOf } from './acting-of.ts'
import { overviewOf } from './overview.ts'

export function backupAdminHandlers(deps: ServerDeps): Pick<Handlers, keyof typeof backupAdminRoutes> {
  const { db } = deps.store
  return {
    adminOverview: async (_input, { caller }) => ({ overview: await overviewOf(deps, caller.reach) }),

    async adminUserBackupSets({ userId }, { caller }) {
      await requireUserInReach(db, userId, caller.reach)
      return { backupSets: await readBackupSets(db, { userId }) }
    },

    async adminRuns({ backupSetId, limit }, { caller }) {
      await ownerOfSet(db, backupSetId, caller.reach)
      return { runs: await readRuns(db, backupSetId, limit) }
    },

    async adminTrash({ userId }, { caller: { reach } }) {
      if (userId !== undefined) await requireUserInReach(db, userId, reach)
      const filter = {
        ...(userId === undefined ? {} : { userId }),
        ...(reach === null ? {} : { ownerId: reach }),
      }
      const groups = await listTrash(db, filter)
      return {
        trash: groups.map((group) => ({
          ...group,
          firstTrashedAt: isoOf(group.firstTrashedAt),
          lastTrashedAt: isoOf(group.lastTrashedAt),
          releaseAt: isoOf(group.releaseAt),
        })),
      }
    },

    async adminUndoTrash({ repositoryId, leaseId, since }, { caller }) {
      await requireRepositoryInReach(db, repositoryId, caller.reach)
      const choice = {
        repositoryId,
        ...(leaseId === undefined ? {} : { leaseId }),
        ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
      }
      return { objectCount: await undoTrash(deps, choice, caller.actor) }
    },

    async adminPurgeTrash({ repositoryId, grantToken }, call) {
      const operation = { kind: 'purge-trash', repositoryId } as const
      return await releaseTrashEarly(deps, repositoryId, actingOf(deps, call, { operation, grantToken }))
    },

    async adminResumeBrake({ backupSetId, grantToken }, call) {
      const owner = await ownerOfSet(db, backupSetId, call.caller.reach)
      const operation = { kind: 'resume-brake', backupSetId } as const
      const { permit, actor, address } = actingOf(deps, call, { operation, grantToken })
      await releaseBrake(deps, owner, backupSetId, { actor, address, permit })
      return { backupSet: await readOwnSet(db, owner, backupSetId) }
    },
  }
}

/** @throws AppError NOT_FOUND, also for sets of users out of reach */
async function ownerOfSet(db: Kysely<Tables>, backupSetId: BackupSetId, reach: Reach): Promise<UserId> {
  const row = await db
    .selectFrom('backupSets')
    .innerJoin('users', 'users.id', 'backupSets.userId')
    .select(['users.id', 'users.ownerId', 'users.kind'])
    .where('backupSets.id', '=', backupSetId)
    .executeTakeFirst()
  if (row === undefined || !isInReach(row, reach)) throw noSuchSet()
  return row.id
}

/** @throws AppError NOT_FOUND, also for repositories of users out of reach */
async function requireRepositoryInReach(
  db: Kysely<Tables>,
  repositoryId: RepositoryId,
  reach: Reach,
): Promise<void> {
  const row = await db
    .selectFrom('repositories')
    .innerJoin('users', 'users.id', 'repositories.userId')
    .select(['users.ownerId', 'users.kind'])
    .where('repositories.id', '=', repositoryId)
    .executeTakeFirst()
  if (row === undefined || !isInReach(row, reach)) {
    throw new AppError('NOT_FOUND', 'There is no such repository.')
  }
}
