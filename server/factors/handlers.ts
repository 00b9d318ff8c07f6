import { AppError } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { Policy } from '../../shared/model/policy.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Handlers, Origin, SessionCaller } from '../http/handler.ts'
import { needsPasskey } from '../passkeys/required-passkey.ts'
import { checkGrant, consumeGrant } from '../sessions/grants.ts'
import { sendsLock } from '../senders/send-quotas.ts'
import { endSessions } from '../sessions/sessions.ts'
import { accountRule } from '../sign-in/account-rule.ts'
import { endOpenTransactions } from '../sign-in/transactions.ts'
import type { Tx } from '../store/store.ts'
import type { UserRow } from '../store/tables.ts'
import { canShow } from './known-methods.ts'
import { untrustAll, untrustBy } from '../devices/trust.ts'
import { announce, plannedNotices, sendPlanned, type Notice } from './announce.ts'
import { newBackupCodes } from './backup-codes.ts'
import { factorHistory, recordFactorEvent } from './factor-events.ts'
import {
  factorOf,
  factorsOf,
  provenMethods,
  removeBackupCodes,
  storeBackupCodes,
  isUsable,
} from './factors.ts'
import { usableMethods } from './usable-methods.ts'

const operation = { kind: 'change-factors' } as const

export function factorHandlers(
  deps: AuthDeps,
): Pick<Handlers, 'factors' | 'removeFactor' | 'regenerateBackupCodes' | 'optOut'> {
  return {
    factors: async (_input, { caller: { session, user } }) => {
      const isShown = ({ method }: { readonly method: string }): boolean => canShow(session.client, method)
      return {
        factors: (await factorsOf(deps.store.db, user.id)).map(factorOf).filter(isShown),
        history: (await factorHistory(deps.store.db, user.id)).filter(isShown),
      }
    },

    removeFactor: async ({ factorId, grantToken }, { caller, origin }) => {
      const notice = await deps.store.transact([`user:${caller.user.id}`, 'audit'], async (tx) => {
        await consumeGrant(tx, deps, caller, grantToken, operation)
        return await remove(deps, tx, caller, origin, factorId)
      })
      announce(deps, notice)
      return { done: true }
    },

    optOut: async ({ grantToken }, { caller, origin }) => {
      const about = {
        userId: caller.user.id,
        what: 'switched-off',
        label: '',
        exceptFactorId: null,
      } as const
      const done = await deps.store.transact([`user:${caller.user.id}`, sendsLock, 'audit'], async (tx) => {
        await consumeGrant(tx, deps, caller, grantToken, { kind: 'opt-out' })
        // Before the methods are gone: they are where the notice goes.
        const messages = await plannedNotices(deps, tx, about)
        return { messages, removed: await optOut(deps, tx, caller, origin) }
      })
      sendPlanned(deps, about.userId, done.messages)
      return { removed: done.removed }
    },

    regenerateBackupCodes: async ({ grantToken }, { caller, origin }) => {
      await checkGrant(deps.store.db, deps, caller, grantToken, operation)
      const codes = await newBackupCodes(deps, caller.user.id)
      const notice = await deps.store.transact([`user:${caller.user.id}`, 'audit'], async (tx) => {
        await consumeGrant(tx, deps, caller, grantToken, operation)
        const policy = await policyOfUser(tx, caller.user.id)
        const proven = provenMethods(await factorsOf(tx, caller.user.id))
        if (!policy.methods.includes('backup-code') || proven.length === 0) {
          throw new AppError('NOT_ALLOWED', 'Backup codes are not allowed here.')
        }
        await storeBackupCodes(tx, caller.user.id, codes, deps.clock.nowMs())
        return await record(deps, tx, caller, origin, {
          event: 'regenerated',
          method: 'backup-code',
          label: 'Backup codes',
        })
      })
      announce(deps, notice)
      return { backupCodes: [...codes.codes] }
    },
  }
}

async function remove(
  deps: AuthDeps,
  tx: Tx,
  caller: SessionCaller,
  origin: Origin,
  factorId: FactorId,
): Promise<Notice> {
  const { user } = caller
  const factors = await factorsOf(tx, user.id)
  const factor = factors.find((each) => each.id === factorId)
  if (factor === undefined) throw new AppError('NOT_FOUND', 'There is no such method.')
  const policy = await policyOfUser(tx, user.id)
  const usable = await usableMethods(deps, tx, policy, user)
  const onlyPasskeys = needsPasskey(policy, user)
  const left = provenMethods(factors).filter((each) => each.id !== factorId)
  const isLastUsable = !left.some(
    (each) => isUsable(each, usable) && (!onlyPasskeys || each.method === 'passkey'),
  )
  if (factor.method !== 'backup-code' && isLastUsable) await requireOptOut(deps, tx, user, policy)
  // Codes for getting by without a method that is no longer there would be a method of their own.
  if (factor.method === 'backup-code' || left.length === 0) await removeBackupCodes(tx, user.id)
  await tx.deleteFrom('factors').where('id', '=', factorId).where('userId', '=', user.id).execute()
  if (!left.some((each) => each.method === factor.method)) await untrustBy(tx, user.id, factor.method)
  return await record(deps, tx, caller, origin, {
    event: 'removed',
    method: factor.method,
    label: factor.label,
  })
}

/**
 * Whether an account may be without a method.
 *
 * @throws AppError CONFLICT where a second factor is compulsory by any door, NOT_ALLOWED where policy keeps
 *   people from switching it off
 */
async function requireOptOut(deps: AuthDeps, tx: Tx, user: UserRow, policy: Policy): Promise<void> {
  const { rule } = await accountRule(tx, user, policy, deps.clock.nowMs())
  if (rule === 'required') {
    throw new AppError('CONFLICT', 'A second factor is required: register another method first.')
  }
  if (!policy.mayOptOut) {
    throw new AppError(
      'NOT_ALLOWED',
      'The second factor cannot be switched off here; ask your administrator.',
    )
  }
}

/** Removes every method and all that they opened; who else is signed in, or trusted, has to prove it anew. */
async function optOut(
  deps: AuthDeps,
  tx: Tx,
  { session, user: caller }: SessionCaller,
  { address }: Origin,
): Promise<number> {
  const nowMs = deps.clock.nowMs()
  const user = await tx.selectFrom('users').selectAll().where('id', '=', caller.id).executeTakeFirstOrThrow()
  await requireOptOut(deps, tx, user, await policyOfUser(tx, user.id))
  const factors = await factorsOf(tx, user.id)
  for (const { label, method } of factors) {
    await recordFactorEvent(tx, { userId: user.id, at: nowMs, address, event: 'removed', method, label })
  }
  await removeBackupCodes(tx, user.id)
  await tx.deleteFrom('factors').where('userId', '=', user.id).execute()
  // Not asked again at once, by the offer, for what was switched off just now.
  await tx.updateTable('users').set({ offerDismissed: 1 }).where('id', '=', user.id).execute()
  await endSessions(tx, user.id, nowMs, session.id)
  await endOpenTransactions(tx, user.id, nowMs)
  await untrustAll(tx, user.id)
  await appendAudit(tx, {
    at: nowMs,
    actor: `user:${user.id}`,
    action: 'factor.opted-out',
    outcome: 'ok',
    address,
    details: { removed: factors.length },
  })
  return factors.length
}

async function record(
  deps: AuthDeps,
  tx: Tx,
  { user }: SessionCaller,
  { address }: Origin,
  what: Pick<Parameters<typeof recordFactorEvent>[1], 'method' | 'label'> & {
    readonly event: 'removed' | 'regenerated'
  },
): Promise<Notice> {
  const at = deps.clock.nowMs()
  await recordFactorEvent(tx, { userId: user.id, at, address, ...what })
  await appendAudit(tx, {
    at,
    actor: `user:${user.id}`,
    action: `factor.${what.event}`,
    outcome: 'ok',
    address,
    details: { method: what.method },
  })
  return {
    userId: user.id,
    what: what.event === 'removed' ? 'removed' : 'backup-codes-renewed',
    label: what.label,
    exceptFactorId: null,
  }
}
