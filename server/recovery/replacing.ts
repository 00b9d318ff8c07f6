import type { Kysely } from 'kysely'
import { untrustAll } from '../devices/trust.ts'
import type { FactorId, RecoveryId, UserId } from '../../shared/model/ids.ts'
import { recordFactorEvent } from '../factors/factor-events.ts'
import { factorsOf, removeBackupCodes, type RegisteredFactor } from '../factors/factors.ts'
import { endSessions } from '../sessions/sessions.ts'
import type { Decision } from '../sign-in/decide.ts'
import type { State } from '../sign-in/state.ts'
import type { Tables } from '../store/tables.ts'
import { endRecovery } from './ending.ts'
import { isReady, permitsRecovery, waitingRecovery } from './waiting.ts'

/** What is registered, as registering something sees it: what a recovery replaces stands in nobody's way. */
export async function standingFactors(
  db: Kysely<Tables>,
  userId: UserId,
  { recoveryId }: Pick<State, 'recoveryId'>,
): Promise<RegisteredFactor[]> {
  return recoveryId === null ? await factorsOf(db, userId) : []
}

/**
 * Puts what was just proven in the place of everything that was lost: old methods and backup codes go, all
 * sessions and all trust end; devices stay, and are listed. Decided together with the proof, so that an
 * abandoned recovery leaves the account as it was, and an owner who cancels first wins.
 *
 * @param factorId what was proven, which is stored already; gone again when the answer is false
 * @returns false when the recovery is no longer there to be finished
 */
export async function replaceLostFactors(
  decision: Decision,
  id: RecoveryId,
  factorId: FactorId,
): Promise<boolean> {
  const { nowMs, origin, policy, tx, user } = decision
  const recovery = await waitingRecovery(tx, user.id, nowMs)
  if (recovery?.id !== id || !isReady(recovery, nowMs) || !permitsRecovery(user, policy)) {
    await tx.deleteFrom('factors').where('id', '=', factorId).execute()
    return false
  }
  const lost = (await factorsOf(tx, user.id)).filter((factor) => factor.id !== factorId)
  for (const factor of lost) {
    await recordFactorEvent(tx, {
      userId: user.id,
      at: nowMs,
      event: 'replaced-by-recovery',
      method: factor.method,
      label: factor.label,
      address: origin.address,
    })
  }
  await removeBackupCodes(tx, user.id)
  await tx.deleteFrom('factors').where('userId', '=', user.id).where('id', '!=', factorId).execute()
  await endSessions(tx, user.id, nowMs)
  await untrustAll(tx, user.id)
  const { address } = origin
  await endRecovery(tx, recovery, 'finished', {
    nowMs,
    actor: `user:${user.id}`,
    reason: 'enrolled',
    address,
  })
  return true
}
