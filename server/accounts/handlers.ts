import { AppError } from '../../shared/errors.ts'
import { samePasswordError } from '../../shared/same-password.ts'
import { appendAudit } from '../audit/audit.ts'
import { auditOnceAMinute } from '../audit/audit-once-a-minute.ts'
import { untrustAll } from '../devices/trust.ts'
import { announce, passwordNotice } from '../factors/announce.ts'
import { factorsOf } from '../factors/factors.ts'
import type { Handlers, Origin, SessionCaller } from '../http/handler.ts'
import { checkGrant, consumeGrant } from '../sessions/grants.ts'
import { endSessions, isFresh, sessionEnded, stepUpRequired } from '../sessions/sessions.ts'
import { passwordFailureLimits, passwordLane } from '../sign-in/lanes.ts'
import { forgetFailures, lockedUntil, recordFailure } from '../sign-in/throttles.ts'
import { endOpenTransactions } from '../sign-in/transactions.ts'
import { isOpenAccount } from './account-state.ts'
import type { AuthDeps } from './auth-deps.ts'
import { checkNewPassword } from './passwords.ts'
import { policyOfUser } from './policies.ts'

const operation = { kind: 'change-password' } as const

export function accountHandlers(deps: AuthDeps): Pick<Handlers, 'changePassword'> {
  return {
    /**
     * Needs the current password and a grant; an account without any second factor, which cannot get a
     * grant, needs a young sign-in instead. Guessing the current password is limited as at the sign-in form.
     */
    changePassword: async (input, { caller, origin }) => {
      const { user } = caller
      // Before any hash: without the second factor nobody learns whether a password is right.
      await mayChange(deps, caller, input.grantToken)
      checkNewPassword(input.newPassword, [user.loginName, deps.config.name, 'holdfast'])
      if (input.newPassword === input.currentPassword) throw samePasswordError()
      const isRight = await deps.hashes.verify(user.passwordHash, input.currentPassword)
      const passwordHash = isRight ? await deps.hashes.hash(input.newPassword) : null
      const isDone = await decideChange(deps, { caller, origin }, input.grantToken, passwordHash)
      if (!isDone) throw new AppError('SIGN_IN_FAILED', 'The current password is wrong.')
      announce(deps, passwordNotice(user.id))
      return { done: true }
    },
  }
}

async function mayChange(
  deps: AuthDeps,
  caller: SessionCaller,
  grantToken: string | undefined,
): Promise<void> {
  const hasFactor = (await factorsOf(deps.store.db, caller.user.id)).length > 0
  if (!hasFactor) {
    if (!isFresh(caller.session, deps.clock.nowMs())) throw stepUpRequired(operation.kind)
    return
  }
  if (grantToken === undefined) throw stepUpRequired(operation.kind)
  await checkGrant(deps.store.db, deps, caller, grantToken, operation)
}

/** @param passwordHash of the new password; null when the current one was wrong */
async function decideChange(
  deps: AuthDeps,
  { caller, origin }: { readonly caller: SessionCaller; readonly origin: Origin },
  grantToken: string | undefined,
  passwordHash: string | null,
): Promise<boolean> {
  const { session, user } = caller
  const lane = passwordLane(deps.serverKey, user.loginName, session.deviceId)
  const locks = [`user:${user.id}`, `throttle:${lane}`, 'audit']
  return await deps.store.transact(locks, async (tx) => {
    const nowMs = deps.clock.nowMs()
    const current = await tx
      .selectFrom('users')
      .select(['passwordHash', 'status', 'expiresAt'])
      .where('id', '=', user.id)
      .executeTakeFirst()
    if (current === undefined || !isOpenAccount(current, nowMs)) throw sessionEnded()
    const isPaused = (await lockedUntil(tx, lane, nowMs)) !== null
    const isRight = !isPaused && passwordHash !== null && current.passwordHash === user.passwordHash
    const entry = {
      at: nowMs,
      actor: `user:${user.id}`,
      action: 'password.changed',
      outcome: isRight ? ('ok' as const) : ('failed' as const),
      address: origin.address,
    }
    if (isPaused) {
      const details = { reason: 'paused' }
      await auditOnceAMinute(tx, `password.changed:${lane}`, { ...entry, details })
      return false
    }
    await appendAudit(tx, entry)
    if (!isRight) {
      const { limits } = await policyOfUser(tx, user.id)
      await recordFailure(tx, lane, passwordFailureLimits(limits), nowMs)
      return false
    }
    if ((await factorsOf(tx, user.id)).length > 0) {
      if (grantToken === undefined) throw stepUpRequired(operation.kind)
      await consumeGrant(tx, deps, caller, grantToken, operation)
    }
    await tx
      .updateTable('users')
      .set({ passwordHash, mustChangePassword: 0, passwordExpiresAt: null })
      .where('id', '=', user.id)
      .execute()
    // Whoever changes a password may do so because somebody else has it: nothing begun with the old one stays.
    await endSessions(tx, user.id, nowMs, session.id)
    await endOpenTransactions(tx, user.id, nowMs)
    await untrustAll(tx, user.id)
    await tx.deleteFrom('passwordResets').where('userId', '=', user.id).execute()
    await forgetFailures(tx, [lane])
    return true
  })
}
