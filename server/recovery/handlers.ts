import { AppError } from '../../shared/errors.ts'
import { isoOf } from '../../shared/clock.ts'
import type { RecoveryId } from '../../shared/model/ids.ts'
import type { AuthDeps } from '../accounts/auth-deps.ts'
import { policyOfUser } from '../accounts/policies.ts'
import { appendAudit } from '../audit/audit.ts'
import { auditOnceAMinuteAlone } from '../audit/audit-once-a-minute.ts'
import { announce } from '../factors/announce.ts'
import { maskEmailAddress } from '../factors/email-addresses.ts'
import { maskPhoneNumber } from '../factors/phone-numbers.ts'
import type { Call, Handlers, Origin } from '../http/handler.ts'
import { tokenHash } from '../server-key.ts'
import { consumeGrant, returnGrant } from '../sessions/grants.ts'
import { cancel } from '../sign-in/answers.ts'
import { settle } from '../sign-in/settle.ts'
import type { Begun } from '../sign-in/from-session.ts'
import { beginEmailChange, beginRecoveryPhone } from './contacts.ts'
import { cancelWaiting } from './ending.ts'
import { announceRecovery } from './notices.ts'
import {
  mayHaveRecoveryPhone,
  recoveryChannels,
  pendingView,
  recoveryPhoneOf,
  waitingRecovery,
} from './waiting.ts'

const operation = { kind: 'change-factors' } as const

/** The recovery phone, and stopping a recovery; beginning one belongs to signing in. */
export function recoveryHandlers(
  deps: AuthDeps,
): Pick<
  Handlers,
  | 'recovery'
  | 'cancelOwnRecovery'
  | 'cancelRecovery'
  | 'startRecoveryPhone'
  | 'removeRecoveryPhone'
  | 'startEmailChange'
> {
  async function begun(
    call: Call<'session'>,
    { token, transaction, verdict }: Begun,
    grantToken: string | undefined,
  ) {
    try {
      return { transactionToken: token, step: await settle(deps, transaction, verdict) }
    } catch (error) {
      // Its token was never given out: nobody can finish it, and the grant is still owed.
      await cancel(deps, { transaction, origin: call.origin })
      if (grantToken !== undefined) await returnGrant(deps, call.caller, grantToken)
      throw error
    }
  }

  return {
    recovery: async (_input, { caller: { user } }) => {
      const { db } = deps.store
      const policy = await policyOfUser(db, user.id)
      const phone = await recoveryPhoneOf(db, user.id)
      const waiting = await waitingRecovery(db, user.id, deps.clock.nowMs())
      const channels = await recoveryChannels(deps, db)
      return {
        recovery: {
          isAllowed: mayHaveRecoveryPhone(user, policy, channels),
          waitHours: policy.recovery.waitHours,
          recoveryPhone:
            phone === undefined
              ? null
              : { maskedDestination: maskPhoneNumber(phone.phoneNumber), addedAt: isoOf(phone.addedAt) },
          maskedEmail:
            user.email === null || user.emailProvenAt === null ? null : maskEmailAddress(user.email),
          pending: waiting === undefined ? null : pendingView(waiting),
        },
      }
    },

    // Any session may: whoever it is, stopping gives nothing to them and costs the owner three days at most.
    cancelOwnRecovery: async (_input, { caller: { user }, origin }) => {
      const wasWaiting = await deps.store.transact([`user:${user.id}`, 'audit'], async (tx) => {
        const nowMs = deps.clock.nowMs()
        const actor = `user:${user.id}`
        return await cancelWaiting(tx, user.id, { nowMs, actor, reason: 'session', address: origin.address })
      })
      if (wasWaiting) announceRecovery(deps)
      return { wasWaiting }
    },

    cancelRecovery: async ({ cancelToken }, { origin }) => ({
      wasWaiting: await cancelByToken(deps, cancelToken, origin),
    }),

    startRecoveryPhone: async ({ grantToken, phoneNumber }, call) =>
      await begun(call, await beginRecoveryPhone(deps, call, phoneNumber, grantToken), grantToken),

    startEmailChange: async ({ email, grantToken }, call) =>
      await begun(call, await beginEmailChange(deps, call, email, grantToken), grantToken),

    removeRecoveryPhone: async ({ grantToken }, { caller, origin }) => {
      const { user } = caller
      await deps.store.transact([`user:${user.id}`, 'audit'], async (tx) => {
        await consumeGrant(tx, deps, caller, grantToken, operation)
        const phone = await recoveryPhoneOf(tx, user.id)
        if (phone === undefined) throw new AppError('NOT_FOUND', 'There is no recovery phone.')
        const nowMs = deps.clock.nowMs()
        const about = { nowMs, actor: `user:${user.id}`, address: origin.address }
        await cancelWaiting(tx, user.id, { ...about, reason: 'phone-changed' })
        await tx.deleteFrom('recoveryPhones').where('userId', '=', user.id).execute()
        const { actor, address } = about
        await appendAudit(tx, { at: nowMs, actor, action: 'recovery-phone.removed', outcome: 'ok', address })
      })
      announce(deps, { userId: user.id, what: 'recovery-phone-removed', label: '', exceptFactorId: null })
      announceRecovery(deps)
      return { done: true }
    },
  }
}

/**
 * Stops the recovery that a notice's link belongs to. Decided under the lock of the account, like finishing:
 * one of the two wins, and a link that comes second changes nothing.
 *
 * @returns whether there was something to stop; a token that nobody has answers the same as a used one
 */
export async function cancelByToken(
  deps: AuthDeps,
  token: string,
  { address, network }: Origin,
): Promise<boolean> {
  const found = await deps.store.db
    .selectFrom('recoveryCancelTokens')
    .innerJoin('recoveries', 'recoveries.id', 'recoveryCancelTokens.recoveryId')
    .select(['recoveries.id', 'recoveries.userId'])
    .where('recoveryCancelTokens.tokenHash', '=', tokenHash(token))
    .executeTakeFirst()
  if (found === undefined) {
    await auditOnceAMinuteAlone(deps, `recovery.cancel:${network}`, {
      at: deps.clock.nowMs(),
      actor: 'unknown',
      action: 'recovery.cancelled',
      outcome: 'refused',
      address,
    })
    return false
  }
  const wasWaiting = await deps.store.transact([`user:${found.userId}`, 'audit'], async (tx) => {
    // Another recovery of the same account is not this link's business.
    const row = await tx
      .selectFrom('recoveries')
      .select('id')
      .where('id', '=', found.id satisfies RecoveryId)
      .where('status', '=', 'waiting')
      .executeTakeFirst()
    if (row === undefined) return false
    const ending = { nowMs: deps.clock.nowMs(), actor: 'cancel-link', reason: 'link', address }
    return await cancelWaiting(tx, found.userId, ending)
  })
  if (wasWaiting) announceRecovery(deps)
  return wasWaiting
}
