import { accountStateOf, closedAccount } from '../accounts/account-state.ts'
import { audit, refused, type Decision, type Verdict } from './decide.ts'
import { endTransaction } from './transactions.ts'

/**
 * Refuses an account that has ended, and tells so. Only for where the person has proven all that there is to
 * prove: before that, the answer would tell a thief more than a challenge does.
 */
export async function refuseEndedAccount(decision: Decision): Promise<Verdict | null> {
  const { nowMs, transaction, tx, user } = decision
  const state = accountStateOf(user, nowMs)
  if (state === 'open') return null
  await endTransaction(tx, transaction.id, 'cancelled', nowMs)
  await audit(decision, 'sign-in.account-closed', 'refused', { state })
  return refused(closedAccount(state))
}
