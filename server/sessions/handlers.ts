import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import { meSchema } from '../../shared/model/account.ts'
import type { SessionId, UserId } from '../../shared/model/ids.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import { keepLanguage } from '../accounts/keep-language.ts'
import type { ServerDeps } from '../deps.ts'
import { canShow } from '../factors/known-methods.ts'
import { usableMethods } from '../factors/usable-methods.ts'
import type { Handlers } from '../http/handler.ts'
import type { Messages } from '../senders/messages.ts'
import { accountRule } from '../sign-in/account-rule.ts'
import { consumeGrant } from './grants.ts'
import { openSessions, requireFresh, sessionView } from './sessions.ts'

/** What the handlers of sessions need beside every subject's needs. */
interface SessionHandlerDeps extends ServerDeps {
  readonly messages: Messages
}

export function sessionHandlers(
  deps: SessionHandlerDeps,
): Pick<Handlers, 'me' | 'setLanguage' | 'signOut' | 'sessions' | 'endSession' | 'consumeExportGrant'> {
  async function end(userId: UserId, sessionId: SessionId, address: string): Promise<boolean> {
    return await deps.store.transact([`user:${userId}`, 'audit'], async (tx) => {
      const nowMs = deps.clock.nowMs()
      const ended = await tx
        .updateTable('sessions')
        .set({ endedAt: nowMs, freshUntil: null })
        .where('id', '=', sessionId)
        .where('userId', '=', userId)
        .where('endedAt', 'is', null)
        .executeTakeFirst()
      if (ended.numUpdatedRows !== 1n) return false
      const actor = `user:${userId}`
      await appendAudit(tx, {
        at: nowMs,
        actor,
        action: 'session.ended',
        outcome: 'ok',
        target: sessionId,
        address,
      })
      return true
    })
  }

  return {
    setLanguage: async ({ language }, { caller: { user }, origin }) => {
      await deps.store.transact([`user:${user.id}`, 'audit'], (tx) =>
        keepLanguage(tx, user.id, language, { nowMs: deps.clock.nowMs(), address: origin.address }),
      )
      return { done: true }
    },

    me: async (_input, { caller: { session, user } }) => {
      const policy = await policyOfUser(deps.store.db, user.id)
      const rule = await accountRule(deps.store.db, user, policy, deps.clock.nowMs())
      return {
        userId: user.id,
        loginName: user.loginName,
        displayName: user.displayName,
        kind: user.kind,
        language: user.language,
        session: sessionView(session, session.id),
        secondFactor: rule.rule,
        compulsoryFrom:
          rule.rule === 'required' || rule.compulsoryFrom === null ? null : isoOf(rule.compulsoryFrom),
        mayOptOut: rule.rule === 'offered' && policy.mayOptOut,
        methods: (await usableMethods(deps, deps.store.db, policy, user)).filter((method) =>
          canShow(session.client, method),
        ),
        limits: policy.limits,
        subscription: user.subscription,
        expiresAt: user.expiresAt === null ? null : isoOf(user.expiresAt),
        lastSignIn: meSchema.shape.lastSignIn.parse(
          user.lastSignIn === null ? null : JSON.parse(user.lastSignIn),
        ),
      }
    },

    signOut: async (_input, { caller: { session, user }, origin }) => {
      await end(user.id, session.id, origin.address)
      return { done: true }
    },

    sessions: async (_input, { caller: { session, user } }) => ({
      sessions: (await openSessions(deps, user.id, session.id)).map((each) => ({
        ...each,
        provenBy: each.provenBy.filter((method) => canShow(session.client, method)),
      })),
    }),

    endSession: async ({ sessionId }, { caller, origin }) => {
      // A session that lies on a stolen computer must not sign its owner out, again and again, before the
      // owner can revoke that computer.
      if (sessionId !== caller.session.id) requireFresh(deps, caller)
      const isEnded = await end(caller.user.id, sessionId, origin.address)
      if (!isEnded) throw new AppError('NOT_FOUND', 'There is no such open session.')
      return { done: true }
    },

    consumeExportGrant: async ({ grantToken }, { caller, origin }) => {
      await deps.store.transact([`user:${caller.user.id}`, 'audit'], async (tx) => {
        await consumeGrant(tx, deps, caller, grantToken, { kind: 'export-key' })
        await appendAudit(tx, {
          at: deps.clock.nowMs(),
          actor: `user:${caller.user.id}`,
          action: 'key.exported',
          outcome: 'ok',
          address: origin.address,
        })
      })
      return { done: true }
    },
  }
}
