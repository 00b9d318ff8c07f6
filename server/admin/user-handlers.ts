import { AppError } from '../../shared/errors.ts'
import type { userAdminRoutes } from '../../shared/user-admin-routes.ts'
import type { UserId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { changeEach } from '../accounts/change-each.ts'
import { askDeletion, keepAccount } from '../accounts/deleting-users.ts'
import { exportAccounts } from '../accounts/export-users.ts'
import { importUsers } from '../accounts/import-users.ts'
import { stated } from '../accounts/stated.ts'
import { changeRole, moveUser, setSecondFactorRule, updateUser } from '../accounts/update-user.ts'
import { addPhone, resetFactors } from '../accounts/user-factors.ts'
import { countUsers, listUsers, readAccount, requireUserInReach } from '../accounts/user-list.ts'
import {
  createUser,
  enableUser,
  endUserSessions,
  issueOneTimePassword,
  suspendUser,
  unlockUser,
} from '../accounts/users.ts'
import { factorHistory } from '../factors/factor-events.ts'
import { factorOf, factorsOf, provenMethods } from '../factors/factors.ts'
import type { Tx } from '../store/store.ts'
import type { AdminCaller, Handlers } from '../http/handler.ts'
import { permitLegacy } from '../legacy/permitting.ts'
import { openSessions } from '../sessions/sessions.ts'
import { actingOf, granted } from './acting-of.ts'
import { deviceAdminHandlers } from './device-handlers.ts'

/** Each finds out who may, and calls what the commands call. */
export function userAdminHandlers(deps: AuthDeps): Pick<Handlers, keyof typeof userAdminRoutes> {
  const { db } = deps.store
  const accountOf = async (userId: UserId, caller: AdminCaller) => ({
    account: await readAccount(deps, userId, caller.reach),
  })

  return {
    ...deviceAdminHandlers(deps),

    async adminUsers({ after, limit, ...filter }, { caller }) {
      const accounts = await listUsers(deps, { ...filter, after, limit: limit + 1 }, caller.reach)
      const page = accounts.slice(0, limit)
      return {
        accounts: page,
        totalCount: await countUsers(deps, filter, caller.reach),
        next: accounts.length > limit ? (page.at(-1)?.loginName ?? null) : null,
      }
    },

    async adminExportUsers({ format, ...filter }, { caller }) {
      const accounts = await listUsers(deps, filter, caller.reach)
      return {
        fileName: `holdfast-users.${format}`,
        mediaType: format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
        text: exportAccounts(accounts, format),
      }
    },

    adminImportUsers: async (options, call) => await importUsers(deps, options, actingOf(deps, call)),

    adminUser: async ({ userId }, { caller }) => await accountOf(userId, caller),

    async adminCreateUser({ grantToken, role, ...fields }, call) {
      const { caller } = call
      if (role !== undefined && (caller.role !== 'admin' || caller.by.kind !== 'session')) {
        throw new AppError('NOT_ALLOWED', 'Only an administrator in person makes system users.')
      }
      const operation = { kind: 'make-system-user', loginName: fields.loginName } as const
      const by = actingOf(deps, call, role === undefined ? undefined : { operation, grantToken })
      const kind = role === undefined ? 'backup' : 'system'
      const { userId, ...once } = await createUser(
        deps,
        { ...stated(fields), loginName: fields.loginName, kind, ...(role === undefined ? {} : { role }) },
        by,
      )
      return { ...(await accountOf(userId, caller)), ...once }
    },

    async adminUpdateUser({ userId, ...change }, call) {
      await updateUser(deps, userId, change, actingOf(deps, call))
      return await accountOf(userId, call.caller)
    },

    async adminPermitLegacy({ userId, until }, call) {
      await permitLegacy(deps, userId, until, actingOf(deps, call))
      return await accountOf(userId, call.caller)
    },

    async adminChangeRole({ userId, role, version, grantToken }, call) {
      const operation = { kind: 'change-role', userId, role } as const
      await changeRole(deps, userId, { role, version }, actingOf(deps, call, { operation, grantToken }))
      return await accountOf(userId, call.caller)
    },

    async adminEnableUser({ userId }, call) {
      await enableUser(deps, userId, actingOf(deps, call))
      return await accountOf(userId, call.caller)
    },

    async adminUnlockUser({ userId }, call) {
      await unlockUser(deps, userId, actingOf(deps, call))
      return await accountOf(userId, call.caller)
    },

    async adminSuspendUsers({ userIds, grantToken }, call) {
      const { caller } = call
      const operation = { kind: 'suspend-users', userIds } as const
      const by = actingOf(deps, call)
      const work = () => changeEach(userIds, (userId) => suspendUser(deps, userId, by))
      return { results: await granted(deps, caller, { operation, grantToken }, work) }
    },

    async adminChangeUsers({ userIds, change }, call) {
      const by = actingOf(deps, call)
      const work = (userId: UserId): Promise<void> => {
        switch (change.kind) {
          case 'second-factor':
            return setSecondFactorRule(deps, userId, change.rule, by)
          case 'move-to-group':
            return moveUser(deps, userId, change.groupId, by)
          case 'enable':
            return enableUser(deps, userId, by)
        }
      }
      return { results: await changeEach(userIds, work) }
    },

    async adminDeleteUser({ userId, grantToken }, call) {
      const operation = { kind: 'delete-user', userId } as const
      await askDeletion(deps, userId, actingOf(deps, call, { operation, grantToken }))
      return await accountOf(userId, call.caller)
    },

    async adminUndeleteUser({ userId }, call) {
      await keepAccount(deps, userId, actingOf(deps, call))
      return await accountOf(userId, call.caller)
    },

    adminIssuePassword: async ({ userId }, call) =>
      await issueOneTimePassword(deps, userId, actingOf(deps, call)),

    async adminResetFactors({ userId, grantToken }, call) {
      const operation = { kind: 'reset-factors', userId } as const
      return await resetFactors(deps, userId, actingOf(deps, call, { operation, grantToken }))
    },

    async adminUserFactors({ userId }, { caller }) {
      await requireUserInReach(db, userId, caller.reach)
      const factors = (await factorsOf(db, userId)).map(factorOf)
      return { factors, history: await factorHistory(db, userId) }
    },

    async adminAddPhone({ userId, phoneNumber, label, grantToken }, call) {
      const operation = { kind: 'add-phone', userId, phoneNumber } as const
      const acting = actingOf(deps, call, { operation, grantToken })
      const permit = async (tx: Tx): Promise<void> => {
        await acting.permit(tx)
        if (call.caller.by.kind === 'token') await requireNoProvenMethod(tx, userId)
      }
      const phone = label === undefined ? { number: phoneNumber } : { number: phoneNumber, label }
      return { maskedDestination: await addPhone(deps, userId, phone, { ...acting, permit }) }
    },

    async adminUserSessions({ userId }, { caller }) {
      await requireUserInReach(db, userId, caller.reach)
      const current = caller.by.kind === 'session' ? caller.by.session.id : null
      return { sessions: await openSessions(deps, userId, current) }
    },

    async adminEndSessions({ userId }, call) {
      await endUserSessions(deps, userId, actingOf(deps, call))
      return { done: true }
    },
  }
}

/** A phone beside a proven method would be a way around it, and a program has no second factor to show for it. */
async function requireNoProvenMethod(tx: Tx, userId: UserId): Promise<void> {
  if (provenMethods(await factorsOf(tx, userId)).length === 0) return
  throw new AppError('NOT_ALLOWED', 'Only an administrator in person adds a phone beside a proven method.')
}
