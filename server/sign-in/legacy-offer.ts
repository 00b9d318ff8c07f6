import { isoOf } from '../../shared/clock.ts'
import { recordAlert } from '../alerts/alerts.ts'
import { factorsOf } from '../factors/factors.ts'
import { maySkipAsLegacy } from '../legacy/standing.ts'
import { accountRule } from './account-rule.ts'
import { audit, type Decision, type Verdict } from './decide.ts'
import { carriedOf, stateAt } from './state.ts'
import { storeState } from './transactions.ts'

/**
 * The step of a legacy client, where it may still skip the second factor that it would be asked for; null = it
 * must not, or need not.
 */
export async function legacyOffer(decision: Decision): Promise<Verdict | null> {
  const { nowMs, policy, state, transaction, tx, user } = decision
  const { rule } = await accountRule(tx, user, policy, nowMs)
  const isAsked = rule === 'required' || (await factorsOf(tx, user.id)).length > 0
  if (!isAsked) return null
  if (!(await mayGoOn(decision)) || user.legacyUntil === null) return null
  await storeState(tx, transaction.id, stateAt('offer-legacy', carriedOf(state)), transaction.triesLeft)
  return { kind: 'step', step: { kind: 'offer-legacy', until: isoOf(user.legacyUntil) } }
}

/**
 * Whether the skip that was offered still holds: a permission may have been taken back and a backup may have
 * been completed since. Administrators are alerted of each account that uses it, once a day.
 */
export async function takesLegacyOffer(decision: Decision): Promise<boolean> {
  if (!(await mayGoOn(decision))) return false
  const { nowMs, tx, user } = decision
  const details = { loginName: user.loginName, until: isoOf(user.legacyUntil ?? nowMs) }
  await recordAlert(tx, { kind: 'legacy-sign-in', about: user.id, details }, nowMs)
  await audit(decision, 'legacy.skipped', 'ok', { version: user.legacyVersion ?? '' })
  return true
}

async function mayGoOn({ nowMs, policy, transaction, tx, user }: Decision): Promise<boolean> {
  return transaction.purpose === 'sign-in' && (await maySkipAsLegacy(tx, user, policy, nowMs))
}
