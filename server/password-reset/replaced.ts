import { audit, type Decision, type Verdict } from '../sign-in/decide.ts'
import { passwordNotice } from '../factors/announce.ts'
import { untrustAll } from '../devices/trust.ts'
import { endTransaction } from '../sign-in/transactions.ts'

/** The end of replacing a forgotten password: signing in with it comes next, with a second factor as always. */
export async function passwordReplaced(decision: Decision): Promise<Verdict> {
  const { nowMs, transaction, tx, user } = decision
  await untrustAll(tx, user.id)
  await tx.deleteFrom('passwordResets').where('userId', '=', user.id).execute()
  await endTransaction(tx, transaction.id, 'finished', nowMs)
  await audit(decision, 'password.changed', 'ok', { reason: 'forgotten' })
  return {
    kind: 'step',
    step: { kind: 'password-changed' },
    notice: passwordNotice(user.id),
  }
}
