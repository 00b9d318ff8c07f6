import { z } from 'zod'
import {
  accountFieldsSchema,
  newAccountSchema,
  newApiTokenSchema,
} from '../../shared/model/administration.ts'
import { policySchema } from '../../shared/model/policy.ts'
import { senderDraftSchema } from '../../shared/model/sender.ts'
import { importRowSchema } from '../../shared/model/user-import.ts'
import { serverSettingsSchema } from '../../shared/model/server-settings.ts'
import { AppError } from '../../shared/errors.ts'
import { useApproval } from '../approvals/approvals.ts'
import { isDemandedAnywhere } from '../approvals/subjects.ts'
import { createGroup, deleteGroup, listGroups, updateGroupPolicy } from '../accounts/groups.ts'
import type { ServerDeps } from '../deps.ts'
import type { Handlers } from '../http/handler.ts'
import { modeSwitchLocks, modeSwitchOf, switchToMobile } from '../mode-switch.ts'
import { endAllSessions } from '../sessions/end-all-sessions.ts'
import { changeServerSettings, serverSettings } from '../settings.ts'
import { actingOf, useGrant } from './acting-of.ts'
import { groupsInReach } from './groups-in-reach.ts'

type PolicyRoutes =
  | 'adminSchemas'
  | 'adminGroups'
  | 'adminCreateGroup'
  | 'adminUpdateGroup'
  | 'adminDeleteGroup'
  | 'adminSettings'
  | 'adminModeSwitch'
  | 'adminChangeSettings'
  | 'adminEndAllSessions'

export function policyAdminHandlers(deps: ServerDeps): Pick<Handlers, PolicyRoutes> {
  const { db } = deps.store
  return {
    adminSchemas: () => Promise.resolve({ schemas: formSchemas() }),

    async adminGroups(_input, { caller }) {
      const visible = await groupsInReach(db, caller.reach)
      let counts = db
        .selectFrom('users')
        .select(['groupId'])
        .select(({ fn }) => fn.countAll<number | string>().as('count'))
        .groupBy('groupId')
      if (caller.reach !== null) counts = counts.where('ownerId', '=', caller.reach)
      const countOf = new Map((await counts.execute()).map((row) => [row.groupId, Number(row.count)]))
      const groups = (await listGroups(deps)).filter(({ id }) => visible === null || visible.has(id))
      return { groups: groups.map((group) => ({ ...group, userCount: countOf.get(group.id) ?? 0 })) }
    },

    adminCreateGroup: async ({ name, policy }, call) => ({
      group: await createGroup(deps, name, policy, actingOf(deps, call)),
    }),

    adminUpdateGroup: async (change, call) => ({
      group: await updateGroupPolicy(deps, change, actingOf(deps, call)),
    }),

    async adminDeleteGroup({ groupId }, call) {
      await deleteGroup(deps, groupId, actingOf(deps, call))
      return { done: true }
    },

    adminSettings: async () => await serverSettings(db),

    async adminEndAllSessions({ grantToken }, call) {
      const { by } = call.caller
      const acting = actingOf(deps, call, { operation: { kind: 'end-all-sessions' }, grantToken })
      return await endAllSessions(deps, acting, by.kind === 'session' ? by.session.id : null)
    },

    adminModeSwitch: async () => await modeSwitchOf(db),

    async adminChangeSettings({ grantToken, ...change }, call) {
      const { caller } = call
      const locks = [...modeSwitchLocks, `user:${caller.user.id}`]
      return await deps.store.transact(locks, async (tx) => {
        const { settings: before, version } = await serverSettings(tx)
        const { mode } = change.settings
        if (mode !== before.mode) {
          if (caller.by.kind === 'token') {
            throw new AppError('NOT_ALLOWED', 'Only an administrator in person changes the mode.')
          }
          await useGrant(deps, tx, caller, { operation: { kind: 'change-mode', mode }, grantToken })
        }
        if (
          mode === 'mobile' &&
          mode !== before.mode &&
          (await isDemandedAnywhere(tx, 'recovery.twoAdministrators'))
        ) {
          await useApproval(tx, { kind: 'switch-to-mobile' }, actingOf(deps, call), deps.clock.nowMs())
        }
        const isSwitch = mode === 'mobile' && before.mode !== 'mobile' && version === change.version
        if (isSwitch) await switchToMobile(tx, deps, caller.actor)
        const edited = { ...change, version: change.version + (isSwitch ? 1 : 0) }
        return await changeServerSettings(tx, deps, edited, caller.actor)
      })
    },
  }
}

/** From the very schemas that check what is sent, so that a form and its server cannot differ. */
function formSchemas(): Record<string, Record<string, unknown>> {
  const schemas = {
    policy: policySchema,
    settings: serverSettingsSchema,
    account: accountFieldsSchema,
    newAccount: newAccountSchema,
    apiToken: newApiTokenSchema,
    sender: senderDraftSchema,
    importRow: importRowSchema,
  }
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) },
    ]),
  )
}
