import { AppError } from '../../shared/errors.ts'
import type { FactorId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import type { Handlers, Origin, SessionCaller } from '../http/handler.ts'
import { needsPasskey } from '../passkeys/required-passkey.ts'
import { checkGrant, consumeGrant } from '../sessions/grants.ts'
import type { Tx } from '../store/store.ts'
import { announce, type Notice } from './announce.ts'
import { newBackupCodes } from './backup-codes.ts'
import { factorHistory, recordFactorEvent } from './factor-events.ts'
import {
  factorOf,
  factorsOf,
  provenMethods,
  removeBackupCodes,
  storeBackupCodes,
  usableMethods,
} from './factors.ts'

const operation = { kind: 'change-factors' } as const

export function factorHandlers(
  deps: AuthDeps,
): Pick<Handlers, 'factors' | 'removeFactor' | 'regenerateBackupCodes'> {
  return {
    factors: async (_input, { caller: { user } }) => ({
      factors: (await factorsOf(deps.store.db, user.id)).map(factorOf),
      history: await factorHistory(deps.store.db, user.id),
    }),

    removeFactor: async ({ factorId, grantToken }, { caller, origin }) => {
      const notice = await deps.store.transact([`user:${caller.user.id}`, 'audit'], async (tx) => {
        await consumeGrant(tx, deps, caller, grantToken, operation)
        return await remove(deps, tx, caller, origin, factorId)
      })
      announce(deps, notice)
      return { done: true }
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
  const usable = await usableMethods(deps, tx, policy)
  const onlyPasskeys = needsPasskey(policy, user)
  const left = provenMethods(factors).filter((each) => each.id !== factorId)
  const isLastUsable = !left.some(
    ({ method }) => usable.includes(method) && (!onlyPasskeys || method === 'passkey'),
  )
  const isRequired = policy.secondFactor === 'required' || onlyPasskeys
  if (factor.method !== 'backup-code' && isRequired && isLastUsable) {
    throw new AppError('CONFLICT', 'A second factor is required: register another method first.')
  }
  // Codes for getting by without a method that is no longer there would be a method of their own.
  if (factor.method === 'backup-code' || left.length === 0) await removeBackupCodes(tx, user.id)
  await tx.deleteFrom('factors').where('id', '=', factorId).where('userId', '=', user.id).execute()
  return await record(deps, tx, caller, origin, {
    event: 'removed',
    method: factor.method,
    label: factor.label,
  })
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
