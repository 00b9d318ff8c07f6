import { isoOf } from '../../shared/clock.ts'
import { AppError } from '../../shared/errors.ts'
import type { ChallengeId, FactorId } from '../../shared/model/ids.ts'
import type { HandOffWay } from '../../shared/model/passkey.ts'
import type { Step } from '../../shared/model/sign-in.ts'
import { factorsOf } from '../factors/factors.ts'
import { newId } from '../server-key.ts'
import { backFrom, triesLeft } from '../sign-in/challenges.ts'
import { audit, refused, type Decision, type Verdict } from '../sign-in/decide.ts'
import { carriedOf, type OpenPasskey, type Place, type State } from '../sign-in/state.ts'
import { storeState } from '../sign-in/transactions.ts'
import { passkeysFor } from './credential.ts'
import { relyingPartyOf } from './relying-party.ts'
import { needsPasskey } from './required-passkey.ts'

/** What one account may register; one on each device and a spare are few of them. */
export const maxPasskeys = 10

/** Where a transaction waits for a passkey. */
export const passkeyPlaces = ['use-passkey', 'register-passkey'] as const satisfies readonly Place[]

/** Opens a request for a passkey in place of what is open; hand-offs of an earlier one are dead from here on. */
export async function openPasskey(
  decision: Decision,
  subject: { readonly label: string; readonly newFactorId: FactorId | null },
): Promise<Verdict> {
  const { deps, state: before, transaction, tx, user } = decision
  const party = relyingPartyOf(deps.config)
  if (party === null) return refused(new AppError('NOT_ALLOWED', 'This server offers no passkeys.'))
  const isNew = subject.newFactorId !== null
  if (!isNew && passkeysFor(await factorsOf(tx, user.id), party.id).length === 0) {
    return refused(new AppError('PASSKEY_REFUSED', 'It was made for another address.', other))
  }
  const passkey: OpenPasskey = { id: newId<ChallengeId>('chl'), ...subject }
  const state: State = {
    ...carriedOf(before),
    at: isNew ? 'register-passkey' : 'use-passkey',
    challenge: null,
    passkey,
    push: null,
    back: backFrom(decision),
    endReason: null,
  }
  await storeState(tx, transaction.id, state, triesLeft(decision))
  await audit(decision, 'challenge.opened', 'ok', { method: 'passkey', isNew })
  return { kind: 'step', step: passkeyStep(decision, state, passkey) }
}

const other = { details: { reason: 'other-address' } }

export function passkeyStep(decision: Decision, state: State, passkey: OpenPasskey): Step {
  return {
    kind: passkey.newFactorId === null ? 'use-passkey' : 'register-passkey',
    passkey: {
      challengeId: passkey.id,
      label: passkey.label,
      ways: waysOf(decision),
      expiresAt: isoOf(decision.transaction.expiresAt),
      canChooseAnother: state.back !== null,
    },
  }
}

/** A code that is typed on another device proves nothing about whose page asked for it. */
export function waysOf({ policy, user }: Decision): HandOffWay[] {
  const mayLeave = policy.passkeyOnOtherDevice && !needsPasskey(policy, user)
  return mayLeave ? ['this-computer', 'other-device'] : ['this-computer']
}
